"""Instances: list, read, why they do not go on, and when they end. Reads only."""

from datetime import datetime, timedelta
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query

from engine.access import Role
from engine.pages import InstanceFilter
from engine.past import Outlook, outlook
from engine.rows import Row
from engine.said import NoEta, Said, Standing
from runners.base import Json
from services.http.marks import numbers
from services.http.paging import by, read_page
from services.http.problems import Missing
from services.http.roles import needs
from services.http.shapes.common import (
    KEY,
    LARGEST_ID,
    After,
    Before,
    InstanceId,
    Limit,
    Moment,
    Page,
    StepKey,
)
from services.http.shapes.definitions import DefinitionOut
from services.http.shapes.instances import (
    Eta,
    Explanation,
    InstanceDetail,
    InstanceOut,
    ItemOut,
    ItemState,
    NoEtaOut,
    ResultOut,
    StatusFilter,
    StepOut,
    TriggerFilter,
)
from services.http.site import Site, TheSite

router = APIRouter(prefix="/instances", tags=["instances"])

OfStep = Annotated[str | None, Query(pattern=KEY, description="Only of this step.")]
_MOST_EXPLAINED = 20


@router.get("", **needs(Role.VIEWER))
async def list_instances(
    *,
    site: TheSite,
    definition: Annotated[str | None, Query(pattern=KEY)] = None,
    status: StatusFilter | None = None,
    trigger: TriggerFilter | None = None,
    created_from: Moment | None = None,
    created_until: Moment | None = None,
    before: Before = None,
    limit: Limit = 50,
) -> Page[InstanceOut]:
    """Instances, newest first."""
    wanted = InstanceFilter(definition, status, trigger, created_from, created_until)
    read = partial(site.pages.instances, wanted, before=before)
    return await read_page(read, InstanceOut, limit=limit, key=by("id"))


@router.get("/{instance_id}", **needs(Role.VIEWER))
async def read_instance(instance_id: InstanceId, site: TheSite) -> InstanceDetail:
    """An instance, with what it was started with."""
    row = await instance_or_404(site, instance_id)
    return InstanceDetail.model_validate(row | {"shards": await site.listings.shards(instance_id)})


@router.get("/{instance_id}/definition", **needs(Role.VIEWER))
async def read_definition_of_instance(instance_id: InstanceId, site: TheSite) -> DefinitionOut:
    """The definition as the instance runs it: that of its version, or the draft that it rehearses."""
    await instance_or_404(site, instance_id)
    return DefinitionOut.model_validate(await site.versions.run_by(instance_id))


@router.get("/{instance_id}/eta", **needs(Role.VIEWER))
async def read_eta(instance_id: InstanceId, site: TheSite) -> Eta:
    """When the instance ends, by how long its steps took in earlier instances, and how far off that may be."""
    row = await instance_or_404(site, instance_id)
    found = await outlook(site.reads, instance_id)
    if found is None:
        return _no_eta(NoEta.NOT_RUNNING, f"the instance is {row['status']}", status=row["status"])
    return _eta(found)


def _eta(found: Outlook) -> Eta:
    estimate = found.estimate
    if estimate is None:
        steps = found.unknown[:10]
        words = f"no earlier instance that succeeded has finished these steps: {', '.join(steps)}"
        return _no_eta(NoEta.STEPS_NEVER_DONE, words, steps=list(steps))
    return Eta(
        at=_at(found.at, estimate.seconds_left),
        seconds_left=estimate.seconds_left,
        error_seconds=estimate.error_seconds,
        path=list(estimate.path),
        runs=estimate.runs,
    )


def _no_eta(code: NoEta, words: str, **values: Json) -> Eta:
    return Eta(at=None, why_not=NoEtaOut(code=code, values=values, words=words))


def _at(now: datetime, seconds: float) -> datetime:
    return now + timedelta(seconds=seconds)


@router.get("/{instance_id}/explain", **needs(Role.VIEWER))
async def explain_instance(instance_id: InstanceId, site: TheSite) -> list[Explanation]:
    """Why is this not running? In words, for each step that is not done; at most 20 of them."""
    row = await instance_or_404(site, instance_id)
    if row["status"] not in ("pending", "running"):
        return [_explanation(None, _ended(row))]
    steps = await site.pages.unfinished_steps(instance_id, limit=_MOST_EXPLAINED)
    keys = [str(step["step_key"]) for step in steps] or [await _first_key(site, row)]
    return [_explanation(key, await site.listings.explain(instance_id, key)) for key in keys]


