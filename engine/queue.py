"""The queue of steps as an operator sees it: how long it is, what runs, and a push for what is stuck."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from engine.database import Database, sql
from engine.rows import Row, file_rows

_MOST_SUMMED = 100_000
"""Dead letters whose reasons are compared: about a second's work."""


@dataclass(frozen=True, slots=True)
class QueueState:
    """What waits and what runs.

    Attributes:
        due: steps that any worker may take now.
        later: steps that wait for their time: to be tried again, or for something outside.
        overdue: running steps whose worker has not renewed its lease in time.
    """

    due: int
    later: int
    oldest_due_at: datetime | None
    running: int
    oldest_started_at: datetime | None
    workers: int
    overdue: int
    pending_instances: int
    running_instances: int


@dataclass(frozen=True, slots=True)
class Load:
    """What has happened lately, for an operator's checks; ``late_jobs`` are open longer than they should be."""

    ended: int
    failed: int
    calls: int
    cost_usd: Decimal
    failed_calls: int
    answered_calls: int
    late_jobs: int


class Queue:
    """The queue of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def state(self) -> QueueState:
        async with self._database.transaction() as connection:
            row = await (await connection.execute(sql("queue_state"))).fetchone()
        assert row is not None
        return QueueState(*row)

    async def load(self, *, window: timedelta, calls_window: timedelta, patience: timedelta) -> Load:
        """Return what ended within one window, what was bought within another, and what is open beyond patience."""
        async with self._database.transaction() as connection:
            ended = await connection.execute(sql("monitoring_failures"), {"window": window})
            first = await ended.fetchone()
            calls = await connection.execute(sql("monitoring_calls"), {"window": calls_window, "patience": patience})
            second = await calls.fetchone()
        assert first is not None
        assert second is not None
        return Load(*first, *second)

    async def hurry(self) -> int:
        """Make due at once what waits to be tried again, and wake every process; return how many steps that are."""
        async with self._database.transaction() as connection:
            hurried = await (await connection.execute(sql("hurry_steps"))).fetchall()
            await connection.execute(sql("notify"), {"payload": "instance:0"})
        return len(hurried)


class Letters:
    """The dead letters of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def requeue(self, ids: Sequence[int]) -> list[int]:
        """Mark letters for another try; return those that were dead."""
        async with self._database.transaction() as connection:
            cursor = await connection.execute(sql("requeue_letters"), {"ids": list(ids)})
            return sorted(row[0] for row in await cursor.fetchall())

    async def summary(self, *, instance_id: int | None, source: str | None, limit: int) -> list[Row]:
        """Return how many letters there are, by where they come from and what their reasons have in common."""
        return await file_rows(
            self._database,
            "letters_summary",
            instance=instance_id,
            source=source,
            most=_MOST_SUMMED,
            limit=limit,
        )
