"""One process's cache, open: its two levels, who keeps the generations fresh, and who takes the calls. Composes."""

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.database import Database, sql
from engine.notifier import Notifier
from runners.base import Json
from services.cache.cache import Cache, Compute, Forgotten
from services.cache.generations import Generations
from services.cache.keeper import Keeper
from services.cache.memory import Memory
from services.cache.settings import CacheSettings
from services.cache.shared import Nothing, open_shared

if TYPE_CHECKING:
    from services.cache.calls import Calls

log = logging.getLogger("batchdag")

_TRUSTED = 0.8
"""Seconds for which an answer of the database about generations is believed. With what a look into Redis takes at most,
0.1 s, nothing stale is served for a second."""


class CachedReader:
    """Reads through the cache, from ``start`` to ``stop``."""

    def __init__(self, database: Database, notifier: Notifier, settings: CacheSettings, *, name: str) -> None:
        self._database = database
        self._notifier = notifier
        self._settings = settings
        self._name = name
        self.memory = Memory(entries=settings.entries, size=settings.bytes, ttl=settings.ttl_seconds)
        self.generations = Generations(trusted=_TRUSTED, changed=self.memory.forget)
        self.keeper = Keeper(database, self.generations, every=settings.poll_seconds)
        self._cache = Cache(self.generations, self.memory, Nothing(), look=self.keeper.look)
        self._calls: Calls | None = None

    async def get_many(self, collections: Sequence[str], keys: Sequence[str], compute: Compute) -> dict[str, Json]:
        """Return the values of these keys, which ``compute`` makes of what is in these collections."""
        self.keeper.read()
        return await self._cache.get_many(collections, keys, compute)

    async def get(self, collections: Sequence[str], key: str, compute: Compute) -> Json:
        """Return the value of one key."""
        return (await self.get_many(collections, [key], compute))[key]

    async def start(self) -> None:
        """Open the second level, listen for changes, and take calls."""
        if self._settings.redis_url is not None:
            shared = open_shared(
                self._settings.redis_url, database=await self._identity(), ttl=self._settings.ttl_seconds
            )
            self._cache = Cache(self.generations, self.memory, shared, look=self.keeper.look)
        self._notifier.subscribe(self.keeper.heard)
        await self.keeper.start()
        await self._take_calls()

    async def stop(self) -> None:
        self._notifier.unsubscribe(self.keeper.heard)
        if self._calls is not None:
            await self._calls.stop()
        await self.keeper.stop()
        await self._cache.aclose()

    async def forget(self, collection: str, generation: int, keys: frozenset[str]) -> Forgotten:
        """Do what a call asks for. Idempotent."""
        dropped = await self._cache.forget_keys(collection, keys) if keys else 0
        before = len(self.memory)
        if generation and self.generations.hear(collection, generation):
            self.keeper.wake()
        current = self.generations.current(collection)
        return Forgotten(max(generation, current.number if current else 0), dropped + before - len(self.memory))

    async def _take_calls(self) -> None:
        try:
            from services.cache.calls import Calls  # noqa: PLC0415 - grpcio is an extra
        except ModuleNotFoundError as error:
            log.info("cache.takes_no_calls", extra={"missing": error.name})
            return
        self._calls = Calls(self._database, self.forget, self._settings, name=self._name)
        await self._calls.start()

    async def _identity(self) -> str:
        async with self._database.transaction() as connection:
            (identity,) = await (await connection.execute(sql("database_identity"), {})).fetchone() or ("unknown",)
        return str(identity)
