"""The instants of one cron in one time zone. Reads no clock, and knows no definition; ``definitions.cron`` computes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import takewhile

from definitions.cron import check_cron, check_timezone, next_fires
from engine.scheduler.pace import PACE

_RESOLUTION = timedelta(seconds=1)
_CHUNK = 64
_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
"""Where a faster wall clock shows the same as the real one: a whole minute of any pace."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A cron expression on the wall clock of a time zone.

    Every time that comes in must be in UTC, as those are that go out: times of one other zone Python adds and compares
    by what its clocks show, which is wrong where they change. ``pace``: how many times as fast as time that wall clock
    goes; 1 but for tests.
    """

    cron: str
    timezone: str
    pace: int = PACE

    @property
    def problem(self) -> str | None:
        """Why it has no instants here, or None. The database may know a time zone that this Python does not."""
        return check_timezone(self.timezone) or check_cron(self.cron)

    def upcoming(self, after: datetime, *, count: int = 1) -> tuple[datetime, ...]:
        """Return the next instants, all later than ``after``; fewer only if none follow within 50 years."""
        return _upcoming(self, after, count)

    def first(self, after: datetime, until: datetime) -> datetime | None:
        """Return the first instant later than ``after`` and not later than ``until``, or None."""
        found = self.upcoming(after) if after < until else ()
        return found[0] if found and found[0] <= until else None

    def between(self, after: datetime, until: datetime) -> Iterator[datetime]:
        """Yield all instants later than ``after`` and not later than ``until``."""
        count = 1
        while after < until and (found := self.upcoming(after, count=count)):
            yield from takewhile(lambda instant: instant <= until, found)
            after = found[-1]
            count = min(2 * count, _CHUNK)

    def last(self, after: datetime, until: datetime) -> datetime | None:
        """Return the last of the instants that ``between`` yields, by bisection: however many there are."""
        latest = self.first(after, until)
        while latest is not None and until - latest >= _RESOLUTION:
            middle = latest + (until - latest) / 2
            found = self.first(middle, until)
            if found is None:
                until = middle
            else:
                latest = found
        return latest


@lru_cache(maxsize=4096)
def _upcoming(schedule: Schedule, after: datetime, count: int) -> tuple[datetime, ...]:
    shown = _BEGIN + (after - _BEGIN) * schedule.pace
    found = next_fires(schedule.cron, timezone=schedule.timezone, after=shown, count=count)
    return tuple(_BEGIN + (instant - _BEGIN) / schedule.pace for instant in found)
