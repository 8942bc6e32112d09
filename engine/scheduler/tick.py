"""One tick: look which crons are due, decide, and write the decisions with their fires, in one statement.

Any number of processes may tick at once. A decision is written only where its cron still stands as it saw it, so of
several that decide on a cron, one writes. Nothing is locked while a process decides: it may be frozen at any moment,
and nobody must wait for it. The time is the database's.
"""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from psycopg.types.json import Jsonb

from definitions.models import Misfire, Overlap
from engine.database import Connection, sql
from engine.scheduler.decision import GRACE, Cron, Decision, Gap, decide
from engine.scheduler.schedule import Schedule
from runners.base import Json

log = logging.getLogger("batchdag")

LIMIT = 200


class Written(NamedTuple):
    """A decision that was written, with what became of one of its instants; None if it had none to fire."""

    definition_id: int
    fire_at: datetime | None
    outcome: str | None
    reason: str | None
    instance_id: int | None


async def tick(connection: Connection, *, limit: int = LIMIT) -> int:
    """Decide on up to ``limit`` crons; return how many were due. Others may have been faster to write about some."""
    cursor = await connection.execute(sql("find_due_crons"), {"limit": limit})
    found = await cursor.fetchall()
    if not found:
        return 0
    now = found[0][0].astimezone(UTC)
    decisions = [decide(_cron(row[1:]), now=now) for row in found]
    binds = {"decisions": Jsonb([_shown(decision) for decision in decisions]), "fresh_until": now + GRACE}
    cursor = await connection.execute(sql("fire_crons"), binds)
    _tell(decisions, [Written(*row) for row in await cursor.fetchall()])
    return len(decisions)


def _cron(row: Sequence[Any]) -> Cron:
    definition_id, version, name, cron, timezone, misfire, overlap, decided_at = row
    schedule = Schedule(cron, timezone)
    return Cron(definition_id, version, name, schedule, Misfire(misfire), Overlap(overlap), decided_at.astimezone(UTC))


def _shown(decision: Decision) -> Json:
    gap = decision.gap
    return {
        "definition_id": decision.cron.definition_id,
        "version": decision.cron.version,
        "seen_at": decision.cron.decided_at.isoformat(),
        "fires": [{"fire_at": fire.fire_at.isoformat(), "overlap": fire.overlap} for fire in decision.fires],
        "gaps": [_shown_gap(gap)] if gap else [],
        "cron": decision.cron.schedule.cron,
        "timezone": decision.cron.schedule.timezone,
        "decided_at": decision.decided_at.isoformat(),
        "upcoming": [instant.isoformat() for instant in decision.upcoming],
        "problem": decision.problem,
    }


def _shown_gap(gap: Gap) -> Json:
    return {"after_at": gap.after.isoformat(), "until_at": gap.until.isoformat(), "reason": gap.reason}


def _tell(decisions: Sequence[Decision], written: Sequence[Written]) -> None:
    by_id = {decision.cron.definition_id: decision for decision in decisions}
    for row in written:
        if row.fire_at is not None:
            level = logging.ERROR if row.outcome == "failed_to_start" else logging.INFO
            log.log(level, "cron.decided", extra={"definition": by_id[row.definition_id].cron.name, **row._asdict()})
    for decision in (by_id[definition_id] for definition_id in dict.fromkeys(row.definition_id for row in written)):
        if decision.problem is not None:
            log.error("cron.unusable", extra={"definition": decision.cron.name, "why": decision.problem})
        if decision.gap is not None:
            log.warning("cron.missed", extra={"definition": decision.cron.name, "why": decision.gap.reason})
