"""The estimate of an instance's end: by step, by item, along the longest path, with its own error."""

from datetime import UTC, datetime, timedelta

import pytest

from definitions.graph import StepGraph
from definitions.models import Definition
from engine.eta import Course, Estimate, StepTimes, estimate, unknown_steps

START = datetime(2026, 11, 21, tzinfo=UTC)
DIAMOND = [
    {"key": "a", "nextSteps": ["b", "c"]},
    {"key": "b", "nextSteps": ["d"]},
    {"key": "c", "nextSteps": ["d"]},
    {"key": "d"},
]


def graph(steps: list[dict[str, object]]) -> StepGraph:
    return StepGraph(Definition.model_validate({"name": "p", "steps": steps}))


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def course(**ends: float) -> Course:
    return Course(START, {key: StepTimes(at(end), None) for key, end in ends.items()})


def left(made: Estimate | None) -> float:
    assert made is not None
    return made.seconds_left


def test_the_longest_path_counts_not_the_sum() -> None:
    past = [course(a=10, b=15, c=40, d=50)] * 2
    made = estimate(graph(DIAMOND), Course(START, {}), past, now=START)
    assert made is not None
    assert (made.seconds_left, list(made.path)) == (50, ["a", "c", "d"])


def test_what_is_done_and_what_has_passed_is_taken_off() -> None:
    past = [course(a=10, b=15, c=40, d=50)] * 2
    now = Course(START, {"a": StepTimes(at(12), None)})
    assert left(estimate(graph(DIAMOND), now, past, now=at(22))) == 20 + 10


def test_twice_the_items_take_twice_the_time() -> None:
    steps = graph([{"key": "a", "nextSteps": ["b"]}, {"key": "b"}])
    past = [Course(START, {"a": StepTimes(at(1), 100), "b": StepTimes(at(11), 100)})] * 2
    now = Course(START, {"a": StepTimes(at(1), 200)})
    assert left(estimate(steps, now, past, now=at(1))) == pytest.approx(20)


def test_progress_is_believed_more_than_the_past() -> None:
    steps = graph([{"key": "a"}])
    now = Course(START, {"a": StepTimes(None, None, done=25, total=100, started_at=START)})
    assert left(estimate(steps, now, [course(a=1000)], now=at(10))) == 30


def test_the_error_is_how_far_the_earlier_ones_were_off() -> None:
    steps = graph([{"key": "a"}])
    steady = estimate(steps, Course(START, {}), [course(a=10)] * 5, now=START)
    wild = estimate(steps, Course(START, {}), [course(a=second) for second in (1, 10, 30, 5, 60)], now=START)
    assert steady is not None
    assert wild is not None
    assert (steady.error_seconds, wild.error_seconds > 5) == (0, True)


def test_a_step_that_never_ran_leaves_no_estimate() -> None:
    past = [course(a=10)]
    now = Course(START, {})
    steps = graph([{"key": "a", "nextSteps": ["b"]}, {"key": "b"}])
    assert unknown_steps(steps, now, past) == ["b"]
    assert estimate(steps, now, past, now=START) is None
