"""The shape of every background service: start, stop, and one loop that does a single pass when woken or in time."""

import asyncio
import logging
from abc import ABC, abstractmethod
from datetime import timedelta

log = logging.getLogger("batchdag")


class Service(ABC):
    """Runs ``once`` again and again. A pass that fails is logged and tried again; the service never dies of it."""

    name: str

    def __init__(self, *, every: timedelta) -> None:
        self._every = every.total_seconds()
        self._wake = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    @abstractmethod
    async def once(self) -> bool:
        """Do a single pass; True means that there may be more to do right now."""

    async def start(self) -> None:
        self._task = asyncio.create_task(self._loop(), name=self.name)

    def wake(self) -> None:
        """Make the next pass happen now."""
        self._wake.set()

    async def stop(self) -> None:
        """Let the pass under way finish, then end."""
        self._stopping = True
        self.wake()
        if self._task is not None:
            await self._task

    async def _loop(self) -> None:
        while not self._stopping:
            self._wake.clear()
            if not await self._pass():
                await self._sleep()

    async def _pass(self) -> bool:
        try:
            return await self.once()
        except Exception:
            log.exception("service.pass_failed", extra={"service": self.name})
            await asyncio.sleep(min(1.0, self._every))
            return False

    async def _sleep(self) -> None:
        try:
            async with asyncio.timeout(self._every):
                await self._wake.wait()
        except TimeoutError:
            return
