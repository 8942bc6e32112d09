"""The table is the outbox: ready rows are published, and again when a queue has fewer messages than rows."""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import timedelta

from engine.dispatch.queue.broker import Addressed, Broker, BrokerUnreachable
from engine.dispatch.queue.outbox import Outbox, Ready
from engine.dispatch.queue.settings import QueueSettings
from engine.service import Service

log = logging.getLogger("batchdag")

_AGE = timedelta(seconds=2)
"""A message younger than this may still be on its way; it is not missed yet."""


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
            await asyncio.to_thread(self._broker.publish, [_addressed(step, self._settings) for step in ready])
        except BrokerUnreachable as error:
            await self._outbox.unpublish([step.step_id for step in ready])
            log.warning("queue.unreachable", extra={"why": str(error), "steps": len(ready)})
            return False
        self._chunk.took(time.monotonic() - began, full=len(ready) == limit)
        return len(ready) == limit

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


class LossFinder(Service):
    """Finds published steps that the queue has lost: a broker restarted empty, a message dropped by a worker that died.

    A queue that holds as many messages as there are published rows has lost none, however long they wait.
    """

    name = "queue.loss_finder"

    def __init__(
        self, outbox: Outbox, broker: Broker, settings: QueueSettings, *, found: Callable[[], None], every: timedelta
    ) -> None:
        super().__init__(every=every)
        self._outbox = outbox
        self._broker = broker
        self._settings = settings
        self._found = found

    async def once(self) -> bool:
        """Let the steps be published again whose messages are missing."""
        waiting = await self._outbox.published(age=_AGE)
        if not waiting:
            return False
        lost = await self._lost(waiting)
        if lost:
            log.warning("queue.messages_lost", extra={"steps": len(lost)})
            await self._outbox.unpublish(lost)
            self._found()
        return False

    async def _lost(self, waiting: Sequence[Ready]) -> list[int]:
        by_queue: dict[str, list[int]] = defaultdict(list)
        for step in waiting:
            by_queue[_addressed(step, self._settings).queue].append(step.step_id)
        try:
            depths = await asyncio.to_thread(self._broker.depths, sorted(by_queue))
        except BrokerUnreachable as error:
            log.warning("queue.unreachable", extra={"why": str(error)})
            return []
        return [step_id for queue, ids in by_queue.items() for step_id in ids[: max(0, len(ids) - depths[queue])]]

    async def stop(self) -> None:
        await super().stop()
        await asyncio.to_thread(self._broker.close)


def _addressed(step: Ready, settings: QueueSettings) -> Addressed:
    return Addressed(settings.queue_of(priority=step.priority, runner=step.runner), step.message)
