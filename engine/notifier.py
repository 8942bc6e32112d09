"""Listens to the database's channel and tells who asked. A signal may be lost: everybody who listens also polls."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

import psycopg

from engine.database import Connection, Database

log = logging.getLogger("batchdag")

Heard = Callable[[str, str], None]
"""Called with the kind and the id of a payload such as ``finished:12``; both empty after a reconnection."""

_RECONNECT_AFTER = 1.0


class Notifier:
    """One LISTEN connection, made again whenever it breaks."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._heard: list[Heard] = []
        self._task: asyncio.Task[None] | None = None
        self._listening = asyncio.Event()

    def subscribe(self, heard: Heard) -> None:
        self._heard.append(heard)

    def unsubscribe(self, heard: Heard) -> None:
        """Tell it no more. What was never told is left alone: a service may be stopped that did not come to start."""
        if heard in self._heard:
            self._heard.remove(heard)

    async def start(self) -> None:
        """Return once the connection listens."""
        self._task = asyncio.create_task(self._loop(), name="notifier")
        await self._listening.wait()

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _loop(self) -> None:
        while True:
            try:
                connection = await self._database.connect()
                async with connection:
                    await self._listen(connection)
            except psycopg.Error as error:
                log.warning("notifier.cut_off", extra={"why": str(error)})
            self._listening.set()
            await asyncio.sleep(_RECONNECT_AFTER)

    async def _listen(self, connection: Connection) -> None:
        await connection.execute("listen batchdag")
        self._listening.set()
        self._tell("", "")
        async for notification in connection.notifies():
            kind, _, about = notification.payload.partition(":")
            self._tell(kind, about)

    def _tell(self, kind: str, about: str) -> None:
        for heard in tuple(self._heard):
            try:
                heard(kind, about)
            except Exception:
                # Anybody may notify, and anything: one who cannot make sense of it must not make all others deaf.
                log.exception("notifier.listener_failed", extra={"kind": kind, "about": about[:100]})
