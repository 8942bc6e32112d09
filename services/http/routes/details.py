"""One instance seen closely: when its attempts ran, a step in full, why items failed, what was asked. Reads only."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query

from engine.access import Role
from engine.instance_log import EventKey, instance_log
from engine.item_details import failures, item_detail
from engine.rows import Row
from engine.step_details import step_detail
from engine.timeline import Place, attempts
from services.http.marks import mark, number_of, numbers, time_of
from services.http.paging import by, read_page
from services.http.problems import Missing
from services.http.roles import needs
from services.http.routes.instances import instance_or_404, step_or_404
from services.http.shapes.common import KEY, LARGEST_ID, After, InstanceId, Limit, Page, StepKey
from services.http.shapes.details import (
    AttemptOut,
    CallOut,
    EventOut,
    FailureOut,
    InputsOut,
    ItemCounts,
    ItemDetailOut,
    PaceOut,
    ParentOut,
    StepDetailOut,
)
from services.http.shapes.instances import ResultOut, StepOut
from services.http.shapes.operation import SpendOut
from services.http.site import TheCaller, TheSite

router = APIRouter(prefix="/instances/{instance_id}", tags=["instances"])

Shard = Annotated[int, Path(ge=0, le=2**31 - 1, description="0, but of a parallel step.", examples=[0])]
Seq = Annotated[int, Path(ge=0, le=LARGEST_ID, description="The number of an item.", examples=[0])]


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
    read = partial(attempts, site.reads, instance_id, shards_of=shards_of, after=_place(after))
    return await read_page(read, AttemptOut, limit=limit, key=by("id", "attempt", "is_now"))


def _place(after: str | None) -> Place | None:
    if after is None:
        return None
    step, attempt, now = numbers(after, count=3)
    return step, attempt, now


@router.get("/log", **needs(Role.VIEWER))
async def read_log(
    *,
    instance_id: InstanceId,
    site: TheSite,
    caller: TheCaller,
    step: Annotated[str | None, Query(pattern=KEY, description="Only of this step.")] = None,
    after: After = None,
    limit: Limit = 200,
) -> Page[EventOut]:
    """What happened to the instance, newest last. Who asked for a change is told to administrators only."""
    await instance_or_404(site, instance_id)
    with_names = caller.role.covers(Role.ADMIN)
    after_key = _event_key(after)
    read = partial(instance_log, site.reads, instance_id, step_key=step, with_names=with_names, after=after_key)
    return await read_page(read, EventOut, limit=limit, key=_mark_of)


def _mark_of(row: Row) -> str:
    return mark(number_of(row["at"]), row["rank"], row["id"], row["attempt"])


def _event_key(after: str | None) -> EventKey:
    if after is None:
        return EventKey()
    at, rank, event, attempt = numbers(after, count=4)
    return EventKey(time_of(at), rank, event, attempt)


@router.get("/steps/{step_key}", **needs(Role.VIEWER))
async def read_step(instance_id: InstanceId, step_key: StepKey, site: TheSite) -> StepDetailOut:
    """One step in full: as its version has it, its parents, what it gave, what it bought, and how fast it goes."""
    instance = await instance_or_404(site, instance_id)
    row = await step_or_404(site, instance_id, step_key)
    inputs = await site.engine.resolver.params_of(instance_id, step_key, version=int(instance["version"]))
    found = await step_detail(site.reads, instance_id, step_key)
    spend = await site.pages.spend(instance_id, step_key=step_key)
    return StepDetailOut(
        step=StepOut.model_validate(row),
        definition=found.definition,
        inputs=InputsOut.model_validate(inputs),
        parents=[ParentOut.model_validate(one) for one in found.parents],
        results=[ResultOut.model_validate(one) for one in found.results],
        spend=[SpendOut.model_validate(one) for one in spend],
        items=ItemCounts.model_validate(found.items),
        pace=PaceOut.model_validate(found.pace),
    )


@router.get("/steps/{step_key}/failures", **needs(Role.VIEWER))
async def list_failures(
    instance_id: InstanceId, step_key: StepKey, site: TheSite, limit: Limit = 50
) -> Page[FailureOut]:
    """Why items failed, by what their errors have in common, the commonest first; of the first 100,000 that failed."""
    await instance_or_404(site, instance_id)
    await step_or_404(site, instance_id, step_key)
    rows = await failures(site.reads, instance_id, step_key, limit=limit)
    return Page(data=[FailureOut.model_validate(row) for row in rows])


@router.get("/steps/{step_key}/items/{shard}/{seq}", **needs(Role.VIEWER))
async def read_item(
    *, instance_id: InstanceId, step_key: StepKey, shard: Shard, seq: Seq, site: TheSite
) -> ItemDetailOut:
    """One item in full, with what providers were asked for it and what they answered."""
    await instance_or_404(site, instance_id)
    await step_or_404(site, instance_id, step_key)
    found = await item_detail(site.reads, instance_id, step_key, shard=shard, seq=seq)
    if found is None:
        listed = f"/instances/{instance_id}/steps/{step_key}/items"
        raise Missing(f"shard {shard} of step {step_key!r} has no item {seq}", hint=f"See {listed}.")
    return ItemDetailOut.model_validate(found.item | {"calls": [CallOut.model_validate(one) for one in found.calls]})
