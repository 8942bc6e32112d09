"""How many live calls may be under way, and when none."""

from datetime import timedelta

from runners.generation.pace import Pace


def outage(calls: int) -> Pace:
    pace = Pace(10)
    for _ in range(calls):
        pace.was_in_doubt(now=0)
    return pace


def test_one_or_two_broken_calls_change_nothing() -> None:
    assert (outage(2).allowed, outage(2).pause(0)) == (10, 0)


def test_in_an_outage_one_call_at_a_time_tries_whether_it_is_over() -> None:
    assert (outage(3).allowed, outage(3).pause(0)) == (1, 1)
    assert [outage(calls).pause(0) for calls in (4, 5, 9, 10, 5000)] == [2, 4, 60, 60, 60]


def test_after_an_outage_as_many_are_allowed_as_before() -> None:
    pace = outage(7)
    pace.went_well()
    assert pace.allowed == 10


def test_what_was_known_before_is_taken_up() -> None:
    pace = Pace(10)
    pace.recall(now=100, in_a_row=3, pause=20)
    assert (pace.allowed, pace.pause(105)) == (1, 15)
    pace.was_in_doubt(now=200)
    assert pace.pause(200) == 2


def test_too_many_requests_halve_what_is_allowed_and_success_raises_it_slowly() -> None:
    pace = Pace(10)
    pace.was_refused(now=0, retry_after=timedelta(seconds=7))
    assert (pace.allowed, pace.pause(0), pace.pause(7)) == (5, 7, 0)
    for _ in range(20):
        pace.went_well()
    assert pace.allowed == 5
    for _ in range(5):
        pace.went_well()
    assert pace.allowed == 6
