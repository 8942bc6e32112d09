"""One tick, in one transaction: claim the crons that are due, decide, fire, and write what comes next.

Any number of processes may tick at once: a cron is claimed by one of them, and an instant is fired by whoever inserts
its row, in the transaction that inserts the instance. The time is the database's.
"""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from psycopg.types.json import Jsonb

from definitions.models import Misfire, Overlap
from engine.database import Connection, sql
from engine.scheduler.decision import Cron, Decision, decide
from engine.scheduler.schedule import Schedule
from runners.base import Json

log = logging.getLogger("batchdag")

LIMIT = 200


class Fired(NamedTuple):
    """What became of one instant."""

    definition_id: int
    fire_at: datetime
    outcome: str
    reason: str | None
    instance_id: int | None


async def tick(connection: Connection, *, limit: int = LIMIT) -> int:
    """Decide on up to ``limit`` crons in the connection's transaction; return how many there were."""
    row = await (await connection.execute(sql("begin_fires"))).fetchone()
    assert row is not None
    now = row[0].astimezone(UTC)
    cursor = await connection.execute(sql("claim_fires"), {"now": now, "limit": limit})
    decisions = [decide(_cron(found), now=now) for found in await cursor.fetchall()]
    if decisions:
        fired = await _fire(connection, decisions)
        await _give_up(connection, decisions)
        await connection.execute(sql("plan_fires"), {"crons": Jsonb([_planned(decision) for decision in decisions])})
        _tell(decisions, fired)
    return len(decisions)


def _cron(row: Sequence[Any]) -> Cron:
    definition_id, name, cron, timezone, misfire, overlap, decided_at = row
    schedule = Schedule(cron, timezone)
    return Cron(definition_id, name, schedule, Misfire(misfire), Overlap(overlap), decided_at.astimezone(UTC))


async def _fire(connection: Connection, decisions: Sequence[Decision]) -> list[Fired]:
    due = [(decision.cron.definition_id, fire) for decision in decisions for fire in decision.fires]
    if not due:
        return []
    binds = {
        "ids": [definition_id for definition_id, _ in due],
        "instants": [fire.fire_at for _, fire in due],
        "overlaps": [str(fire.overlap) for _, fire in due],
    }
    return [Fired(*row) for row in await (await connection.execute(sql("fire_crons"), binds)).fetchall()]


async def _give_up(connection: Connection, decisions: Sequence[Decision]) -> None:
    gaps: list[Json] = [
        {
            "definition_id": decision.cron.definition_id,
            "cron": decision.cron.schedule.cron,
            "timezone": decision.cron.schedule.timezone,
            "after_at": decision.gap.after.isoformat(),
            "until_at": decision.gap.until.isoformat(),
            "reason": decision.gap.reason,
        }
        for decision in decisions
        if decision.gap is not None
    ]
    if gaps:
        await connection.execute(sql("insert_fire_gaps"), {"gaps": Jsonb(gaps)})


def _planned(decision: Decision) -> Json:
    return {
        "definition_id": decision.cron.definition_id,
        "decided_at": decision.decided_at.isoformat(),
        "upcoming": [instant.isoformat() for instant in decision.upcoming],
        "problem": decision.problem,
    }


def _tell(decisions: Sequence[Decision], fired: Sequence[Fired]) -> None:
    names = {decision.cron.definition_id: decision.cron.name for decision in decisions}
    for fire in fired:
        level = logging.ERROR if fire.outcome == "failed_to_start" else logging.INFO
        log.log(level, "cron.decided", extra={"definition": names[fire.definition_id], **fire._asdict()})
    for decision in decisions:
        if decision.problem is not None:
            log.error("cron.unusable", extra={"definition": decision.cron.name, "why": decision.problem})
        if decision.gap is not None:
            log.warning("cron.missed", extra={"definition": decision.cron.name, "why": decision.gap.reason})
