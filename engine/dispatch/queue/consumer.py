"""Takes messages out of queues and hands them to the event loop; says when it is in trouble, and can be begun anew.

A message is acknowledged once its step is claimed: from then on the row, and its lease, say who owns the step. Until
then the broker gives it to somebody else if this process dies.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from celery import Celery
from kombu.asynchronous import set_event_loop

from engine.claims import Message
from engine.dispatch.queue.broker import make_app
from engine.dispatch.queue.celery_worker import CeleryWorker
from engine.dispatch.queue.offers import Offer
from engine.dispatch.queue.settings import QueueSettings

log = logging.getLogger("batchdag")

_PATIENCE = 10.0
_STUCK = 30.0
"""Seconds without a look up after which a worker counts as stuck; a try to connect takes at most a few."""

_QUIET = ("celery", "kombu", "amqp")


class Consumer:
    """Takes from queues until it is stopped; a broker that goes away is waited for.

    ``offer`` is called on the loop that started the consumer. No more than ``prefetch`` messages are on their way to a
    claim, in this process or from the broker.
    """

    def __init__(self, settings: QueueSettings, *, queues: Sequence[str], offer: Callable[[Offer], None]) -> None:
        self.queues = tuple(queues)
        self._app: Celery = make_app(settings)
        self.prefetch = 0
        self._offer = offer
        self._heard_at = 0.0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._worker: CeleryWorker | None = None
        self._thread: threading.Thread | None = None

    async def start(self) -> None:
        """Begin to take; returns when the thread runs, which may be before the broker is there."""
        self._loop = asyncio.get_running_loop()
        for name in _QUIET:
            logging.getLogger(name).setLevel(logging.ERROR)
        await asyncio.to_thread(self._begin)

    def _begin(self) -> None:
        set_event_loop(None)  # Celery would go on with that of a worker before it, in whatever state it was left.
        self._worker = worker = CeleryWorker(
            self._app,
            queues=self.queues,
            prefetch=self.prefetch,
            received=lambda message, delivery: self._received(worker, message, delivery),
        )
        self._thread = threading.Thread(target=worker.start, name="queue.consumer", daemon=True)
        self._heard_at = time.monotonic()
        self._thread.start()

    def _received(self, worker: CeleryWorker, message: Message, delivery: Any) -> None:
        """Runs in the worker's thread."""
        self._heard_at = time.monotonic()
        if self._loop is not None:
            offer = Offer(message, done=lambda: worker.acknowledge(delivery))
            self._loop.call_soon_threadsafe(self._offer, offer)

    def steer(self, prefetch: int) -> None:
        """Let so many messages be on their way; none: leave them to workers that have room."""
        if prefetch == self.prefetch:
            return
        self.prefetch = prefetch
        self._heard_at = time.monotonic()
        if self._worker is not None:
            self._worker.prefetch = prefetch
            self._worker.wake()

    def trouble(self, *, messages_wait_since: float | None) -> str | None:
        """Say why it takes no messages although it should; None: it does, or knows of a broker that is away.

        ``messages_wait_since``: since when its queues have held messages, on the monotonic clock.
        """
        if self._worker is None or self._thread is None:
            return None
        now = time.monotonic()
        if not self._thread.is_alive():
            return "its thread has ended"
        if now - self._worker.looked_at > _STUCK:
            return f"it has been stuck for {now - self._worker.looked_at:.0f} s"
        if messages_wait_since is None or not (self.prefetch and self._worker.is_connected):
            return None
        deaf_for = now - max(messages_wait_since, self._heard_at)
        return f"messages wait, and it has heard none for {deaf_for:.0f} s" if deaf_for > _PATIENCE else None

    async def restart(self) -> None:
        """Begin anew beside the old thread, which ends as soon as it looks up."""
        if self._worker is not None:
            self._worker.leave()
        await asyncio.to_thread(self._begin)

    async def stop(self) -> None:
        """Take nothing more, and end. What is not acknowledged goes back to the broker."""
        self._loop = None
        if self._worker is None or self._thread is None:
            return
        self._worker.leave()
        await asyncio.to_thread(self._thread.join, _PATIENCE)
        if self._thread.is_alive():
            log.warning("queue.consumer_left", extra={"why": f"the broker did not let go within {_PATIENCE} s"})
        self._worker = self._thread = None
