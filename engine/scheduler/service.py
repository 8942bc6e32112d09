"""The scheduler as a service: looks when a cron is due, when a definition was edited, and every second anyway."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from engine.database import Connection, Database, sql
from engine.notifier import Notifier
from engine.scheduler.gaps import write_gaps
from engine.scheduler.pace import PACE, VARIABLE
from engine.scheduler.schedule import Schedule
from engine.scheduler.tick import tick
from engine.scheduler.ticker import Ticker
from engine.service import Service

log = logging.getLogger("batchdag")

_EVERY = timedelta(seconds=1)


class Scheduler(Service):
    """Fires the crons of one database. Runs in every process; which of them fires an instant, the database decides.

    It has a connection of its own, so that it ticks even while runners hold the whole pool.
    """

    name = "scheduler"

    def __init__(self, database: Database, notifier: Notifier, *, every: timedelta = _EVERY) -> None:
        super().__init__(every=every)
        self._database = database
        self._notifier = notifier
        self._connection: Connection | None = None
        self._ticker = Ticker(self.wake)
        self._is_edited = True

    async def start(self) -> None:
        if PACE != 1:
            log.warning("cron.test_pace", extra={"pace": PACE, "why": f"{VARIABLE} is set, which is for tests only"})
        self._ticker.start()
        self._notifier.subscribe(self._heard)
        await super().start()

    async def stop(self) -> None:
        if self._task is None:
            return
        self._notifier.unsubscribe(self._heard)
        await super().stop()
        self._ticker.stop()
        if self._connection is not None:
            await self._connection.close()

    async def once(self) -> bool:
        """Fire what is due, then write down some of what was missed; True as long as there was any of either."""
        if self._is_edited:
            await self._watch()
        decided = await tick(await self._connected())
        async with self._transaction() as connection:
            return await write_gaps(connection) > 0 or decided > 0

    async def _watch(self) -> None:
        self._is_edited = False
        async with self._transaction() as connection:
            row = await (await connection.execute(sql("load_fire_schedules"))).fetchone()
        assert row is not None
        self._ticker.watch([Schedule(cron, timezone) for cron, timezone in row[1]], database_now=row[0])

    def _heard(self, kind: str, _about: str) -> None:
        if kind in ("definition", ""):
            self._is_edited = True
            self.wake()

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Connection]:
        connection = await self._connected()
        async with connection.transaction():
            yield connection

    async def _connected(self) -> Connection:
        """Return the connection, which commits each statement by itself; a new one if it broke."""
        if self._connection is None or self._connection.closed:
            self._connection = await self._database.connect()
            self._is_edited = True
        return self._connection
