"""Watches over the consumer: a worker that hears no messages looks healthy and does nothing."""

import logging
import time
from collections.abc import Callable, Mapping
from datetime import timedelta

from engine.dispatch.queue.consumer import Consumer
from engine.service import Service

log = logging.getLogger("batchdag")


class ConsumerWatch(Service):
    """Begins the consumer anew when its thread has ended or is stuck, or when it is deaf for whatever reason.

    ``steer`` decides whether it is to take messages: room is also made by attempts that end without a turn.
    """

    name = "queue.consumer_watch"

    def __init__(self, consumer: Consumer, *, steer: Callable[[], None], every: timedelta) -> None:
        super().__init__(every=every)
        self._consumer = consumer
        self._steer = steer
        self._messages_wait_since: float | None = None

    def counted(self, depths: Mapping[str, int]) -> None:
        """Take note of how many messages wait in which queues."""
        if not any(depths.get(queue, 0) for queue in self._consumer.queues):
            self._messages_wait_since = None
        elif self._messages_wait_since is None:
            self._messages_wait_since = time.monotonic()

    async def once(self) -> bool:
        self._steer()
        trouble = self._consumer.trouble(messages_wait_since=self._messages_wait_since)
        if trouble is not None:
            log.error("queue.consumer_restarted", extra={"why": trouble})
            self._messages_wait_since = None
            await self._consumer.restart()
        return False
