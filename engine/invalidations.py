"""Tells readers, after the commit, that a collection has changed: from the outbox, again until they answer.

A row of ``cache_invalidation`` stands for one reader and collection and holds the newest generation only, so however
fast chunks are committed, a reader is called once at a time with the last of them. A row that is taken is leased for
longer than a call may last: of any number of processes one calls. Decides when to call again; knows nothing of gRPC.
"""

import asyncio
import logging
import socket
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from engine.database import Database, sql
from engine.service import Service

if TYPE_CHECKING:
    from runners.streams.invalidation import ReaderCalls

log = logging.getLogger("batchdag")

_LEASE = timedelta(seconds=5)
_WITHIN = 2.0
_AT_ONCE = 32
_FIRST_DELAY = timedelta(milliseconds=200)
_LONGEST_DELAY = timedelta(seconds=10)
_FORGET_EVERY = 10.0


class Telling(NamedTuple):
    """A row of the outbox that is ours to deliver now; a row of claim_invalidations.sql."""

    reader: str
    collection: str
    generation: int
    claims: int
    tries: int
    address: str
    token: str
    certificate: str | None


class Invalidator(Service):
    """Delivers what is due; any number of processes may. Without readers it opens nothing and imports nothing."""

    name = "invalidator"

    def __init__(self, database: Database, *, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__(every=timedelta(seconds=1))
        self._database = database
        self._machine = socket.gethostname()
        self._now = now
        self._calls: ReaderCalls | None = None
        self._forget_at = 0.0

    async def once(self) -> bool:
        await self._forget_readers()
        return await self.tell_due() > 0

    async def stop(self) -> None:
        await super().stop()
        if self._calls is not None:
            await self._calls.aclose()

    async def tell_due(self) -> int:
        """Call the readers that are due, all at once; return how many were called."""
        began = self._now()
        tellings = await self._claim()
        await asyncio.gather(*(self._tell(telling, taken_at=began) for telling in tellings))
        return len(tellings)

    async def _claim(self) -> list[Telling]:
        binds = {"room": _AT_ONCE, "lease": _LEASE, "machine": self._machine}
        async with self._database.transaction() as connection:
            cursor = await connection.execute(sql("claim_invalidations"), binds)
            return [Telling(*row) for row in await cursor.fetchall()]

    async def _tell(self, telling: Telling, *, taken_at: float) -> None:
        if self._now() - taken_at + _WITHIN > _LEASE.total_seconds():
            return  # so late that the lease might end during the call: it is left to whoever comes next
        refusal = await self._call(telling)
        fields = {"reader": telling.reader, "collection": telling.collection, "generation": telling.generation}
        if refusal is None:
            log.debug("invalidation.told", extra=fields)
            await self._settle(telling, told=telling.generation)
        else:
            log.warning("invalidation.untold", extra=fields | {"why": refusal, "tries": telling.tries + 1})
            await self._settle(telling, error=refusal)

    async def _call(self, telling: Telling) -> str | None:
        try:
            from runners.streams.invalidation import ReaderAddress, ReaderCalls  # noqa: PLC0415 - grpcio is an extra
        except ModuleNotFoundError as error:
            return f"{error.name} is not installed where this was tried: pip install 'batchdag[embeddings]'"
        if self._calls is None:
            self._calls = ReaderCalls()
        reader = ReaderAddress(telling.address, telling.token, telling.certificate)
        return await self._calls.invalidate(
            reader, collection=telling.collection, generation=telling.generation, within=_WITHIN
        )

    async def _settle(self, telling: Telling, *, told: int = 0, error: str | None = None) -> None:
        failed = telling.tries + 1 if error else 0
        binds = {"reader": telling.reader, "collection": telling.collection, "claims": telling.claims, "told": told}
        outcome = {"tries": failed, "error": error and error[:500], "delay": delay_after(failed)}
        async with self._database.transaction() as connection:
            await connection.execute(sql("settle_invalidation"), binds | outcome)

    async def _forget_readers(self) -> None:
        if self._now() < self._forget_at:
            return
        self._forget_at = self._now() + _FORGET_EVERY
        async with self._database.transaction() as connection:
            for (name,) in await (await connection.execute(sql("forget_readers"))).fetchall():
                log.warning("reader.forgotten", extra={"reader": name})


def delay_after(tries: int) -> timedelta:
    """Return how long to wait after so many tries in vain: none, 0.2 s, and twice as long each time up to 10 s."""
    return timedelta(0) if tries == 0 else min(_FIRST_DELAY * (1 << min(tries - 1, 16)), _LONGEST_DELAY)
