"""What becomes of due instants: each is fired or lies in a gap, and none is past what was decided before."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from definitions.models import Misfire, Overlap
from engine.scheduler.decision import AT_ONCE, GRACE, Cron, Decision, decide
from engine.scheduler.schedule import Schedule

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def cron(
    text: str = "0 * * * *",
    *,
    decided: datetime,
    misfire: Misfire = Misfire.LATEST,
    overlap: Overlap = Overlap.SKIP,
    zone: str = "UTC",
) -> Cron:
    return Cron(1, 1, "daily", Schedule(text, zone), misfire, overlap, decided)


def hours(decision: Decision) -> list[int]:
    return [fire.fire_at.hour for fire in decision.fires]


def given_up(decision: Decision) -> list[datetime]:
    gap = decision.gap
    return list(decision.cron.schedule.between(gap.after, gap.until)) if gap else []


@pytest.mark.parametrize("misfire", Misfire)
def test_an_instant_that_is_due_now_fires_whatever_misfire_says(misfire: Misfire) -> None:
    decision = decide(cron(decided=NOON - timedelta(minutes=5), misfire=misfire), now=NOON)
    assert (hours(decision), decision.gap, decision.decided_at) == ([12], None, NOON)


@pytest.mark.parametrize("misfire", Misfire)
def test_a_moment_of_slowness_is_no_outage(misfire: Misfire) -> None:
    late = NOON + GRACE - timedelta(seconds=1)
    decision = decide(cron(decided=NOON - timedelta(minutes=5), misfire=misfire), now=late)
    assert (hours(decision), decision.gap) == ([12], None)


@pytest.mark.parametrize(
    ("misfire", "fired", "missed"),
    [(Misfire.LATEST, [12], [9, 10, 11]), (Misfire.NONE, [], [9, 10, 11, 12]), (Misfire.ALL, [9, 10, 11, 12], [])],
)
def test_after_an_outage_misfire_decides(misfire: Misfire, fired: list[int], missed: list[int]) -> None:
    outage = cron(decided=NOON - timedelta(hours=3, minutes=30), misfire=misfire)
    decision = decide(outage, now=NOON + timedelta(minutes=30))
    assert hours(decision) == fired
    assert [instant.hour for instant in given_up(decision)] == missed
    assert decision.upcoming[0].hour == 13


@pytest.mark.parametrize(
    ("misfire", "fired", "missed"),
    [(Misfire.LATEST, [12], 3), (Misfire.NONE, [12], 3), (Misfire.ALL, [9, 10, 11, 12], 0)],
)
def test_an_outage_that_ends_as_an_instant_is_due_fires_that_one_on_time(
    misfire: Misfire, fired: list[int], missed: int
) -> None:
    decision = decide(cron(decided=NOON - timedelta(hours=3, minutes=30), misfire=misfire), now=NOON)
    assert hours(decision) == fired
    assert len(given_up(decision)) == missed


def test_nothing_up_to_what_was_decided_is_looked_at_again() -> None:
    decision = decide(cron(decided=NOON, misfire=Misfire.ALL), now=NOON)
    assert (decision.fires, decision.gap) == ((), None)


def test_a_clock_that_goes_back_fires_nothing_again() -> None:
    decision = decide(cron(decided=NOON, misfire=Misfire.ALL), now=NOON - timedelta(hours=2))
    assert (decision.fires, decision.gap, decision.decided_at) == ((), None, NOON)
    assert decision.upcoming[0] == NOON + timedelta(hours=1)


def test_all_are_fired_a_few_at_a_time_and_the_next_decision_goes_on() -> None:
    begin = NOON - timedelta(minutes=250)
    behind = cron("* * * * *", decided=begin, misfire=Misfire.ALL)
    first = decide(behind, now=NOON)
    assert len(first.fires) == AT_ONCE
    assert first.decided_at == first.fires[-1].fire_at
    assert first.upcoming[0] == first.decided_at + timedelta(minutes=1)


def test_those_that_all_fires_late_wait_for_each_other_and_are_not_skipped() -> None:
    outage = cron(decided=NOON - timedelta(hours=2, minutes=30), misfire=Misfire.ALL, overlap=Overlap.SKIP)
    decision = decide(outage, now=NOON)
    assert [fire.overlap for fire in decision.fires] == [Overlap.QUEUE, Overlap.QUEUE, Overlap.SKIP]


def test_a_time_zone_that_this_python_lacks_is_a_problem_and_decides_nothing() -> None:
    decision = decide(cron(decided=NOON, zone="Mars/Olympus"), now=NOON + timedelta(days=1))
    assert "unknown time zone" in (decision.problem or "")
    assert (decision.fires, decision.gap, decision.decided_at) == ((), None, NOON)


@given(
    st.sampled_from(["* * * * *", "*/7 * * * *", "0 * * * *", "30 2 * * *", "0 0 * * 1"]),
    st.sampled_from(["UTC", "Europe/Berlin", "Australia/Lord_Howe"]),
    st.sampled_from(list(Misfire)),
    st.sampled_from(list(Overlap)),
    st.integers(0, 2_000_000),
    st.integers(0, 200_000),
)
@settings(max_examples=200)
def test_every_instant_is_fired_or_given_up_and_never_both(
    text: str, zone: str, misfire: Misfire, overlap: Overlap, start: int, outage: int
) -> None:
    decided = datetime(2026, 3, 15, tzinfo=UTC) + timedelta(seconds=start)
    behind = cron(text, decided=decided, misfire=misfire, overlap=overlap, zone=zone)
    decision = decide(behind, now=decided + timedelta(seconds=outage))
    due = list(behind.schedule.between(decided, decision.decided_at))
    assert sorted([fire.fire_at for fire in decision.fires] + given_up(decision)) == due
    assert all(instant > decision.decided_at for instant in decision.upcoming)
