"""The table is the outbox: ready rows are published."""

import asyncio
import logging
import time
from datetime import timedelta

from engine.dispatch.queue.broker import Addressed, Broker, BrokerUnreachable
from engine.dispatch.queue.outbox import Outbox, Ready
from engine.dispatch.queue.settings import QueueSettings
from engine.service import Service

log = logging.getLogger("batchdag")


class Publisher(Service):
    """Sends a message for every step that is ready and due. How many at once adapts to how long the broker takes."""

    name = "queue.publisher"

    def __init__(self, outbox: Outbox, broker: Broker, settings: QueueSettings, *, every: timedelta) -> None:
        super().__init__(every=every)
        self._outbox = outbox
        self._broker = broker
        self._settings = settings
        self._chunk = ChunkSize()

    async def once(self) -> bool:
        """Publish a chunk; True when there may be more."""
        limit = self._chunk.size
        ready = await self._outbox.publish(limit=limit, window=self._settings.window)
        if not ready:
            return False
        began = time.monotonic()
        try:
            await asyncio.to_thread(self._broker.publish, [self._addressed(step) for step in ready])
        except BrokerUnreachable as error:
            await self._outbox.unpublish([step.step_id for step in ready])
            log.warning("queue.unreachable", extra={"why": str(error), "steps": len(ready)})
            return False
        self._chunk.took(time.monotonic() - began, full=len(ready) == limit)
        return len(ready) == limit

    def _addressed(self, step: Ready) -> Addressed:
        return Addressed(self._settings.queue_of(priority=step.priority, runner=step.runner), step.message)

    async def stop(self) -> None:
        await super().stop()
        await asyncio.to_thread(self._broker.close)


class ChunkSize:
    """How many steps are published by one commit: more while that is quick, fewer when it keeps others waiting."""

    def __init__(self, *, least: int = 50, most: int = 1000, seconds: float = 0.1) -> None:
        self._least = least
        self._most = most
        self._seconds = seconds
        self.size = least

    def took(self, seconds: float, *, full: bool) -> None:
        if seconds > self._seconds:
            self.size = max(self._least, self.size // 2)
        elif full:
            self.size = min(self._most, self.size * 2)
