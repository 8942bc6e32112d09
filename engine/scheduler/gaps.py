"""Writes down the instants that were not fired, a few at a time: a long outage must not keep what is due waiting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from engine.database import Connection, sql
from engine.scheduler.schedule import Schedule

LIMIT = 10
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class OpenGap:
    """A row of ``batch_cron_gap`` that this process has locked."""

    gap_id: int
    definition_id: int
    cron: str
    timezone: str
    after: datetime
    until: datetime
    reason: str

    def missed(self) -> list[datetime]:
        """Return the next instants to write down; fewer than ``AT_ONCE`` are the last ones."""
        schedule = Schedule(self.cron, self.timezone)
        instants = schedule.between(self.after.astimezone(UTC), self.until.astimezone(UTC))
        return [] if schedule.problem else list(islice(instants, AT_ONCE))


async def write_gaps(connection: Connection) -> int:
    """Write down some of what was missed, in the connection's transaction; return how many gaps it looked at."""
    await connection.execute(sql("begin_gaps"))
    cursor = await connection.execute(sql("claim_fire_gaps"), {"limit": LIMIT})
    gaps = [OpenGap(*row) for row in await cursor.fetchall()]
    if gaps:
        missed = [gap.missed() for gap in gaps]
        await _insert(connection, gaps, missed)
        await _go_on(connection, gaps, missed)
    return len(gaps)


async def _insert(connection: Connection, gaps: Sequence[OpenGap], missed: Sequence[Sequence[datetime]]) -> None:
    rows = [(gap, instant) for gap, instants in zip(gaps, missed, strict=True) for instant in instants]
    binds = {
        "ids": [gap.definition_id for gap, _ in rows],
        "instants": [instant for _, instant in rows],
        "reasons": [gap.reason for gap, _ in rows],
    }
    await connection.execute(sql("insert_missed_fires"), binds)


async def _go_on(connection: Connection, gaps: Sequence[OpenGap], missed: Sequence[Sequence[datetime]]) -> None:
    behind = {gap.gap_id: instants[-1] for gap, instants in zip(gaps, missed, strict=True) if len(instants) == AT_ONCE}
    done = [gap.gap_id for gap in gaps if gap.gap_id not in behind]
    binds = {"ids": list(behind), "instants": list(behind.values())}
    await connection.execute(sql("shrink_fire_gaps"), binds)
    await connection.execute(sql("close_fire_gaps"), {"ids": done})
