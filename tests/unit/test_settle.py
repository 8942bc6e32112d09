"""What becomes of an attempt, for every outcome."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from definitions.models import ErrorClass, Jitter, Retry
from engine.planner import StepState
from engine.settle import MAX_RESULT_BYTES, Again, Finish, backoff, settle
from runners.base import Failed, Outcome, Snoozed, Succeeded

TWICE = Retry.model_validate({"maxAttempts": 2, "jitter": "none"})


def settled(outcome: Outcome, *, failures: int = 0) -> Finish | Again:
    return settle(outcome, retry=TWICE, failures=failures, draw=0.5)


def test_a_transient_failure_is_tried_again_after_the_interval() -> None:
    again = settled(Failed("no route", ErrorClass.TRANSIENT))
    assert again == Again(timedelta(seconds=1), "retrying: transient", error="no route")


def test_the_last_attempt_fails_the_step() -> None:
    finish = settled(Failed("no route", ErrorClass.TRANSIENT), failures=1)
    assert finish == Finish(StepState.FAILED, reason="attempts_exhausted", error="no route")


def test_a_wrong_definition_is_not_tried_again() -> None:
    finish = settled(Failed("no such column", ErrorClass.INVALID))
    assert finish == Finish(StepState.FAILED, reason="invalid", error="no such column")


def test_the_runners_own_delay_wins_over_the_backoff() -> None:
    again = settled(Failed("slow down", ErrorClass.RATE_LIMITED, retry_after=timedelta(seconds=42)))
    assert isinstance(again, Again)
    assert again.delay == timedelta(seconds=42)


def test_a_snooze_is_no_failure() -> None:
    again = settled(Snoozed(timedelta(minutes=1), "the job runs"), failures=1)
    assert again == Again(timedelta(minutes=1), "snoozed: the job runs", is_snooze=True)


def test_what_jsonb_cannot_hold_is_replaced_in_results_and_errors() -> None:
    finish = settled(Succeeded({"a": "x\x00y", "b": float("nan"), "c": "\ud800"}))
    assert isinstance(finish, Finish)
    assert finish.result == '{"a":"x\ufffdy","b":null,"c":"\ufffd"}'
    failed = settled(Failed("bad \x00 byte", ErrorClass.DATA))
    assert failed.error == "bad \ufffd byte"


def test_a_result_over_one_megabyte_is_refused_with_advice() -> None:
    finish = settled(Succeeded({"data": "x" * MAX_RESULT_BYTES}))
    assert isinstance(finish, Finish)
    assert finish.state is StepState.FAILED
    assert "write the data as items" in (finish.error or "")


@given(
    failures=st.integers(0, 5_000),
    interval=st.floats(0, 1e6),
    rate=st.floats(1, 100),
    cap=st.floats(0, 1e6),
    draw=st.floats(0, 1, exclude_max=True),
    jitter=st.sampled_from(Jitter),
)
def test_a_delay_is_never_negative_nor_beyond_the_cap(
    failures: int, interval: float, rate: float, cap: float, draw: float, jitter: Jitter
) -> None:
    retry = Retry.model_validate(
        {"intervalSeconds": interval, "backoffRate": rate, "maxDelaySeconds": cap, "jitter": jitter}
    )
    delay = backoff(retry, failures=failures, draw=draw).total_seconds()
    assert 0 <= delay <= cap + 1e-6
