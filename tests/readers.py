"""A reader on a real database, with a clock that a test moves, and what it reads."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from engine.database import Database
from engine.notifier import Notifier
from services.cache.cache import Computed
from services.cache.generations import NEVER_CHANGED
from services.cache.keeper import read_generations
from services.cache.reader import CachedReader
from services.cache.settings import CacheSettings


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


class Source:
    """Reads the value of `shelf` with its generation in one snapshot; a test may hold a reading up."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.reads = 0
        self.has_read = asyncio.Event()
        self.may_end = asyncio.Event()
        self.may_end.set()

    async def compute(self, keys: Sequence[str]) -> Computed:
        self.reads += 1
        async with self.database.transaction() as connection:
            await connection.execute("set transaction isolation level repeatable read, read only")
            seen = await read_generations(connection, ["shelf"])
            rows = await (await connection.execute("select key, value from shelf")).fetchall()
            self.has_read.set()
            await self.may_end.wait()
        values = dict(rows)
        return Computed((seen.get("shelf", NEVER_CHANGED),), {key: values.get(key) for key in keys})


async def write(database: Database, key: str, value: int) -> int:
    """Change the shelf as an ingester does: the rows first, the generation last, in one transaction."""
    async with database.transaction() as connection:
        await connection.execute(
            "insert into shelf values (%s, %s) on conflict (key) do update set value = excluded.value", (key, value)
        )
        row = await (await connection.execute("select note_change('shelf')")).fetchone()
    return int((row or (0,))[0])


@asynccontextmanager
async def reading(
    database: Database, notifier: Notifier, *, name: str = "reader", **settings: Any
) -> AsyncIterator[CachedReader]:
    """A reader that runs until the context ends."""
    reader = CachedReader(database, notifier, CacheSettings(**({"port": 0} | settings)), name=name)
    await reader.start()
    try:
        yield reader
    finally:
        await reader.stop()
