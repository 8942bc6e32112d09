"""How many calls of a kind run at once, and how many may wait for that. What is beyond is refused, not piled up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.embedding_server.errors import Overloaded


class Turnstile:
    """Lets ``at_once`` through; ``waiting`` more may wait."""

    def __init__(self, *, at_once: int, waiting: int) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._most = waiting
        self._waiting = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn and hold it.

        Raises:
            Overloaded: too many wait already.
        """
        if self._free.locked() and self._waiting >= self._most:
            raise Overloaded(self._waiting)
        self._waiting += 1
        try:
            await self._free.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._free.release()
