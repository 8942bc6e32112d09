"""Says what a retry of the newest broken instance would reuse if a draft were saved. Saves nothing, locks nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from definitions.graph import StepGraph
from engine.contexts import Contexts
from engine.reset import PlannedStep, plan_reset
from engine.resetter import RetryRefused, changed_prompts, fitted, states_of
from engine.said import Said
from engine.store import Store
from runners.base import Json


@dataclass(frozen=True, slots=True)
class DraftPlan:
    """What a retry with the draft would do with an instance; ``refusal``: why it could not be carried out."""

    instance_id: int
    status: str
    steps: Sequence[PlannedStep]
    refusal: Said | None


async def plan_draft(store: Store, contexts: Contexts, draft: StepGraph, *, steps: Json) -> DraftPlan | None:
    """Plan a retry of the newest instance that failed or was cancelled; None if there is none.

    ``steps`` are those of the draft as they would be saved.
    """
    row = await (await store.send("newest_broken_instance", name=draft.definition.name)).fetchone()
    if row is None:
        return None
    instance_id, definition_id, version, status, params = row
    old = await contexts.former_graph(store.session, definition_id, version)
    states = await states_of(store, instance_id, old)
    edited = await changed_prompts(store, instance_id, steps=steps)
    planned = plan_reset(old, draft, states=states, edited=edited)
    return DraftPlan(instance_id, status, planned, _refusal(params, draft))


def _refusal(params: Json, draft: StepGraph) -> Said | None:
    try:
        fitted(params, draft)
    except RetryRefused as error:
        return error.said
    return None
