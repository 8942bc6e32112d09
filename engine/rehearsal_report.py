"""Puts together what a rehearsal says of the real run: its cost, its writes, and first what would go wrong.

Pure: facts in, a report out. A step that asked for a sample counts for all items, and so does what comes after it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from definitions.graph import StepGraph
from engine.planner import Status
from engine.rehearsal_estimate import Asking, Loading, estimate, loading, own_scale
from engine.rehearsal_facts import Facts, StepFacts
from engine.rehearsal_remarks import Remark, notes, problems

_EXAMPLES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReport:
    """One step: how it ended, and what stands behind its items."""

    key: str
    runner: str
    state: str
    items: int
    failed: int
    scale: float
    """How many items of the real run one item stands for."""
    asking: Asking | None
    loading: Loading | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsalReport:
    """What people read after a rehearsal."""

    instance_id: int
    definition: str
    version: int
    """With ``is_draft``: the version that stood beside the draft."""
    is_draft: bool
    status: str
    sample: int | None
    step: str | None
    using: int | None
    problems: Sequence[Remark]
    notes: Sequence[Remark]
    budget_usd: Decimal | None
    steps: Sequence[StepReport]

    @property
    def is_done(self) -> bool:
        """Whether the figures are final: until then, they are those of what has ended."""
        return Status(self.status).is_terminal

    @property
    def about_usd(self) -> Decimal:
        return sum((one.asking.about_usd for one in self.steps if one.asking), Decimal(0))

    @property
    def at_most_usd(self) -> Decimal:
        return sum((one.asking.at_most_usd for one in self.steps if one.asking), Decimal(0))


def report(facts: Facts, graph: StepGraph) -> RehearsalReport:
    """Return the report on a rehearsal of this graph, of what has ended of it."""
    found = {step.key: step for step in facts.steps}
    scales = _scales(found, graph)
    steps = [_step(facts, found[key], graph, scale=scales[key]) for key in graph.order if key in found]
    asking = {step.key: step.asking for step in steps if step.asking is not None}
    loads = {step.key: step.loading for step in steps if step.loading is not None}
    head = facts.head
    return RehearsalReport(
        instance_id=facts.instance_id,
        definition=head.definition,
        version=head.version,
        is_draft=head.is_draft,
        status=head.status,
        sample=head.sample,
        step=head.step,
        using=head.using,
        problems=list(problems(facts, graph, asking)),
        notes=list(notes(facts, graph, asking=asking, loading=loads)),
        budget_usd=head.budget_usd,
        steps=steps,
    )


def _scales(found: Mapping[str, StepFacts], graph: StepGraph) -> dict[str, float]:
    """Return for how many items of the real run one of each step stands: of several inputs the most counts."""
    scales: dict[str, float] = {}
    for key in graph.order:
        inherited = max((scales[parent] for parent in graph.parents(key)), default=1.0)
        scales[key] = inherited * (own_scale(found[key]) if key in found else 1.0)
    return scales


def _step(facts: Facts, step: StepFacts, graph: StepGraph, *, scale: float) -> StepReport:
    asking = None
    if (asked := facts.asked.get(step.key)) is not None:
        asking = estimate(
            step,
            asked,
            facts.past[step.key],
            scale=scale,
            reasons=facts.reasons.get(step.key, ()),
            examples=facts.examples.get(step.key, ())[:_EXAMPLES],
        )
    return StepReport(
        key=step.key,
        runner=graph.steps[step.key].runner_name,
        state=step.state,
        items=step.result.get("items", step.result.get("loaded", 0)),
        failed=step.result.get("failed", step.result.get("dead", 0)),
        scale=scale,
        asking=asking,
        loading=loading(step, scale=scale),
    )
