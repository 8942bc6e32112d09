"""Deletes what nobody can need any more, a few rows at a time. What may go is decided by engine/sql/prune_*.sql."""

import logging
from datetime import timedelta

from engine.database import Database, sql
from engine.service import Service

log = logging.getLogger("batchdag")

BATCH = 100


async def prune(database: Database, *, keep: timedelta, keep_audit: timedelta) -> int:
    """Delete instances that succeeded longer ago than ``keep``, or failed twice as long ago; return how many.

    Running and pending instances, those that can still be continued, and those with something open outside are never
    touched. Rehearsals go after a day. What became of cron's instants and of alerts goes after ``keep`` too; the audit
    log goes after ``keep_audit``, but for what is younger than 30 days. Dead letters, the books of paid jobs and every
    paid answer stay.
    """
    rehearsals = await _prune(database, "prune_rehearsals")
    instances = await _prune(database, "prune_instances", keep=keep)
    await _prune(database, "prune_fires", keep=keep)
    await _prune(database, "prune_alerts", keep=keep)
    await _prune(database, "prune_audit", keep=keep_audit)
    return rehearsals + instances


class DailyPruner(Service):
    """Prunes when a process starts, and once a day."""

    name = "pruner"

    def __init__(self, database: Database, *, keep: timedelta, keep_audit: timedelta) -> None:
        super().__init__(every=timedelta(days=1))
        self._database = database
        self._keep = keep
        self._keep_audit = keep_audit

    async def once(self) -> bool:
        count = await prune(self._database, keep=self._keep, keep_audit=self._keep_audit)
        if count:
            log.info("instances.pruned", extra={"count": count, "keep_days": self._keep.days})
        return False


async def _prune(database: Database, statement: str, **binds: timedelta) -> int:
    total = 0
    while True:
        async with database.transaction() as connection:
            cursor = await connection.execute(sql(statement), {**binds, "limit": BATCH})
            count = len(await cursor.fetchall())
        total += count
        if count < BATCH:
            return total
