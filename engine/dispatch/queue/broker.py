"""The broker, as Celery speaks to it: which queues there are, how a message is put into one, how many wait there.

A message is ``{step_id, attempt}`` and nothing else. Everything here blocks, so it is called in a thread. Knows no
database: a message that is lost, or there twice, is the business of those who read the rows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from celery import Celery
from kombu import Connection, Queue
from kombu.exceptions import KombuError

from engine.claims import Message
from engine.dispatch.queue.outlet import Outlet, Refused
from engine.dispatch.queue.settings import QueueSettings

_SECONDS = 5
"""How long a broker may take to answer before it counts as unreachable."""


class BrokerUnreachable(Exception):
    """The broker took nothing; the rows say what is to be sent again."""


class Addressed(NamedTuple):
    """A message and the queue that it goes to."""

    queue: str
    message: Message


class Broker:
    """Puts messages into queues. Used by one thread at a time."""

    def __init__(self, settings: QueueSettings) -> None:
        self._app = make_app(settings)
        self._connection: Connection | None = None
        self._outlet: Outlet | None = None

    def publish(self, messages: Iterable[Addressed]) -> None:
        """Put messages into their queues; the broker has confirmed each of them, where it can.

        Raises:
            BrokerUnreachable: some of them, or none, are in their queues.
        """
        with self._connected() as connection:
            if self._outlet is None:
                self._outlet = Outlet(connection, {queue.name: queue for queue in self._app.conf.task_queues})
            with self._outlet.producer.batch():
                for queue, message in messages:
                    self._outlet.put(queue, message)
            self._outlet.await_confirmed(seconds=_SECONDS)

    def depths(self, queues: Sequence[str]) -> dict[str, int]:
        """Return how many messages wait in each of these queues; a queue that is not there yet has none.

        Raises:
            BrokerUnreachable: nobody knows.
        """
        with self._connected() as connection:
            return {queue: _depth(connection, queue) for queue in queues}

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        """Lend the connection; it is made anew after anything has gone wrong."""
        if self._connection is None:
            self._connection = self._app.connection_for_write()
        connection = self._connection
        broken: Any = (KombuError, Refused, *connection.connection_errors, *connection.channel_errors)
        try:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=_SECONDS)
            yield connection
        except broken as error:
            self.close()
            raise BrokerUnreachable(str(error) or type(error).__name__) from error

    def close(self) -> None:
        self._outlet = None
        if self._connection is not None:
            self._connection.release()
            self._connection = None


def make_app(settings: QueueSettings) -> Celery:
    """Return a Celery application for these queues: JSON only, no results."""
    app = Celery("batchdag", broker=settings.url, set_as_current=False, autofinalize=True)
    app.conf.update(
        accept_content=["json"],
        task_serializer="json",
        task_ignore_result=True,
        task_queues=[Queue(name, durable=True, queue_arguments=_arguments(settings)) for name in settings.known],
        task_create_missing_queues=False,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_send_task_events=False,
        worker_enable_remote_control=False,
        worker_cancel_long_running_tasks_on_connection_loss=True,  # there are none, and Celery warns where it is unset
        worker_enable_prefetch_count_reduction=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_connection_timeout=_SECONDS,
        broker_heartbeat=10,
        broker_transport_options=_transport_options(settings),
    )
    return app


def _depth(connection: Connection, queue: str) -> int:
    channel: Any = connection.channel()
    try:
        return int(channel.queue_declare(queue, passive=True).message_count)
    except connection.channel_errors:
        return 0
    finally:
        channel.close()


def _arguments(settings: QueueSettings) -> Mapping[str, Any]:
    return {"x-queue-type": "quorum"} if settings.is_amqp else {}


def _transport_options(settings: QueueSettings) -> dict[str, Any]:
    if settings.is_amqp:
        # Celery bounds how long a write may hang on a network that is gone; these bound a broker that hangs itself.
        return {"read_timeout": 2 * _SECONDS, "write_timeout": _SECONDS}
    if settings.url.startswith("redis"):
        return {
            "socket_timeout": 2 * _SECONDS,
            "socket_connect_timeout": _SECONDS,
            "socket_keepalive": True,
            # Redis knows no acknowledgement. What Celery keeps in its place costs as much as all the rest, and brings
            # a message again after an hour; the rows say within seconds which are lost.
            "ack_emulation": False,
        }
    return {}
