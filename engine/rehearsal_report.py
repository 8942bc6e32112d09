"""Puts together what a rehearsal says of the real run: its cost, its writes, and first what would go wrong.

Pure: facts in, a report out. A step that asked for a sample counts for all items, and so does what comes after it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from definitions.graph import StepGraph
from engine.planner import Status
from engine.rehearsal_estimate import Asking, Loading, estimate, loading
from engine.rehearsal_facts import Facts, StepFacts

_EXAMPLES = 2


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to know about a step, or about the whole."""

    step: str | None
    message: str


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
        problems=list(_problems(facts, graph, steps)),
        notes=list(_notes(facts, graph, steps)),
        budget_usd=head.budget_usd,
        steps=steps,
    )


def _scales(found: Mapping[str, StepFacts], graph: StepGraph) -> dict[str, float]:
    """Return for how many items of the real run one of each step stands: of several inputs the most counts."""
    scales: dict[str, float] = {}
    for key in graph.order:
        inherited = max((scales[parent] for parent in graph.parents(key)), default=1.0)
        scales[key] = inherited * (_own_scale(found[key]) if key in found else 1.0)
    return scales


def _own_scale(step: StepFacts) -> float:
    made = step.result.get("items", 0) + step.result.get("failed", 0)
    whole = sum(one["of"] for one in step.rehearsals if "tried" not in one)
    return float(whole / made) if whole and made else 1.0


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


def _problems(facts: Facts, graph: StepGraph, steps: Sequence[StepReport]) -> Iterator[Remark]:
    failed = [step for step in facts.steps if step.state == "failed"]
    if facts.head.error and not failed:
        yield Remark(None, facts.head.error)
    for step in failed:
        yield Remark(step.key, f"{step.error or 'failed'}{_perhaps_because(facts, graph, step.key)}")
    for key, reasons in facts.reasons.items():
        listed = "; ".join(f"{one.items:,} x {one.reason} (such as: {one.example})" for one in reasons)
        yield Remark(key, f"{sum(one.items for one in reasons):,} items got no answer that can be used: {listed}")
    yield from _over_budget(facts, steps)


def _perhaps_because(facts: Facts, graph: StepGraph, key: str) -> str:
    left_out = [step.key for step in facts.steps if "left_out" in step.result and step.key in graph.ancestors(key)]
    return f" (perhaps only because {', '.join(left_out)} was not rehearsed)" if left_out else ""


def _over_budget(facts: Facts, steps: Sequence[StepReport]) -> Iterator[Remark]:
    """Find the step that would stop: before it pays, the most that it can cost is reserved."""
    budget, spent = facts.head.budget_usd, Decimal(0)
    if budget is None:
        return
    for step in steps:
        if step.asking is None:
            continue
        if spent + step.asking.at_most_usd > budget:
            yield Remark(
                step.key,
                f"would stop before it pays: it can cost up to ${step.asking.at_most_usd:,.4f}, and of the budget of"
                f" ${budget:,.4f} about ${spent:,.4f} would be spent by then; raise budget_usd, or lower"
                " maxOutputTokens",
            )
            return
        spent += step.asking.about_usd


def _notes(facts: Facts, graph: StepGraph, steps: Sequence[StepReport]) -> Iterator[Remark]:
    if facts.head.using is not None:
        yield Remark(facts.head.step, f"its input is what instance {facts.head.using} has made, and so are its figures")
    for step in facts.steps:
        yield from _notes_on(step, graph)
    for one in steps:
        if one.asking is not None and one.asking.price_is_upper_bound:
            yield Remark(
                one.key, f"no price of {one.asking.mode} mode is known: it is priced as live, and may be cheaper"
            )
        if one.loading is not None:
            yield from _notes_on_load(one.key, one.loading)


def _notes_on(step: StepFacts, graph: StepGraph) -> Iterator[Remark]:
    if runner := step.result.get("left_out"):
        after = [key for key in graph.order if step.key in graph.ancestors(key)]
        unseen = f"; the steps after it saw no items of it: {', '.join(after)}" if after else ""
        yield Remark(step.key, f"was not rehearsed, for the runner {runner!r} takes no part in rehearsals{unseen}")
    if (scale := _own_scale(step)) > 1.0:
        yield Remark(step.key, f"asked for a sample; its figures, and those after it, are scaled by {scale:,.4g}")
    for why in dict.fromkeys(one["not_ready"] for one in step.rehearsals if one.get("not_ready")):
        yield Remark(step.key, f"could not be run in earnest from here: {why}")


def _notes_on_load(key: str, load: Loading) -> Iterator[Remark]:
    if load.mode == "replace":
        yield Remark(key, "the rows were tried in an empty copy of the table: its foreign keys were not checked")
    if load.refused:
        yield Remark(key, f"{load.refused:,} of the {load.tried:,} rows were refused: {load.reasons[0]}")
