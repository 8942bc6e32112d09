"""What becomes of the instants of a cron that are due. Pure: knows no clock, database or network.

An instant that is decided within ``GRACE`` is on time. What is later was due while nobody ticked, and ``misfire`` says
what becomes of it. Each instant is fired or lies in a gap, so none is lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import assert_never

from definitions.models import Misfire, Overlap
from engine.fire_words import NOT_FIRED, NOT_THE_LATEST
from engine.scheduler.schedule import Schedule

GRACE = timedelta(minutes=1)
"""A process that restarts, or is slow for a moment, misses nothing. A cron has at most one instant a minute."""

AT_ONCE = 100
SHOWN = 5
_BEFORE = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Cron:
    """The cron of one version of a definition, and the instant up to which it is decided, in UTC: see ``Schedule``."""

    definition_id: int
    version: int
    name: str
    schedule: Schedule
    misfire: Misfire
    overlap: Overlap
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Fire:
    """One instant that is to be fired, and what to do if an instance is still live then."""

    fire_at: datetime
    overlap: Overlap


@dataclass(frozen=True, slots=True)
class Gap:
    """Instants later than ``after`` and not later than ``until`` that are not fired, and why."""

    after: datetime
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What to write: fires in their order, at most one gap, how far all is decided then, and what comes next."""

    cron: Cron
    decided_at: datetime
    fires: tuple[Fire, ...] = ()
    gap: Gap | None = None
    upcoming: tuple[datetime, ...] = ()
    problem: str | None = None


def decide(cron: Cron, *, now: datetime) -> Decision:
    """Decide on every instant that is due; with ``misfire: all``, on the first ``AT_ONCE`` of them."""
    if problem := cron.schedule.problem:
        return Decision(cron, cron.decided_at, problem=problem)
    instants, gap = _chosen(cron, now)
    full = len(instants) == AT_ONCE
    decided_at = instants[-1] if full else max(now, cron.decided_at)
    upcoming = cron.schedule.upcoming(decided_at, count=SHOWN)
    problem = None if upcoming else "no such day comes within 50 years"
    fires = tuple(Fire(instant, _overlap(cron, instant, now=now)) for instant in instants)
    return Decision(cron, decided_at, fires=fires, gap=gap, upcoming=upcoming, problem=problem)


def _chosen(cron: Cron, now: datetime) -> tuple[Sequence[datetime], Gap | None]:
    on_time = list(cron.schedule.between(max(cron.decided_at, now - GRACE), now))
    match cron.misfire:
        case Misfire.ALL:
            return list(islice(cron.schedule.between(cron.decided_at, now), AT_ONCE)), None
        case Misfire.NONE:
            return on_time, _gap(cron, now - GRACE, NOT_FIRED)
        case Misfire.LATEST:
            last = cron.schedule.last(cron.decided_at, now - GRACE)
            fired = on_time or ([last] if last else [])
            until = fired[0] - _BEFORE if fired else now
            return fired, _gap(cron, until, NOT_THE_LATEST)
        case _:
            assert_never(cron.misfire)


def _gap(cron: Cron, until: datetime, reason: str) -> Gap | None:
    return Gap(cron.decided_at, until, reason) if cron.schedule.first(cron.decided_at, until) else None


def _overlap(cron: Cron, instant: datetime, *, now: datetime) -> Overlap:
    """Return what holds for one instant: with ``misfire: all``, late ones wait for each other, none is skipped."""
    is_late = instant <= now - GRACE
    return Overlap.QUEUE if cron.misfire is Misfire.ALL and cron.overlap is Overlap.SKIP and is_late else cron.overlap
