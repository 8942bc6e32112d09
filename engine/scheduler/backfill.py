"""Fires the instants of a past span by hand, in order. Knows no terminal.

An instant that was fired stays as it is; one that was missed, skipped or could not start gets its instance now. The
instances wait for each other as ``overlap`` and ``max_active`` say.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from engine.catalog import UnknownDefinition
from engine.database import Database, sql
from engine.scheduler.schedule import Schedule

MOST = 10_000
_AT_ONCE = 100
_BEFORE = timedelta(microseconds=1)


class BackfillRefused(RuntimeError):
    """The request makes no sense: no cron, a span that is empty, not a time, or too many instants."""


@dataclass(frozen=True, slots=True)
class Target:
    """The definition whose cron is backfilled, and the time up to which there is a past."""

    definition_id: int
    name: str
    schedule: Schedule
    now: datetime


@dataclass(frozen=True, slots=True)
class Instant:
    """One instant of the span: what has become of it, or None as long as it has no row."""

    fire_at: datetime
    outcome: str | None = None
    reason: str | None = None
    instance_id: int | None = None

    @property
    def is_fired(self) -> bool:
        return self.outcome == "fired"


async def find_target(database: Database, name: str) -> Target:
    """Return the definition to backfill.

    Raises:
        UnknownDefinition: there is none of that name.
        BackfillRefused: it has no cron, or one that cannot be used.
    """
    async with database.transaction() as connection:
        row = await (await connection.execute(sql("find_fire_target"), {"name": name})).fetchone()
    if row is None:
        raise UnknownDefinition(name)
    definition_id, cron, timezone, now = row
    if cron is None:
        raise BackfillRefused(f"definition {name!r} has no cron, so it has no instants; `batchdag run {name}` runs it")
    schedule = Schedule(cron, timezone)
    if schedule.problem:
        raise BackfillRefused(f"the cron of definition {name!r} cannot be used: {schedule.problem}")
    return Target(definition_id, name, schedule, now.astimezone(UTC))


def instants(target: Target, *, start: str, end: str) -> list[datetime]:
    """Return the instants from ``start`` to ``end``, both included, as far as they are past.

    Each is a date (the whole day counts) or a date and time; without an offset they are read on the cron's wall clock.

    Raises:
        BackfillRefused: one is not a time, the span is empty or still to come, or has more than ``MOST`` instants.
    """
    zone = ZoneInfo(target.schedule.timezone)
    first = _moment(start, zone, whole_day=time.min)
    last = _moment(end, zone, whole_day=time.max)
    if first > last:
        raise BackfillRefused(f"the span is empty: {start} is later than {end}")
    if first > target.now:
        raise BackfillRefused(f"{start} is still to come; the cron fires it then, if the definition is enabled")
    found = list(islice(target.schedule.between(first - _BEFORE, min(last, target.now)), MOST + 1))
    if len(found) > MOST:
        raise BackfillRefused(f"there are more than {MOST} instants from {start} to {end}; choose a shorter span")
    return found


def _moment(text: str, zone: ZoneInfo, *, whole_day: time) -> datetime:
    try:
        moment = (
            datetime.combine(date.fromisoformat(text), whole_day) if len(text) == 10 else datetime.fromisoformat(text)
        )
    except ValueError as error:
        raise BackfillRefused(f"{text!r} is not a time: write 2026-03-01 or 2026-03-01T06:00") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


async def plan(database: Database, target: Target, wanted: Sequence[datetime]) -> list[Instant]:
    """Say what has become of these instants so far, and change nothing."""
    if not wanted:
        return []
    binds = {"id": target.definition_id, "start": wanted[0], "end": wanted[-1]}
    async with database.transaction() as connection:
        rows = await (await connection.execute(sql("load_fires"), binds)).fetchall()
    known = {row[0]: Instant(*row) for row in rows}
    return [known.get(instant, Instant(instant)) for instant in wanted]


async def backfill(database: Database, target: Target, wanted: Sequence[datetime]) -> list[Instant]:
    """Fire those of these instants that have not been fired, in order; return them with what became of them.

    A few are committed at a time: what is broken off is continued by asking for the same span again.
    """
    fired: list[Instant] = []
    for begin in range(0, len(wanted), _AT_ONCE):
        binds = {"id": target.definition_id, "instants": list(wanted[begin : begin + _AT_ONCE])}
        async with database.transaction() as connection:
            rows = await (await connection.execute(sql("backfill_fires"), binds)).fetchall()
        fired += [Instant(*row) for row in rows]
    return fired
