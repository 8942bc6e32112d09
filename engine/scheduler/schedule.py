"""The instants of one cron in one time zone. Reads no clock, and knows no definition; ``definitions.cron`` computes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import takewhile

from definitions.cron import check_cron, check_timezone, next_fires

_RESOLUTION = timedelta(seconds=1)
_CHUNK = 64


@dataclass(frozen=True, slots=True)
class Schedule:
    """A cron expression on the wall clock of a time zone.

    Every time that comes in must be in UTC, as those are that go out: times of one other zone Python adds and compares
    by what its clocks show, which is wrong where they change.
    """

    cron: str
    timezone: str

    @property
    def problem(self) -> str | None:
        """Why it has no instants here, or None. The database may know a time zone that this Python does not."""
        return check_timezone(self.timezone) or check_cron(self.cron)

    def upcoming(self, after: datetime, *, count: int = 1) -> tuple[datetime, ...]:
        """Return the next instants, all later than ``after``; fewer only if none follow within 50 years."""
        return _upcoming(self.cron, self.timezone, after, count)

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
def _upcoming(cron: str, timezone: str, after: datetime, count: int) -> tuple[datetime, ...]:
    return tuple(next_fires(cron, timezone=timezone, after=after, count=count))
