"""Measures how long this process's event loop is kept from its work. Knows nothing of what keeps it."""

import asyncio
from collections import deque

EVERY = 0.25
_KEPT = 240
"""A minute's worth."""


class LoopLag:
    """Asks to be called every quarter of a second, and notes how late the call comes."""

    def __init__(self) -> None:
        self._late: deque[float] = deque(maxlen=_KEPT)
        self._timer: asyncio.TimerHandle | None = None

    @property
    def worst(self) -> float:
        """The longest delay of the last minute, in seconds."""
        return max(self._late, default=0.0)

    async def start(self) -> None:
        self._expect(asyncio.get_running_loop())

    async def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _expect(self, loop: asyncio.AbstractEventLoop) -> None:
        due = loop.time() + EVERY
        self._timer = loop.call_at(due, self._note, loop, due)

    def _note(self, loop: asyncio.AbstractEventLoop, due: float) -> None:
        self._late.append(max(0.0, loop.time() - due))
        self._expect(loop)