async def _first_key(site: Site, row: Row) -> str:
    """Return the first step of an instance that has none yet: what is said of it is said of the instance."""
    content = await site.versions.run_by(int(row["id"]))
    return str(content["steps"][0]["key"])


def _explanation(key: str | None, said: Said) -> Explanation:
    return Explanation(step_key=key, code=said.code, values=dict(said.values), words=said.words)


def _ended(row: Row) -> Said:
    words = f"Instance {row['id']} has {row['status']}" + (f": {row['error']}" if row["error"] else ".")
    values = {"instance_id": row["id"], "status": row["status"], "error": row["error"]}
    return Said(Standing.INSTANCE_ENDED, {name: value for name, value in values.items() if value is not None}, words)


@router.get("/{instance_id}/steps", **needs(Role.VIEWER))
async def list_steps(
    instance_id: InstanceId,
    site: TheSite,
    shards_of: Annotated[str | None, Query(pattern=KEY, description="The shards of this parallel step.")] = None,
    after: Annotated[int | None, Query(ge=0, le=LARGEST_ID, description="`next` of the page before.")] = None,
    limit: Limit = 200,
) -> Page[StepOut]:
    """Steps in the order in which they were made."""
    await instance_or_404(site, instance_id)
    read = partial(site.pages.steps, instance_id, shards_of=shards_of, after=after)
    return await read_page(read, StepOut, limit=limit, key=by("id"))


@router.get("/{instance_id}/steps/{step_key}/explain", **needs(Role.VIEWER))
async def explain_step(instance_id: InstanceId, step_key: StepKey, site: TheSite) -> Explanation:
    """Why is this step not running, or: what became of it? In words."""
    await instance_or_404(site, instance_id)
    return _explanation(step_key, await site.listings.explain(instance_id, step_key))


@router.get("/{instance_id}/results", **needs(Role.VIEWER))
async def list_results(
    instance_id: InstanceId, site: TheSite, step: OfStep = None, after: After = None, limit: Limit = 100
) -> Page[ResultOut]:
    """What each attempt gave: a summary, or an error."""
    await instance_or_404(site, instance_id)
    read = partial(site.pages.results, instance_id, step_key=step, after=_result_key(after))
    return await read_page(read, ResultOut, limit=limit, key=by("step_key", "shard", "attempt"))


@router.get("/{instance_id}/steps/{step_key}/items", **needs(Role.VIEWER))
async def list_items(
    *,
    instance_id: InstanceId,
    step_key: StepKey,
    site: TheSite,
    state: Annotated[list[ItemState] | None, Query(description="Only these; failed and dead: what went wrong.")] = None,
    reason: Annotated[
        str | None, Query(max_length=300, description="Only failed ones with this `reason` of the step's failures.")
    ] = None,
    after: After = None,
    limit: Limit = 100,
) -> Page[ItemOut]:
    """The items that a step has made."""
    await instance_or_404(site, instance_id)
    await step_or_404(site, instance_id, step_key)
    key = _item_key(after)
    read = partial(site.pages.items, instance_id, step_key, states=state or [], reason=reason, after=key)
    return await read_page(read, ItemOut, limit=limit, key=by("shard", "seq"))


async def instance_or_404(site: Site, instance_id: int) -> Row:
    """Return an instance that there is."""
    row = await site.pages.instance(instance_id)
    if row is None:
        raise Missing(f"there is no instance {instance_id}", hint="See /instances.")
    return row


async def step_or_404(site: Site, instance_id: int, step_key: str) -> Row:
    """Return a step that there is, of an instance that there is."""
    row = await site.pages.step(instance_id, step_key)
    if row is None:
        raise Missing(f"instance {instance_id} has no step {step_key!r}", hint=f"See /instances/{instance_id}/steps.")
    return row


def _result_key(after: str | None) -> tuple[str, int, int] | None:
    if after is None:
        return None
    step, _, rest = after.partition(":")
    shard, attempt = numbers(rest, count=2)
    return step, shard, attempt


def _item_key(after: str | None) -> tuple[int, int] | None:
    if after is None:
        return None
    shard, seq = numbers(after, count=2)
    return shard, seq
