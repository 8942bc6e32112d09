"""Takes messages out of queues and hands them to the event loop; says when it is in trouble, and can be begun anew.

A message is acknowledged as soon as a thread of Celery's has it: from then on the row, and its lease, say who owns the
step. Each thread waits until the loop has claimed the step, so no more messages are taken than steps can be claimed.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from celery import Celery
from kombu.asynchronous import set_event_loop

from engine.claims import Message
from engine.dispatch.queue.broker import TASK, make_app
from engine.dispatch.queue.celery_worker import CeleryWorker
from engine.dispatch.queue.settings import QueueSettings

log = logging.getLogger("batchdag")

_PATIENCE = 10.0
_STUCK = 30.0
"""Seconds without a look up after which a worker counts as stuck; a try to connect takes at most a few."""

_QUIET = ("celery", "kombu", "amqp")


class Consumer:
    """Takes from queues until it is stopped; a broker that goes away is waited for.

    ``offer`` runs on the loop that started the consumer, and returns when the message's step is claimed or given back.
    """

    def __init__(
        self,
        settings: QueueSettings,
        *,
        queues: Sequence[str],
        threads: int,
        offer: Callable[[Message], Awaitable[None]],
    ) -> None:
        self.queues = tuple(queues)
        self._settings = settings
        self._threads = threads
        self._offer = offer
        self._takes = True
        self._heard_at = 0.0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._app: Celery | None = None
        self._worker: CeleryWorker | None = None
        self._thread: threading.Thread | None = None

    async def start(self) -> None:
        """Begin to take; returns when the thread runs, which may be before the broker is there."""
        self._loop = asyncio.get_running_loop()
        for name in _QUIET:
            logging.getLogger(name).setLevel(logging.ERROR)
        await asyncio.to_thread(self._begin)

    def _begin(self) -> None:
        if self._app is None:
            self._app = make_app(self._settings)
            self._app.set_default()  # Celery's threads look a task up in the process's default application.
            self._app.task(name=TASK, shared=False)(self._take)
        set_event_loop(None)  # Celery would go on with that of a worker before it, in whatever state it was left.
        self._worker = CeleryWorker(self._app, queues=self.queues, threads=self._threads)
        self._worker.takes = self._takes
        self._thread = threading.Thread(target=self._worker.start, name="queue.consumer", daemon=True)
        self._heard_at = time.monotonic()
        self._thread.start()

    def _take(self, step_id: Any, attempt: Any) -> None:
        """Run in a thread of Celery's for each message. What is no message of ours is dropped: rows say what is due."""
        self._heard_at = time.monotonic()
        if not (isinstance(step_id, int) and isinstance(attempt, int)):
            log.warning("queue.message_refused", extra={"step_id": str(step_id)[:100], "attempt": str(attempt)[:100]})
            return
        assert self._loop is not None
        asyncio.run_coroutine_threadsafe(self._handed(Message(step_id, attempt)), self._loop).result()

    async def _handed(self, message: Message) -> None:
        await self._offer(message)

    def steer(self, *, takes: bool) -> None:
        """Take messages, or leave them to workers that have room."""
        if takes is self._takes:
            return
        self._takes = takes
        self._heard_at = time.monotonic()
        if self._worker is not None:
            self._worker.take(takes=takes)

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
        if messages_wait_since is None or not (self._takes and self._worker.is_connected):
            return None
        deaf_for = now - max(messages_wait_since, self._heard_at)
        return f"messages wait, and it has heard none for {deaf_for:.0f} s" if deaf_for > _PATIENCE else None

    async def restart(self) -> None:
        """Begin anew beside the old thread, which ends as soon as it looks up."""
        if self._worker is not None:
            self._worker.leave()
        await asyncio.to_thread(self._begin)

    async def stop(self) -> None:
        """Take nothing more, and end. Messages that no thread has begun go back to the broker."""
        if self._worker is None or self._thread is None:
            return
        self._worker.leave()
        await asyncio.to_thread(self._thread.join, _PATIENCE)
        if self._thread.is_alive():
            log.warning("queue.consumer_left", extra={"why": f"the broker did not let go within {_PATIENCE} s"})
        self._thread = None
