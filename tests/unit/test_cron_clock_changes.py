"""Every change of clocks of a year in every time zone: each wall-clock time fires once, at the right instant."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from definitions.cron import next_fires
from engine.scheduler.schedule import Schedule
from tests.cron_scan import CRONS, MINUTE, ZONES, changes_of, scanned, walked

YEAR = 2026
AROUND = timedelta(hours=4)
TICK = timedelta(microseconds=1)


@dataclass(frozen=True, order=True)
class Change:
    """The clock of a zone jumps at an instant, from one wall-clock time to another."""

    at: datetime
    before: datetime
    after: datetime
    zone: str

    @property
    def jump(self) -> timedelta:
        return self.after - self.before

    def __str__(self) -> str:
        return f"{self.zone}, {self.before:%m-%d %H:%M} becomes {self.after:%m-%d %H:%M}"


def _changes() -> Iterator[Change]:
    for name in ZONES:
        zone = ZoneInfo(name)
        for at in changes_of(zone, YEAR):
            before = (at - MINUTE).astimezone(zone).replace(tzinfo=None) + MINUTE
            yield Change(at, before, at.astimezone(zone).replace(tzinfo=None), name)


ALL = sorted(_changes())
DISTINCT = sorted({(change.at, change.before, change.after): change for change in reversed(ALL)}.values())
"""One for each of those that differ: zones whose clocks jump alike are alike then."""

ONCE = {"America/Caracas", "America/Sao_Paulo", "Asia/Pyongyang", "Asia/Tehran", "Europe/Moscow", "Pacific/Apia"}
CHANGING = sorted({change.zone for change in ALL} | ONCE)
"""Zones with changes in most years, and some that had odd ones, as a day that never was."""


@pytest.mark.parametrize("change", DISTINCT, ids=str)
def test_each_wall_clock_time_around_a_change_fires_once(change: Change) -> None:
    """A cron for each minute of its own: the first time that it is shown, or as soon as the clock has jumped over it."""
    begin, end = change.at - AROUND, change.at + AROUND
    due = walked(ZoneInfo(change.zone), begin, end)
    assert {local: _fires(local, change.zone, begin, end) for local in due} == {
        local: [instant] for local, instant in due.items()
    }


def _fires(local: datetime, zone: str, begin: datetime, end: datetime) -> list[datetime]:
    cron = f"{local.minute} {local.hour} {local.day} {local.month} *"
    found = next_fires(cron, timezone=zone, after=begin - TICK, count=2)
    return list(takewhile(lambda instant: instant <= end, found))


@pytest.mark.parametrize("cron", ["*/10 * * * *", "30 0-3,23 * * *"])
def test_a_cron_of_many_times_fires_when_they_do_in_every_time_zone(cron: str) -> None:
    wrong = [change for change in ALL if not _is_as_scanned(cron, change)]
    assert wrong == []


def _is_as_scanned(cron: str, change: Change) -> bool:
    begin, end = change.at - AROUND, change.at + AROUND
    found = list(Schedule(cron, change.zone).between(begin, end))
    return found == list(scanned(cron, ZoneInfo(change.zone), begin, end))


def test_the_year_has_changes_of_every_kind() -> None:
    """Forward and back, by an hour, by half of one and by two, at midnight and over it: on no others is all this tested."""
    jumps = {change.jump for change in DISTINCT}
    assert {timedelta(hours=1), timedelta(hours=-1), timedelta(minutes=30), timedelta(hours=2)} <= jumps
    assert any(change.before.time() == time.min and change.jump > timedelta() for change in DISTINCT)
    assert any(change.before.date() != change.after.date() for change in DISTINCT)
    assert len(ALL) > 200


@given(CRONS, st.sampled_from(CHANGING), st.integers(1990, 2037), st.integers(0, 3), st.integers(-2000, 500))
@settings(max_examples=150)
def test_any_cron_at_any_change_in_any_year_fires_when_a_scan_of_every_minute_says(
    cron: str, name: str, year: int, nth: int, offset: int
) -> None:
    zone = ZoneInfo(name)
    changes = list(changes_of(zone, year))
    assume(changes)
    begin = changes[nth % len(changes)] + offset * MINUTE
    end = begin + timedelta(days=2)
    assume((begin.astimezone(zone).utcoffset() or timedelta()) % MINUTE == timedelta())
    assert list(Schedule(cron, name).between(begin, end)) == list(scanned(cron, zone, begin, end))
