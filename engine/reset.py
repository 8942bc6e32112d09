"""Decides what a retry reuses. Pure: two graphs and the states of the steps go in, a plan comes out.

A result is reused when the step would do the same work on the same input: runner, params, condition and spreading are
unchanged, and so are its parents, all of which are reused themselves.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from definitions.graph import StepGraph
from definitions.models import OnFailure, Step
from engine.planner import StepState
from engine.said import PlanReason, Said

_MOST_NAMED = 3


class Fate(StrEnum):
    """What a retry does with a step."""

    REUSE = "reuse"
    RERUN = "rerun"
    NEW = "new"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One line of the plan.

    Attributes:
        goes_on: a rerun of the same work on the same input: what it has done already is kept.
    """

    key: str
    fate: Fate
    why: Said
    goes_on: bool = False


def fingerprint(step: Step, *, with_rule: bool = False) -> str:
    """Return a hash of what decides the step's work; ``with_rule`` adds what decides whether it runs."""
    parallel = step.parallel and [step.parallel.over, step.parallel.chunk]
    parts = [step.runner_name, step.params, step.condition, parallel, str(step.fan_in) if with_rule else None]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def plan_reset(
    old: StepGraph, new: StepGraph, *, states: Mapping[str, StepState], edited: Mapping[str, str] | None = None
) -> list[PlannedStep]:
    """Say for every step of the new graph, parents first, and for every one it has lost, what a retry does with it.

    ``edited`` names steps that change for another reason than their own text: a prompt was edited, whose key it gives.
    """
    fates: dict[str, PlannedStep] = {}
    for key in new.order:
        fates[key] = _plan(key, old, new, states=states, fates=fates, edited=edited or {})
    gone = Said(PlanReason.REMOVED, {}, "no longer in the definition")
    dropped = [PlannedStep(key, Fate.DROPPED, gone) for key in states if key not in new.steps]
    return [*fates.values(), *dropped]


def _plan(
    key: str,
    old: StepGraph,
    new: StepGraph,
    *,
    states: Mapping[str, StepState],
    fates: Mapping[str, PlannedStep],
    edited: Mapping[str, str],
) -> PlannedStep:
    if key not in states or key not in old.steps:
        return PlannedStep(key, Fate.NEW, Said(PlanReason.ADDED, {}, "not in the earlier version"))
    state = states[key]
    change = _edit_of_prompt(edited.get(key)) or _change(key, old, new, state=state, fates=fates)
    if change is not None:
        return PlannedStep(key, Fate.RERUN, change)
    if _is_done(state, new.steps[key]):
        return PlannedStep(key, Fate.REUSE, Said(PlanReason.UNCHANGED, {"state": state}, f"{state}, unchanged"))
    return PlannedStep(key, Fate.RERUN, Said(PlanReason.NOT_DONE, {"state": state}, f"was {state}"), goes_on=True)


def _edit_of_prompt(prompt: str | None) -> Said | None:
    if prompt is None:
        return None
    return Said(PlanReason.PROMPT_EDITED, {"prompt": prompt}, f"the prompt {prompt!r} was edited")


def _change(
    key: str, old: StepGraph, new: StepGraph, *, state: StepState, fates: Mapping[str, PlannedStep]
) -> Said | None:
    skipped = state is StepState.SKIPPED
    if fingerprint(old.steps[key], with_rule=skipped) != fingerprint(new.steps[key], with_rule=skipped):
        return Said(PlanReason.STEP_EDITED, {}, "the step was edited")
    if set(old.parents(key)) != set(new.parents(key)):
        return Said(PlanReason.PARENTS_EDITED, {}, "its parents were edited")
    again = [parent for parent in new.parents(key) if fates[parent].fate is not Fate.REUSE][:_MOST_NAMED]
    return Said(PlanReason.INPUT_CHANGES, {"steps": again}, f"its input changes: {', '.join(again)}") if again else None


def _is_done(state: StepState, step: Step) -> bool:
    if state is StepState.FAILED:
        return step.on_failure is OnFailure.CONTINUE
    return state in (StepState.SUCCEEDED, StepState.SKIPPED)
