"""Keeps what is known of generations fresh: asks the database twice a second while anybody reads, and when told to."""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import timedelta

import psycopg
from psycopg_pool import PoolTimeout

from engine.database import Connection, Database, sql
from engine.service import Service
from services.cache.generations import Generation, Generations

_IDLE_AFTER = 10.0


class Keeper(Service):
    """The one who asks for this process. Nobody's reading: nobody's asking."""

    name = "cache.keeper"

    def __init__(
        self, database: Database, generations: Generations, *, every: float, now: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(every=timedelta(seconds=every))
        self._database = database
        self._generations = generations
        self._now = now
        self._read_at = float("-inf")
        self._looks: dict[tuple[str, ...], asyncio.Task[None]] = {}

    def read(self) -> None:
        """Take note that somebody reads."""
        self._read_at = self._now()

    async def look(self, collections: Sequence[str]) -> None:
        """Ask which generations of these collections count; who asks the same meanwhile shares the answer."""
        wanted = tuple(collections)
        if wanted not in self._looks:
            self._looks[wanted] = asyncio.create_task(self._ask(wanted), name="cache.look")
            self._looks[wanted].add_done_callback(lambda _: self._looks.pop(wanted, None))
        await asyncio.shield(self._looks[wanted])

    async def _ask(self, collections: Sequence[str]) -> None:
        asked_at = self._now()
        async with self._database.transaction() as connection:
            seen = await read_generations(connection, collections)
        self._generations.learn(seen, of=collections, asked_at=asked_at)

    async def once(self) -> bool:
        known = self._generations.known()
        if known and self._now() - self._read_at < _IDLE_AFTER:
            try:
                await self.look(known)
            except (psycopg.OperationalError, PoolTimeout):
                # Whoever reads next asks by themselves, and is told. What is kept is not believed meanwhile.
                self._generations.distrust()
        return False

    async def stop(self) -> None:
        await super().stop()
        await asyncio.gather(*self._looks.values(), return_exceptions=True)

    def heard(self, kind: str, about: str) -> None:
        """Take in a notification; after a break of the connection any may have been missed."""
        if kind == "generation":
            collection, _, number = about.rpartition(":")
            if number.isascii() and number.isdigit() and self._generations.hear(collection, int(number[:18])):
                self.wake()
        elif kind == "":
            self._generations.distrust()
            self.wake()


async def read_generations(connection: Connection, collections: Sequence[str]) -> dict[str, Generation]:
    """Return the generations of those that ever changed, as the snapshot of a transaction has them."""
    cursor = await connection.execute(sql("read_generations"), {"collections": list(collections)})
    return {name: Generation(number, stamp) for name, number, stamp in await cursor.fetchall()}
