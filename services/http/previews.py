"""What a definition would do: its graph, when it would fire, and what differs from the one that stands."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from definitions.cron import next_fires
from definitions.diagram import mermaid
from definitions.files import normal
from definitions.graph import StepGraph
from definitions.models import Definition
from engine.change_words import said
from engine.changes import Change, changes
from engine.draft_cost import CostChange
from engine.draft_plan import DraftPlan
from engine.past_purchases import cost_of_edit
from services.http.shapes.definitions import ChangeOut, CostOut, Preview, ReuseOut
from services.http.shapes.instances import PlannedOut, RetryRefusalOut
from services.http.site import Site


async def preview_of(site: Site, row: Mapping[str, Any], *, known: Mapping[str, Any] | None) -> Preview:
    """Return the preview of a definition that has no problems; ``known`` is the one that stands."""
    filled = normal(row)
    draft = Definition.model_validate(filled)
    stands = None if known is None else Definition.model_validate(normal(known))
    graph = StepGraph(draft)
    now = (await site.feed.position()).at
    plan = None if stands is None else await site.engine.plan_draft(graph, steps=filled["steps"])
    cost = None if stands is None else await cost_of_edit(site.reads, stands, draft)
    return Preview(
        name=draft.name,
        graph={key: list(graph.children(key)) for key in graph.order},
        mermaid=mermaid(graph),
        next_fires=_fires(draft, now),
        next_fires_before=[] if stands is None else _fires(stands, now),
        is_new=known is None,
        changes=[] if known is None else changes_of(known, row),
        reuse=None if plan is None else _reuse(plan),
        cost=None if cost is None else _cost(cost),
    )


def changes_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[ChangeOut]:
    return [_change(change) for change in changes(before, after)]


def _change(change: Change) -> ChangeOut:
    sentence = said(change)
    return ChangeOut(
        path=change.path, before=change.before, after=change.after,
        code=sentence.code, values=dict(sentence.values), words=sentence.words,
    )  # fmt: skip


def _fires(definition: Definition, now: datetime) -> list[datetime]:
    if definition.cron is None or not definition.enabled:
        return []
    return next_fires(definition.cron, timezone=definition.timezone, after=now)


def _reuse(plan: DraftPlan) -> ReuseOut:
    steps = [PlannedOut.of(step) for step in plan.steps]
    refusal = None if plan.refusal is None else RetryRefusalOut.model_validate(plan.refusal)
    return ReuseOut(instance_id=plan.instance_id, status=plan.status, steps=steps, refusal=refusal)


def _cost(cost: CostChange) -> CostOut:
    return CostOut.model_validate(cost)
