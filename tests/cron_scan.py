"""What a cron has to do, found by looking at every minute: an oracle that shares no code with the engine or cronsim."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import strategies as st

MINUTE = timedelta(minutes=1)
ZONES = sorted(available_timezones() - {"localtime", "Factory"})

FIELDS = {
    "minute": st.sampled_from(["*", "0", "30", "*/7", "15,45", "10-20/5", "59"]),
    "hour": st.sampled_from(["*", "2", "1-3", "*/5", "0", "22,23"]),
    "day": st.sampled_from(["*", "1", "8", "25-29", "*/3"]),
    "month": st.sampled_from(["*", "3", "10,11", "1-6"]),
    "weekday": st.sampled_from(["*", "0", "7", "1-5", "6"]),
}
CRONS = st.builds("{minute} {hour} {day} {month} {weekday}".format, **FIELDS)


@cache
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


def walked(zone: ZoneInfo, begin: datetime, end: datetime) -> dict[datetime, datetime]:
    """Say when each wall-clock time between two instants fires, minute by minute, from what the clock of the zone shows.

    That is when it is shown for the first time, or, if the clock jumps over it, when the clock has jumped.
    """
    due: dict[datetime, datetime] = {}
    instant, last = begin, begin.astimezone(zone).replace(tzinfo=None) - MINUTE
    while instant <= end:
        shown = instant.astimezone(zone).replace(tzinfo=None)
        for n in range(1, (shown - last) // MINUTE):
            due.setdefault(last + n * MINUTE, instant)
        due.setdefault(shown, instant)
        instant, last = instant + MINUTE, shown
    return due


def changes_of(zone: ZoneInfo, year: int) -> Iterator[datetime]:
    """Yield the instants of a year at which the clock of the zone jumps, to the minute."""
    days = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=n) for n in range(367)]
    for day, next_day in pairwise(days):
        if day.astimezone(zone).utcoffset() != next_day.astimezone(zone).utcoffset():
            yield next(
                instant
                for instant in (day + n * MINUTE for n in range(1, 24 * 60 + 1))
                if instant.astimezone(zone).utcoffset() != day.astimezone(zone).utcoffset()
            )
