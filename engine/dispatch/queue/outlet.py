"""Puts messages into queues: many are on their way at once, and the broker confirms all of them.

A message is Celery's protocol in version 2, written here as documented: Celery's own way of sending takes five times as
long, and waits for each confirmation before it sends the next.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from kombu import Connection, Queue

from engine.claims import Message

TASK = "batchdag.step"

_NOTHING_FOLLOWS = {"callbacks": None, "errbacks": None, "chain": None, "chord": None}


class Refused(Exception):
    """The broker did not take a message."""


class Outlet:
    """One channel of a connection, for publishing. Used by one thread."""

    def __init__(self, connection: Connection, queues: Mapping[str, Queue]) -> None:
        channel: Any = connection.channel()
        self._queues = queues
        self._confirms = Confirms(connection, channel) if connection.transport.driver_type == "amqp" else None
        self.producer: Any = connection.Producer(channel)

    def put(self, queue: str, message: Message) -> None:
        """Put a message on its way; within ``producer.batch()`` it may leave with those that follow."""
        if self._confirms is not None:
            self._confirms.expect()
        name = str(uuid.uuid4())
        self.producer.publish(
            [list(message), {}, _NOTHING_FOLLOWS],
            exchange="",
            routing_key=queue,
            declare=[self._queues[queue]],
            serializer="json",
            correlation_id=name,
            headers={"lang": "py", "task": TASK, "id": name, "root_id": name, "parent_id": None, "group": None},
        )

    def await_confirmed(self, *, seconds: float) -> None:
        """Return once the broker has everything, where it can say so.

        Raises:
            Refused: it has not taken a message.
            TimeoutError: it has not said anything for so long.
        """
        if self._confirms is not None:
            self._confirms.wait(seconds)


class Confirms:
    """What an AMQP broker has still to confirm on a channel: it numbers messages in the order in which they come."""

    def __init__(self, connection: Connection, channel: Any) -> None:
        self._connection = connection
        self._last = 0
        self._open: set[int] = set()
        self._is_refused = False
        channel.confirm_select()
        channel.events["basic_ack"].add(self._settled)
        channel.events["basic_nack"].add(self._refused)

    def expect(self) -> None:
        """Say that a message follows."""
        self._last += 1
        self._open.add(self._last)

    def wait(self, seconds: float) -> None:
        while self._open:
            self._connection.drain_events(timeout=seconds)
        if self._is_refused:
            raise Refused("the broker refused a message")

    def _settled(self, tag: int, multiple: bool) -> None:
        if multiple:
            self._open = {number for number in self._open if number > tag}
        else:
            self._open.discard(tag)

    def _refused(self, tag: int, multiple: bool) -> None:
        self._is_refused = True
        self._settled(tag, multiple)
