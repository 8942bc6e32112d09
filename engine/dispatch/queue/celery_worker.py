"""Celery's worker, cut down to a connection, a consumer of tasks and a loop. Runs in a thread of its own.

Between two messages, and between two tries to connect, it looks up: whether it is to leave, and whether it is to take
messages. What it is told between two looks may come in any order and any number: only what is wanted now counts.
"""

import logging
import time
from collections.abc import Sequence
from typing import Any, ClassVar

from celery import Celery
from celery.exceptions import WorkerShutdown
from celery.worker import WorkController
from celery.worker.consumer import Consumer as CeleryConsumer

log = logging.getLogger("batchdag")

_LOOK = 0.1
_RETRY = 1.0


class CeleryWorker(WorkController):
    """Takes messages while it ``takes``, until it is told to leave.

    Attributes:
        takes: whether it is to take messages.
        is_connected: whether it has a broker, as far as it knows.
        looked_at: when it last looked up, on the monotonic clock.
    """

    consumer: Any = None
    hub: Any = None

    def __init__(self, app: Celery, *, queues: Sequence[str], threads: int) -> None:
        self.takes = True
        self.is_connected = False
        self.looked_at = time.monotonic()
        self._leaves = self._is_leaving = False
        self._queue_names = tuple(queues)
        super().__init__(
            app=app,
            pool_cls="threads",
            concurrency=threads,
            queues=list(queues),
            consumer_cls=_Intake,
            loglevel="ERROR",
        )

    def take(self, *, takes: bool) -> None:
        """Say from another thread whether it is to take messages."""
        self.takes = takes
        if self.hub is not None:
            self.hub.call_soon(self._follow)

    def leave(self) -> None:
        """Tell it from another thread to end: it does at its next look."""
        self._leaves = True

    def look_up(self) -> None:
        """Show that it is alive, and end the thread if it is to leave."""
        self.looked_at = time.monotonic()
        if self._leaves and not self._is_leaving:
            self._is_leaving = True
            raise WorkerShutdown(0)

    def on_consumer_ready(self, _consumer: Any) -> None:
        """Called by Celery once, when it first waits for messages."""
        self.hub.call_repeatedly(_LOOK, self._look)

    def _look(self) -> None:
        self.look_up()
        self._follow()

    def _follow(self) -> None:
        if self._is_leaving or not self.is_connected:
            return
        tasks = self.consumer.task_consumer
        is_taking = any(map(tasks.consuming_from, self._queue_names))
        if self.takes and not is_taking:
            tasks.consume()
        elif is_taking and not self.takes:
            tasks.cancel()


class _Intake(CeleryConsumer):
    """What is needed of Celery's consumer: its gossip, control and delayed delivery would make queues of their own."""

    class Blueprint(CeleryConsumer.Blueprint):  # type: ignore[misc, valid-type]
        default_steps: ClassVar = [
            "celery.worker.consumer.connection:Connection",
            "celery.worker.consumer.tasks:Tasks",
            "celery.worker.consumer.consumer:Evloop",
        ]

    controller: CeleryWorker

    def ensure_connected(self, conn: Any) -> Any:
        """Try every second until the broker is there. Celery itself waits for up to half a minute between two tries."""
        self.first_connection_attempt = False
        return conn.ensure_connection(
            self._missed,
            None,
            interval_start=_RETRY,
            interval_step=0,
            interval_max=_RETRY,
            callback=self.controller.look_up,
        )

    def _missed(self, error: Exception, _interval: float) -> None:
        log.debug("queue.consumer_not_connected", extra={"why": str(error)})

    def on_ready(self) -> None:
        """Called by Celery whenever it has subscribed to its queues."""
        self.controller.is_connected = True
        log.info("queue.consumer_connected")
        super().on_ready()

    def on_connection_error_after_connected(self, exc: Exception) -> None:
        self.controller.is_connected = False
        log.warning("queue.consumer_cut_off", extra={"why": str(exc) or type(exc).__name__})
        super().on_connection_error_after_connected(exc)
