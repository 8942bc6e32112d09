"""The table of fanIn rules, for every combination of parents."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from definitions.models import FanIn, OnFailure, Tolerate
from engine.planner import Status, StepState, Tally, Verdict, final_status, is_tolerated, seen_by_children, verdict

TERMINAL = [state for state in StepState if state.is_terminal]


def tally(*states: StepState) -> Tally:
    counted = Tally(total=len(states), open=len(states), succeeded=0, failed=0)
    for state in states:
        counted = counted.count(state)
    return counted


def expected(rule: FanIn, states: tuple[StepState, ...]) -> Verdict:
    """The table of the design, written the long way."""
    failed = any(state.is_failure for state in states)
    succeeded = [state is StepState.SUCCEEDED for state in states]
    blocked = Verdict.UPSTREAM_FAILED if failed else Verdict.SKIP
    table = {
        FanIn.NONE_FAILED_MIN_ONE_SUCCESS: Verdict.RUN if not failed and any(succeeded) else blocked,
        FanIn.ALL_SUCCESS: Verdict.RUN if all(succeeded) else blocked,
        FanIn.NONE_FAILED: blocked if failed else Verdict.RUN,
        FanIn.ANY_SUCCESS: Verdict.RUN if any(succeeded) else blocked,
        FanIn.ALL_DONE: Verdict.RUN,
        FanIn.ANY_FAILED: Verdict.RUN if failed else Verdict.SKIP,
    }
    return table[rule]


@pytest.mark.parametrize("rule", FanIn)
def test_every_combination_of_up_to_three_parents_is_decided_as_the_table_says(rule: FanIn) -> None:
    for count in (1, 2, 3):
        for states in itertools.product(TERMINAL, repeat=count):
            assert verdict(rule, tally(*states)) is expected(rule, states), states


@pytest.mark.parametrize("rule", FanIn)
def test_a_root_runs_under_every_rule_but_any_failed(rule: FanIn) -> None:
    assert verdict(rule, tally()) is (Verdict.SKIP if rule is FanIn.ANY_FAILED else Verdict.RUN)


@given(
    rule=st.sampled_from(FanIn),
    states=st.lists(st.sampled_from(TERMINAL), min_size=1, max_size=30),
    open_=st.integers(1, 5),
)
def test_while_a_parent_is_open_only_any_success_may_decide(rule: FanIn, states: list[StepState], open_: int) -> None:
    counted = Tally(total=len(states) + open_, open=len(states) + open_, succeeded=0, failed=0)
    for state in states:
        counted = counted.count(state)
    early = rule is FanIn.ANY_SUCCESS and StepState.SUCCEEDED in states
    assert verdict(rule, counted) is (Verdict.RUN if early else Verdict.WAIT)


@given(st.permutations([StepState.SUCCEEDED, StepState.FAILED, StepState.SKIPPED, StepState.CANCELLED]))
def test_the_order_in_which_parents_end_does_not_matter(states: list[StepState]) -> None:
    assert tally(*states) == tally(*sorted(states))


def test_only_a_tolerated_failure_counts_as_a_success_for_children() -> None:
    assert seen_by_children(StepState.FAILED, OnFailure.CONTINUE) is StepState.SUCCEEDED
    assert seen_by_children(StepState.FAILED, OnFailure.FAIL) is StepState.FAILED
    assert seen_by_children(StepState.UPSTREAM_FAILED, OnFailure.CONTINUE) is StepState.UPSTREAM_FAILED


@pytest.mark.parametrize(
    ("failed", "total", "tolerate", "fine"),
    [
        (0, 10, {}, True),
        (1, 10, {}, False),
        (2, 10, {"count": 2}, True),
        (3, 10, {"count": 2}, False),
        (1, 10, {"percent": 10}, True),
        (2, 10, {"percent": 10}, False),
        (2, 10, {"count": 1, "percent": 20}, True),
        (0, 0, {}, True),
    ],
)
def test_either_bound_tolerates(failed: int, total: int, tolerate: dict[str, int], fine: bool) -> None:
    assert is_tolerated(failed, total, Tolerate.model_validate(tolerate)) is fine


def test_a_failed_step_fails_the_instance_whatever_else_succeeded() -> None:
    assert final_status(failed_steps=1, cancelled=False) is Status.FAILED
    assert final_status(failed_steps=0, cancelled=False) is Status.SUCCEEDED
    assert final_status(failed_steps=1, cancelled=True) is Status.CANCELLED
