"""What a retry reuses."""

from typing import Any

from definitions.graph import StepGraph
from definitions.models import Definition
from engine.planner import StepState
from engine.reset import Fate, plan_reset


def graph(*steps: dict[str, Any]) -> StepGraph:
    return StepGraph(Definition.model_validate({"name": "d", "steps": list(steps)}))


def step(key: str, *next_steps: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "runner": "noop", "nextSteps": list(next_steps)} | more


def fates(old: StepGraph, new: StepGraph, **states: str) -> dict[str, str]:
    plan = plan_reset(old, new, states={key: StepState(state) for key, state in states.items()})
    return {planned.key: planned.fate.value for planned in plan}


CHAIN = graph(step("a", "b"), step("b", "c"), step("c"))


def test_what_succeeded_is_reused_and_what_did_not_is_run_again() -> None:
    assert fates(CHAIN, CHAIN, a="succeeded", b="failed", c="upstream_failed") == {
        "a": Fate.REUSE, "b": Fate.RERUN, "c": Fate.RERUN,
    }  # fmt: skip


def test_an_edited_step_and_all_behind_it_run_again() -> None:
    fixed = graph(step("a", "b"), step("b", "c", params={"seconds": 1}), step("c"))
    assert fates(CHAIN, fixed, a="succeeded", b="succeeded", c="failed") == {
        "a": Fate.REUSE, "b": Fate.RERUN, "c": Fate.RERUN,
    }  # fmt: skip


def test_an_edit_of_what_does_not_touch_the_work_reuses_the_result() -> None:
    edited = graph(
        step("a", "b", timeoutSeconds=5, retry={"maxAttempts": 9}, description="new", onFailure="stop"),
        step("b", "c", fanIn="all_success"),
        step("c"),
    )
    assert fates(CHAIN, edited, a="succeeded", b="succeeded", c="failed")["b"] == Fate.REUSE


def test_new_and_dropped_steps_are_named() -> None:
    changed = graph(step("a", "b", "extra"), step("b"), step("extra"))
    assert fates(CHAIN, changed, a="succeeded", b="succeeded", c="failed") == {
        "a": Fate.REUSE, "b": Fate.REUSE, "extra": Fate.NEW, "c": Fate.DROPPED,
    }  # fmt: skip


def test_a_tolerated_failure_is_settled_and_stays() -> None:
    tolerant = graph(step("a", "b", onFailure="continue"), step("b", "c"), step("c"))
    assert fates(tolerant, tolerant, a="failed", b="succeeded", c="failed") == {
        "a": Fate.REUSE, "b": Fate.REUSE, "c": Fate.RERUN,
    }  # fmt: skip


def test_a_skipped_step_is_decided_again_only_if_its_rule_or_condition_was_edited() -> None:
    old = graph(step("a", "b"), step("b", condition="params.go"), step("c"))
    new = graph(step("a", "b"), step("b", condition="params.go", fanIn="all_done"), step("c"))
    assert fates(old, old, a="succeeded", b="skipped", c="failed")["b"] == Fate.REUSE
    assert fates(old, new, a="succeeded", b="skipped", c="failed")["b"] == Fate.RERUN


def test_only_the_same_work_on_the_same_input_goes_on_where_it_was() -> None:
    fixed = graph(step("a", "b"), step("b", "c", params={"seconds": 1}), step("c"))
    states = {"a": StepState.SUCCEEDED, "b": StepState.FAILED, "c": StepState.UPSTREAM_FAILED}
    same = {planned.key: planned.goes_on for planned in plan_reset(CHAIN, CHAIN, states=states)}
    edited = {planned.key: planned.goes_on for planned in plan_reset(CHAIN, fixed, states=states)}
    assert (same["b"], same["c"]) == (True, False)
    assert (edited["b"], edited["c"]) == (False, False)


def test_every_line_of_a_plan_says_why_in_words_and_to_programs() -> None:
    old = graph(step("a", "b", "d"), step("b", "c"), step("c"), step("d"), step("e"), step("f"))
    new = graph(step("a", "b", "d"), step("b", "c", params={"n": 1}), step("c"), step("d"), step("e", "g"), step("g"))
    states = {"a": "succeeded", "b": "succeeded", "c": "succeeded", "d": "failed", "e": "succeeded", "f": "succeeded"}
    plan = plan_reset(old, new, states={key: StepState(state) for key, state in states.items()}, edited={"e": "teach"})
    assert {line.key: (line.why.code, line.why.values, line.why.words) for line in plan} == {
        "a": ("unchanged", {"state": "succeeded"}, "succeeded, unchanged"),
        "b": ("step_edited", {}, "the step was edited"),
        "c": ("input_changes", {"steps": ["b"]}, "its input changes: b"),
        "d": ("not_done", {"state": "failed"}, "was failed"),
        "e": ("prompt_edited", {"prompt": "teach"}, "the prompt 'teach' was edited"),
        "f": ("removed", {}, "no longer in the definition"),
        "g": ("added", {}, "not in the earlier version"),
    }


def test_a_step_with_another_parent_runs_again() -> None:
    [_, _, last] = plan_reset(
        CHAIN, graph(step("a", "b", "c"), step("b"), step("c")), states=dict.fromkeys("abc", StepState.SUCCEEDED)
    )
    assert (last.fate, last.why.code) == (Fate.RERUN, "parents_edited")
