"""One instance seen closely: when its attempts ran, a step in full, why items failed, what was asked. Reads only."""

from typing import Annotated

from fastapi import APIRouter, Query

from engine.access import Role
from engine.step_details import step_detail
from engine.timeline import Place, attempts
from services.http.marks import numbers
from services.http.roles import needs
from services.http.routes.instances import instance_or_404, step_or_404
from services.http.shapes.common import KEY, After, InstanceId, Limit, Page, StepKey, mark, page
from services.http.shapes.details import AttemptOut, ItemCounts, PaceOut, ParentOut, StepDetailOut
from services.http.shapes.instances import ResultOut, StepOut
from services.http.shapes.operation import SpendOut
from services.http.site import TheSite

router = APIRouter(prefix="/instances/{instance_id}", tags=["instances"])


@router.get("/timeline", **needs(Role.VIEWER))
async def read_timeline(
    instance_id: InstanceId,
    site: TheSite,
    shards_of: Annotated[str | None, Query(pattern=KEY, description="The shards of this parallel step.")] = None,
    after: After = None,
    limit: Limit = 200,
) -> Page[AttemptOut]:
    """Every attempt of every step and what each step does now, in the order in which the steps were made."""
    await instance_or_404(site, instance_id)
    place = _place(after)
    rows = await attempts(site.engine.database, instance_id, shards_of=shards_of, after=place, limit=limit)
    last = mark(rows[-1]["id"], rows[-1]["attempt"], rows[-1]["is_now"]) if rows else None
    return page([AttemptOut.model_validate(row) for row in rows], limit=limit, key=last)


def _place(after: str | None) -> Place | None:
    if after is None:
        return None
    step, attempt, now = numbers(after, count=3)
    return step, attempt, now


@router.get("/steps/{step_key}", **needs(Role.VIEWER))
async def read_step(instance_id: InstanceId, step_key: StepKey, site: TheSite) -> StepDetailOut:
    """One step in full: as its version has it, its parents, what it gave, what it bought, and how fast it goes."""
    await instance_or_404(site, instance_id)
    row = await step_or_404(site, instance_id, step_key)
    found = await step_detail(site.engine.database, instance_id, step_key)
    spend = await site.pages.spend(instance_id, step_key=step_key)
    return StepDetailOut(
        step=StepOut.model_validate(row),
        definition=found.definition,
        parents=[ParentOut.model_validate(one) for one in found.parents],
        results=[ResultOut.model_validate(one) for one in found.results],
        spend=[SpendOut.model_validate(one) for one in spend],
        items=ItemCounts.model_validate(found.items),
        pace=PaceOut.model_validate(found.pace),
    )
