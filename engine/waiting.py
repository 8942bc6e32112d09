"""Waits for the end of an instance, whoever runs it: told by the database, and looking once a second beside that."""

import asyncio
from dataclasses import dataclass

from engine.database import Database, sql
from engine.notifier import Notifier
from engine.planner import Status

_LOOK_EVERY = 1.0
"""Seconds; a notification may be lost."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How an instance ended."""

    instance_id: int
    status: Status
    error: str | None

    @property
    def is_success(self) -> bool:
        return self.status is Status.SUCCEEDED


async def wait_for_end(database: Database, notifier: Notifier, instance_id: int) -> Ended:
    """Return how an instance ends.

    Raises:
        LookupError: there is no such instance.
    """
    finished = asyncio.Event()

    def heard(kind: str, about: str) -> None:
        if kind in ("", "finished") and about in ("", str(instance_id)):
            finished.set()

    notifier.subscribe(heard)
    try:
        while (ended := await _ended(database, instance_id)) is None:
            await _wait_at_most(finished, seconds=_LOOK_EVERY)
        return ended
    finally:
        notifier.unsubscribe(heard)


async def _ended(database: Database, instance_id: int) -> Ended | None:
    async with database.transaction() as connection:
        row = await (await connection.execute(sql("instance_status"), {"id": instance_id})).fetchone()
    if row is None:
        raise LookupError(f"there is no instance {instance_id}")
    status = Status(row[0])
    return Ended(instance_id, status, row[1]) if status.is_terminal else None


async def _wait_at_most(event: asyncio.Event, *, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
    event.clear()
