"""The instants of a schedule, beside a scan of every minute that knows nothing of cronsim."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.scheduler.pace import PACE, read_pace
from engine.scheduler.schedule import Schedule
from tests.cron_scan import CRONS, MINUTE, scanned

CHANGES = {
    "Asia/Seoul": ["2026-03-29T00:00", "2026-10-25T00:00"],
    "Europe/Berlin": ["2026-03-29T01:00", "2026-10-25T01:00"],
    "America/New_York": ["2026-03-08T07:00", "2026-11-01T06:00"],
    "Australia/Lord_Howe": ["2026-04-04T15:00", "2026-10-03T15:30"],
}
"""Changes of the clocks, in UTC; Seoul has none, and Lord Howe moves by half an hour."""


@given(CRONS, st.sampled_from([(zone, at) for zone, times in CHANGES.items() for at in times]), st.integers(-2000, 500))
@settings(max_examples=150)
def test_the_instants_are_those_of_a_scan_of_every_minute(cron: str, change: tuple[str, str], offset: int) -> None:
    zone, at = change
    after = datetime.fromisoformat(at).replace(tzinfo=UTC) + offset * MINUTE
    until = after + timedelta(days=2)
    expected = list(scanned(cron, ZoneInfo(zone), after, until))
    schedule = Schedule(cron, zone)
    assert list(schedule.between(after, until)) == expected
    assert schedule.last(after, until) == (expected[-1] if expected else None)
    assert schedule.first(after, until) == (expected[0] if expected else None)


def test_the_last_of_half_a_million_instants_is_found_at_once() -> None:
    schedule = Schedule("* * * 1-6 *", "Europe/Berlin")
    after, until = datetime(2020, 1, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC)
    assert schedule.last(after, until) == datetime(2026, 6, 30, 21, 59, tzinfo=UTC)


def test_a_span_that_is_empty_or_reversed_has_no_instant() -> None:
    schedule = Schedule("* * * * *", "UTC")
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert list(schedule.between(noon, noon)) == []
    assert schedule.last(noon, noon - MINUTE) is None
    assert list(schedule.between(noon - MINUTE, noon)) == [noon]


@pytest.mark.parametrize(("cron", "zone"), [("* * * * *", "posixrules"), ("0 0 31 2 *", "UTC")])
def test_what_this_python_cannot_use_is_said(cron: str, zone: str) -> None:
    assert Schedule(cron, zone).problem


@pytest.mark.parametrize("cron", ["* * * * *", "*/7 * * * *", "5,30 * * * *", "0 3 * * *"])
def test_at_the_pace_of_a_test_minutes_are_seconds(cron: str) -> None:
    begin = datetime(2026, 11, 21, 9, 30, 0, 250_000, tzinfo=UTC)
    fast = list(Schedule(cron, "UTC", pace=60).between(begin, begin + timedelta(hours=1)))
    epoch = datetime(2026, 1, 1, tzinfo=UTC)
    shown = epoch + (begin - epoch) * 60
    real = list(Schedule(cron, "UTC").between(shown, shown + timedelta(hours=60)))
    assert [(instant - epoch) * 60 for instant in fast] == [instant - epoch for instant in real]
    assert all(instant.microsecond == 0 for instant in fast)
    assert fast


def test_nothing_but_a_test_changes_the_pace() -> None:
    assert PACE == read_pace("") == 1
    assert read_pace("60") == 60
    for text in ("1", "0", "-60", "61", "second"):
        with pytest.raises(RuntimeError, match="for tests only"):
            read_pace(text)
