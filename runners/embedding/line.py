"""Calls to a server that may break: how long to wait before the next try, and when to give the server a rest.

Decides within one attempt; the breaker decides for all workers.
"""

import asyncio
import logging
import random
from collections.abc import Callable

from runners.embedding.breaker import Breaker
from runners.streams.errors import StreamBroken

log = logging.getLogger("batchdag")

_FIRST_WAIT = 0.1
_LONGEST_WAIT = 10.0


class Line:
    """One attempt's line to a server."""

    def __init__(self, breaker: Breaker, *, draw: Callable[[], float] = random.random) -> None:
        self._breaker = breaker
        self._draw = draw
        self._broken = 0
        self._has_history = False
        self.reconnects = 0

    async def open(self) -> None:
        """Return if the server may be called.

        Raises:
            Resting, TransientFailure: as ``Breaker.admit``.
        """
        self._has_history = await self._breaker.admit()

    async def worked(self) -> None:
        """Note that the server has answered."""
        self._broken = 0
        if self._has_history:
            self._has_history = False
            await self._breaker.worked()

    async def broke(self, broken: StreamBroken) -> None:
        """Note that the server has not answered, and wait before the next try.

        Raises:
            Resting, TransientFailure: it has failed too often, here or for others.
        """
        log.warning("embed.call_broke", extra={"error": str(broken)})
        self._has_history = True
        await self._breaker.failed(str(broken))
        self.reconnects += 1
        await asyncio.sleep(self._draw() * min(_FIRST_WAIT * 2**self._broken, _LONGEST_WAIT))
        self._broken += 1
