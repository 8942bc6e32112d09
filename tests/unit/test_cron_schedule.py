"""The instants of a schedule, beside a scan of every minute that knows nothing of cronsim."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.scheduler.schedule import Schedule

MINUTE = timedelta(minutes=1)
CHANGES = {
    "Asia/Seoul": ["2026-03-29T00:00", "2026-10-25T00:00"],
    "Europe/Berlin": ["2026-03-29T01:00", "2026-10-25T01:00"],
    "America/New_York": ["2026-03-08T07:00", "2026-11-01T06:00"],
    "Australia/Lord_Howe": ["2026-04-04T15:00", "2026-10-03T15:30"],
}
"""Changes of the clocks, in UTC; Seoul has none, and Lord Howe moves by half an hour."""


def _matches(field: str, value: int, low: int) -> bool:
    def one(part: str) -> bool:
        span, _, step = part.partition("/")
        first, _, last = ("*", "", "") if span == "*" else span.partition("-")
        begin = low if first == "*" else int(first)
        end = value if first == "*" or (step and not last) else int(last or first)
        return begin <= value <= end and (value - begin) % int(step or 1) == 0

    return any(one(part) for part in field.split(","))


def _is_due(cron: str, local: datetime) -> bool:
    minute, hour, day, month, weekday = cron.split()
    number = local.isoweekday() % 7
    of_month = _matches(day, local.day, 1)
    of_week = _matches(weekday, number, 0) or (number == 0 and _matches(weekday, 7, 0))
    both = day.startswith("*") or weekday.startswith("*")
    is_day = (of_month and of_week) if both else (of_month or of_week)
    return (
        _matches(minute, local.minute, 0)
        and _matches(hour, local.hour, 0)
        and _matches(month, local.month, 1)
        and is_day
    )


def scanned(cron: str, zone: ZoneInfo, after: datetime, until: datetime) -> Iterator[datetime]:
    """Look at every minute: what its wall clock shows for the first time, and what it has just skipped."""
    before = after.astimezone(zone)
    instant = after
    while (instant := instant + MINUTE) <= until:
        local = instant.astimezone(zone)
        shown, last = local.replace(tzinfo=None), before.replace(tzinfo=None)
        skipped = [last + MINUTE * n for n in range(1, max(0, (shown - last) // MINUTE))]
        if any(_is_due(cron, wall) for wall in skipped) or (not local.fold and _is_due(cron, shown)):
            yield instant
        before = local


FIELDS = {
    "minute": st.sampled_from(["*", "0", "30", "*/7", "15,45", "10-20/5", "59"]),
    "hour": st.sampled_from(["*", "2", "1-3", "*/5", "0", "22,23"]),
    "day": st.sampled_from(["*", "1", "8", "25-29", "*/3"]),
    "month": st.sampled_from(["*", "3", "10,11", "1-6"]),
    "weekday": st.sampled_from(["*", "0", "7", "1-5", "6"]),
}
CRONS = st.builds("{minute} {hour} {day} {month} {weekday}".format, **FIELDS)


@given(CRONS, st.sampled_from([(zone, at) for zone, times in CHANGES.items() for at in times]), st.integers(-2000, 500))
@settings(max_examples=150, deadline=None)
def test_the_instants_are_those_of_a_scan_of_every_minute(cron: str, change: tuple[str, str], offset: int) -> None:
    zone, at = change
    after = datetime.fromisoformat(at).replace(tzinfo=UTC) + offset * MINUTE
    until = after + timedelta(days=2)
    expected = list(scanned(cron, ZoneInfo(zone), after, until))
    schedule = Schedule(cron, zone)
    assert list(schedule.between(after, until)) == expected
    assert schedule.last(after, until) == (expected[-1] if expected else None)
    assert schedule.first(after, until) == (expected[0] if expected else None)


def _changes_of(zone: ZoneInfo, year: int) -> Iterator[datetime]:
    hours = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(hours=n) for n in range(0, 24 * 366, 24)]
    for day, next_day in pairwise(hours):
        if day.astimezone(zone).utcoffset() != next_day.astimezone(zone).utcoffset():
            yield next(
                hour
                for hour in (day + timedelta(hours=n) for n in range(1, 25))
                if hour.astimezone(zone).utcoffset() != day.astimezone(zone).utcoffset()
            )


def test_every_change_of_clocks_of_a_year_in_every_time_zone_fires_each_wall_clock_time_once() -> None:
    seen = set()
    for name in sorted(available_timezones() - {"localtime", "Factory"}):
        zone = ZoneInfo(name)
        for change in _changes_of(zone, 2026):
            offsets = tuple((change + timedelta(hours=n)).astimezone(zone).utcoffset() for n in (-1, 0))
            if (change, offsets) in seen:
                continue
            seen.add((change, offsets))
            after, until = change - timedelta(hours=4), change + timedelta(hours=4)
            for cron in ("*/15 * * * *", "30 0-3 * * *"):
                assert list(Schedule(cron, name).between(after, until)) == list(scanned(cron, zone, after, until)), name
    assert len(seen) > 20


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
