"""A Celery worker in a thread of this process: takes messages out of queues and hands them to the event loop.

A message is acknowledged as soon as a thread of Celery's has it: from then on the row, and its lease, say who owns the
step. Each thread waits until the loop has claimed the step, so no more messages are taken than steps can be claimed.
"""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, ClassVar

from celery.worker import WorkController, state
from celery.worker.consumer import Consumer as CeleryConsumer

from engine.claims import Message
from engine.dispatch.queue.broker import TASK, make_app
from engine.dispatch.queue.settings import QueueSettings

log = logging.getLogger("batchdag")

_STATE: Any = state
"""Celery asks this module of its own, between two messages, whether it is to stop: one consumer for each process."""

_LOOK = 0.1
_PATIENCE = 10.0
_QUIET = ("celery", "kombu", "amqp")


class Consumer:
    """Takes from queues until it is stopped; a broker that goes away is waited for. One for each process.

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
        self._settings = settings
        self._queues = queues
        self._threads = threads
        self._offer = offer
        self._loop: asyncio.AbstractEventLoop | None = None
        self._worker: _Worker | None = None
        self._thread: threading.Thread | None = None
        self._paused = False

    async def start(self) -> None:
        """Begin to take; returns when the thread runs, which may be before the broker is there."""
        self._loop = asyncio.get_running_loop()
        _STATE.should_stop = None
        self._worker = await asyncio.to_thread(self._make_worker)
        self._thread = threading.Thread(target=self._worker.start, name="queue.consumer", daemon=True)
        self._thread.start()

    def _make_worker(self) -> "_Worker":
        for name in _QUIET:
            logging.getLogger(name).setLevel(logging.ERROR)
        app = make_app(self._settings)
        app.set_default()  # Celery's threads look a task up in the process's default application.
        app.task(name=TASK, shared=False)(self._take)
        return _Worker(
            app=app,
            pool_cls="threads",
            concurrency=self._threads,
            queues=self._queues,
            consumer_cls=_Intake,
            loglevel="ERROR",
        )

    def _take(self, step_id: Any, attempt: Any) -> None:
        """Run in a thread of Celery's for each message. What is no message of ours is dropped: rows say what is due."""
        if not (isinstance(step_id, int) and isinstance(attempt, int)):
            log.warning("queue.message_refused", extra={"step_id": str(step_id)[:100], "attempt": str(attempt)[:100]})
            return
        assert self._loop is not None
        asyncio.run_coroutine_threadsafe(self._handed(Message(step_id, attempt)), self._loop).result()

    async def _handed(self, message: Message) -> None:
        await self._offer(message)

    def pause(self) -> None:
        """Take nothing more for now, and leave it to workers that have room."""
        if not self._paused and self._worker is not None:
            self._paused = True
            self._worker.soon(lambda consumer: consumer.task_consumer.cancel())

    def resume(self) -> None:
        if self._paused and self._worker is not None:
            self._paused = False
            self._worker.soon(lambda consumer: consumer.task_consumer.consume())

    async def stop(self) -> None:
        """Take nothing more, and end. Messages that no thread has begun go back to the broker."""
        if self._thread is None:
            return
        _STATE.should_stop = 0
        await asyncio.to_thread(self._thread.join, _PATIENCE)
        if self._thread.is_alive():
            log.warning("queue.consumer_left", extra={"why": f"the broker did not let go within {_PATIENCE} s"})
        self._thread = None


class _Intake(CeleryConsumer):
    """What is needed of Celery's consumer: its gossip, control and delayed delivery would make queues of their own."""

    class Blueprint(CeleryConsumer.Blueprint):  # type: ignore[misc, valid-type]
        default_steps: ClassVar = [
            "celery.worker.consumer.connection:Connection",
            "celery.worker.consumer.tasks:Tasks",
            "celery.worker.consumer.consumer:Evloop",
        ]


class _Worker(WorkController):
    """Celery's worker, which another thread may ask to do something between two messages."""

    consumer: Any = None
    hub: Any = None

    def on_consumer_ready(self, _consumer: Any) -> None:
        """Look up often from waiting for the broker: at what is asked of this worker, and whether it is to stop."""
        self.hub.call_repeatedly(_LOOK, lambda: None)

    def soon(self, what: Callable[[Any], None]) -> None:
        if self.consumer is not None and self.consumer.task_consumer is not None:
            self.consumer.call_soon(what, self.consumer)
