"""What a rehearsal finds that would go wrong in earnest, and what is to know of its figures. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from definitions.graph import StepGraph
from engine.rehearsal_estimate import Asking, Loading, own_scale
from engine.rehearsal_facts import Facts, StepFacts
from engine.said import RehearsalRemark, Said
from runners.base import Json


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to know about a step, or about the whole."""

    step: str | None
    said: Said

    @property
    def message(self) -> str:
        return self.said.words

    @property
    def code(self) -> str:
        return self.said.code

    @property
    def values(self) -> Mapping[str, Json]:
        return self.said.values


def _remark(step: str | None, code: RehearsalRemark, words: str, **values: Json) -> Remark:
    return Remark(step, Said(code, values, words))


def problems(facts: Facts, graph: StepGraph, asking: Mapping[str, Asking]) -> Iterator[Remark]:
    """Yield what would go wrong; ``asking`` is by step, parents first."""
    failed = [step for step in facts.steps if step.state == "failed"]
    if facts.head.error and not failed:
        yield _remark(None, RehearsalRemark.INSTANCE_FAILED, facts.head.error, error=facts.head.error)
    for step in failed:
        yield _of_failure(facts, graph, step)
    for key in facts.reasons:
        yield _of_answers(facts, key)
    yield from _over_budget(facts, asking)


def _of_failure(facts: Facts, graph: StepGraph, step: StepFacts) -> Remark:
    error = step.error or "failed"
    unseen = [one.key for one in facts.steps if "left_out" in one.result and one.key in graph.ancestors(step.key)]
    perhaps = f" (perhaps only because {', '.join(unseen)} was not rehearsed)" if unseen else ""
    return _remark(step.key, RehearsalRemark.STEP_FAILED, f"{error}{perhaps}", error=error, unseen=unseen)


def _of_answers(facts: Facts, key: str) -> Remark:
    reasons = facts.reasons[key]
    items = sum(one.items for one in reasons)
    listed = "; ".join(f"{one.items:,} x {one.reason} (such as: {one.example})" for one in reasons)
    return _remark(
        key,
        RehearsalRemark.ANSWERS_UNUSABLE,
        f"{items:,} items got no answer that can be used: {listed}",
        items=items,
        reasons=[{"items": one.items, "reason": one.reason, "example": one.example} for one in reasons],
    )


def _over_budget(facts: Facts, asking: Mapping[str, Asking]) -> Iterator[Remark]:
    """Find the step that would stop: before it pays, the most that it can cost is reserved."""
    budget, spent = facts.head.budget_usd, Decimal(0)
    if budget is None:
        return
    for key, one in asking.items():
        if spent + one.at_most_usd > budget:
            yield _remark(
                key,
                RehearsalRemark.OVER_BUDGET,
                f"would stop before it pays: it can cost up to ${one.at_most_usd:,.4f}, and of the budget of"
                f" ${budget:,.4f} about ${spent:,.4f} would be spent by then; raise budget_usd, or lower"
                " maxOutputTokens",
                at_most_usd=float(one.at_most_usd),
                budget_usd=float(budget),
                spent_usd=float(spent),
            )
            return
        spent += one.about_usd


def notes(
    facts: Facts, graph: StepGraph, *, asking: Mapping[str, Asking], loading: Mapping[str, Loading]
) -> Iterator[Remark]:
    """Yield what is to know of the figures; ``asking`` and ``loading`` are by step."""
    if (using := facts.head.using) is not None:
        words = f"its input is what instance {using} has made, and so are its figures"
        yield _remark(facts.head.step, RehearsalRemark.USING, words, instance_id=using)
    for step in facts.steps:
        yield from _on_step(step, graph)
    for key, one in asking.items():
        if one.price_is_upper_bound:
            words = f"no price of {one.mode} mode is known: it is priced as live, and may be cheaper"
            yield _remark(key, RehearsalRemark.NO_PRICE, words, mode=one.mode)
    for key, load in loading.items():
        yield from _on_load(key, load)


def _on_step(step: StepFacts, graph: StepGraph) -> Iterator[Remark]:
    if runner := step.result.get("left_out"):
        after = [key for key in graph.order if step.key in graph.ancestors(key)]
        unseen = f"; the steps after it saw no items of it: {', '.join(after)}" if after else ""
        words = f"was not rehearsed, for the runner {runner!r} takes no part in rehearsals{unseen}"
        yield _remark(step.key, RehearsalRemark.LEFT_OUT, words, runner=runner, after=after)
    if (scale := own_scale(step)) > 1.0:
        words = f"asked for a sample; its figures, and those after it, are scaled by {scale:,.4g}"
        yield _remark(step.key, RehearsalRemark.SAMPLED, words, scale=scale)
    for why in dict.fromkeys(one["not_ready"] for one in step.rehearsals if one.get("not_ready")):
        yield _remark(step.key, RehearsalRemark.NOT_READY, f"could not be run in earnest from here: {why}", why=why)


def _on_load(key: str, load: Loading) -> Iterator[Remark]:
    if load.mode == "replace":
        words = "the rows were tried in an empty copy of the table: its foreign keys were not checked"
        yield _remark(key, RehearsalRemark.EMPTY_COPY, words)
    if load.refused:
        words = f"{load.refused:,} of the {load.tried:,} rows were refused: {load.reasons[0]}"
        yield _remark(
            key, RehearsalRemark.ROWS_REFUSED, words, refused=load.refused, tried=load.tried, error=load.reasons[0]
        )
