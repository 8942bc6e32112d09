"""Celery's worker, cut down to a connection, a consumer of messages and a loop. Runs in a thread of its own.

It runs no task: it reads what a message says and passes it on, for steps run on the event loop of this process. Between
two messages, and between two tries to connect, it looks up: whether it is to leave, and how many messages it may take.
What it is told between two looks may come in any order and any number of times: only what is wanted now counts.
"""

import logging
import time
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from celery import Celery
from celery.exceptions import WorkerShutdown
from celery.worker import WorkController
from celery.worker.consumer import Consumer as CeleryConsumer

from engine.claims import Message
from engine.dispatch.queue.outlet import TASK

log = logging.getLogger("batchdag")

_LOOK = 0.1
_RETRY = 1.0

Received = Callable[[Message, Any], None]
"""Called in the worker's thread with what a message says, and the message itself, to be acknowledged later."""


class CeleryWorker(WorkController):
    """Takes messages until it is told to leave.

    Attributes:
        prefetch: how many messages it may have that are not acknowledged yet; none: it takes none.
        is_connected: whether it has a broker, as far as it knows.
        looked_at: when it last looked up, on the monotonic clock.
    """

    consumer: Any = None
    hub: Any = None

    def __init__(self, app: Celery, *, queues: Sequence[str], prefetch: int, received: Received) -> None:
        self.prefetch = prefetch
        self.is_connected = False
        self._agreed = self._allowed = 0
        self._open: set[int] = set()
        self.looked_at = time.monotonic()
        self._received = received
        self._leaves = self._is_leaving = False
        super().__init__(
            app=app,
            pool_cls="solo",
            concurrency=max(1, prefetch),
            queues=list(queues),
            consumer_cls=_Intake,
            without_mingle=True,  # it is asked for by the step that subscribes; it waits a second for other workers
            loglevel="ERROR",
        )

    def wake(self) -> None:
        """Let it look up now; for other threads, as are ``acknowledge`` and ``leave``."""
        self._soon(self._follow)

    def acknowledge(self, delivery: Any) -> None:
        """Tell the broker that a message is done with; it may send another one in its place, unless none is wanted."""
        self._soon(self._acknowledge, delivery)

    def leave(self) -> None:
        """Let it end at its next look."""
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

    def subscribed(self, prefetch: int) -> None:
        """Called when it has subscribed to its queues, at first and after each loss of the connection."""
        self._open.clear()
        self._agreed = self._allowed = prefetch
        self.is_connected = True

    def read(self, delivery: Any) -> None:
        """Pass on what a message says. What is no message of ours is dropped: rows say what is due."""
        self._open.add(id(delivery))
        message = _read(delivery)
        if message is not None:
            self._received(message, delivery)
            return
        log.warning("queue.message_refused", extra={"said": repr(delivery.body)[:100]})
        self._acknowledge(delivery)

    def _soon(self, what: Callable[..., None], *about: Any) -> None:
        if self.hub is not None:
            self.hub.call_soon(what, *about)

    def _look(self) -> None:
        self.look_up()
        self._follow()

    def _follow(self) -> None:
        if self._is_leaving or not self.is_connected:
            return
        may_grow = self._allowed < self.prefetch and not self._open
        if self._agreed != self.prefetch or may_grow:
            self._agree(self.prefetch)

    def _agree(self, prefetch: int) -> None:
        """Subscribe anew: RabbitMQ counts by subscription, so what is open from the one before is taken off."""
        tasks = self.consumer.task_consumer
        tasks.cancel()  # When it returns, everything that was on its way has been read.
        by_subscription = self.consumer.connection.transport.driver_type == "amqp"
        self._allowed = prefetch - len(self._open) if by_subscription else prefetch
        if self._allowed > 0:
            tasks.qos(prefetch_count=self._allowed, apply_global=False)
            tasks.consume()
        self._agreed = prefetch

    def _acknowledge(self, delivery: Any) -> None:
        self._follow()  # First, or the broker would send another message for which there may be no room.
        try:
            delivery.ack()
        except (*self.consumer.connection_errors, *self.consumer.channel_errors) as error:
            # Its connection is gone, and the broker brings it again: it will find that its step is claimed.
            log.debug("queue.message_not_acknowledged", extra={"why": str(error)})
        self._open.discard(id(delivery))
        self._follow()


class _Intake(CeleryConsumer):
    """What is needed of Celery's consumer: its gossip, control and delayed delivery would make queues of their own."""

    class Blueprint(CeleryConsumer.Blueprint):  # type: ignore[misc, valid-type]
        default_steps: ClassVar = [
            "celery.worker.consumer.connection:Connection",
            "celery.worker.consumer.tasks:Tasks",
            "celery.worker.consumer.consumer:Evloop",
        ]

    controller: CeleryWorker
    initial_prefetch_count: int
    _is_said_to_miss = False

    def create_task_handler(self, promise: Any = None) -> Callable[[Any], None]:  # noqa: ARG002 - Celery's signature
        """Return what Celery calls with each message."""
        return self.controller.read

    def on_decode_error(self, message: Any, exc: Exception) -> None:  # noqa: ARG002
        self.controller.read(message)

    def ensure_connected(self, conn: Any) -> Any:
        """Try every second until the broker is there. Celery itself waits for up to half a minute between two tries."""
        self.first_connection_attempt = False
        self._is_said_to_miss = False
        return conn.ensure_connection(
            self._missed,
            None,
            interval_start=_RETRY,
            interval_step=0,
            interval_max=_RETRY,
            callback=self.controller.look_up,
        )

    def _missed(self, error: Exception, _interval: float) -> None:
        # Said once: it is tried every second, for hours perhaps.
        level = logging.DEBUG if self._is_said_to_miss else logging.WARNING
        self._is_said_to_miss = True
        log.log(level, "queue.consumer_not_connected", extra={"why": str(error)})

    def on_ready(self) -> None:
        """Called by Celery whenever it has subscribed to its queues."""
        self.controller.subscribed(self.initial_prefetch_count)
        log.info("queue.consumer_connected")
        super().on_ready()

    def on_connection_error_after_connected(self, exc: Exception) -> None:
        self.controller.is_connected = False
        log.warning("queue.consumer_cut_off", extra={"why": str(exc) or type(exc).__name__})
        super().on_connection_error_after_connected(exc)


def _read(delivery: Any) -> Message | None:
    """Return what a message says, if it is one of ours: whatever it is, reading it does no harm."""
    try:
        if delivery.headers["task"] != TASK:
            return None
        (step_id, attempt), *_ = delivery.decode()
    except Exception as error:  # noqa: BLE001 - who can write to the queue decides what is in it
        log.debug("queue.message_unreadable", extra={"why": str(error)})
        return None
    return Message(step_id, attempt) if type(step_id) is int and type(attempt) is int else None
