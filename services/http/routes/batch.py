"""Starting definitions: one by name, or all that are enabled."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Header

from engine.access import Role
from engine.triggers import BudgetTooHigh, NotStarted, Started
from services.http.problems import Wrong
from services.http.roles import needs
from services.http.shapes.common import Name
from services.http.shapes.definitions import (
    BatchRunIn,
    BatchRunOut,
    NotStartedOut,
    RunIn,
    StartedOut,
)
from services.http.site import TheActor, TheSite

router = APIRouter(tags=["runs"])

IdempotencyKey = Annotated[
    str | None,
    Header(min_length=1, max_length=200, description="The same key gives the same instance again.", examples=["a1b2"]),
]


@router.post("/batch/run", status_code=202, **needs(Role.OPERATOR))
async def run_batch(
    asked: BatchRunIn, site: TheSite, actor: TheActor, idempotency_key: IdempotencyKey = None
) -> BatchRunOut:
    """Start one definition by name, or all that are enabled; one that is refused holds up none of the others."""
    if (asked.name is None) == (not asked.all):
        raise Wrong("body", "give either a name, or all: true")
    if asked.all and asked.params:
        raise Wrong("body.params", "are for one definition; start those that need params by name")
    subject = asked.name or "all enabled"
    async with site.audit.recording(actor, action="definition.run", subject=subject) as entry:
        results = await _start(site, asked, idempotency_key)
        entry.after = [_audited(one) for one in results]
    return _told(results)


async def _start(site: TheSite, asked: BatchRunIn, key: str | None) -> Sequence[Started | NotStarted]:
    if asked.name is not None:
        return [await site.triggers.start(asked.name, params=asked.params, key=key)]
    return await site.triggers.start_all(key=key)


def _audited(one: Started | NotStarted) -> dict[str, object]:
    if isinstance(one, Started):
        return {"definition": one.definition, "instance_id": one.instance_id}
    return {"definition": one.definition, "problem": one.problem}


def _told(results: Sequence[Started | NotStarted]) -> BatchRunOut:
    return BatchRunOut(
        started=[StartedOut.model_validate(one) for one in results if isinstance(one, Started)],
        refused=[NotStartedOut.model_validate(one) for one in results if isinstance(one, NotStarted)],
    )


@router.post("/definitions/{name}/run", status_code=202, **needs(Role.OPERATOR))
async def run_definition(
    name: Name, site: TheSite, actor: TheActor, asked: RunIn | None = None, idempotency_key: IdempotencyKey = None
) -> StartedOut:
    """Start a definition. Its params are checked against its `params_schema`, and their defaults filled in."""
    wanted = asked or RunIn()
    async with site.audit.recording(actor, action="definition.run", subject=name) as entry:
        try:
            started = await site.triggers.start(
                name, params=wanted.params, key=idempotency_key, budget_usd=wanted.budget_usd
            )
        except BudgetTooHigh as error:
            raise Wrong("body.budget_usd", str(error)) from error
        entry.after = {"instance_id": started.instance_id, **wanted.model_dump(mode="json", exclude_none=True)}
    return StartedOut.model_validate(started)
