"""Deletes ended instances that nobody can need any more, a few at a time."""

from datetime import timedelta

from engine.database import Database, sql

BATCH = 100


async def prune(database: Database, *, keep: timedelta) -> int:
    """Delete instances that succeeded longer ago than ``keep``, or failed twice as long ago; return how many.

    Running and pending instances, and those that can still be continued, are never touched. Dead letters stay.
    """
    total = 0
    while True:
        async with database.transaction() as connection:
            cursor = await connection.execute(sql("prune_instances"), {"keep": keep, "limit": BATCH})
            count = len(await cursor.fetchall())
        total += count
        if count < BATCH:
            return total
