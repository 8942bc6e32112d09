"""What a subscriber is told: states, not steps of a change. An event that comes twice does no harm. Pure."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from engine.queue import QueueState
from engine.watch import Cursor, InstanceSeen, Scope, Seen, StepSeen


@dataclass(frozen=True, slots=True)
class Event:
    """One thing as it is now.

    Attributes:
        kind: ``instance``, ``step`` or ``queue``.
        body: its JSON, made once for all subscribers.
    """

    kind: str
    instance_id: int | None
    definition: str | None
    body: str

    def is_in(self, scope: Scope) -> bool:
        """Say whether a subscriber with this scope wants it. The queue is everybody's."""
        if self.instance_id is None:
            return True
        if scope.instance_id is not None and scope.instance_id != self.instance_id:
            return False
        return scope.definition is None or scope.definition == self.definition


class Batch:
    """What one look found for the subscribers of one scope, and the cursor after it. In words once for all of them."""

    def __init__(self, events: Sequence[Event], cursor: Cursor) -> None:
        self.events = events
        self.cursor = cursor

    @cached_property
    def server_sent(self) -> bytes:
        """As server-sent events. Only the last one carries the cursor: whoever is cut off before is told all again."""
        parts = [f"event: {event.kind}\ndata: {event.body}\n" for event in self.events]
        return "\n".join([*parts[:-1], f"{parts[-1]}id: {self.cursor}\n\n"]).encode()

    @cached_property
    def message(self) -> str:
        """As one message of the WebSocket."""
        bodies = ",".join(f'{{"event":"{event.kind}","data":{event.body}}}' for event in self.events)
        return f'{{"cursor":"{self.cursor}","events":[{bodies}]}}'


class Changes:
    """Leaves out what is as it was when it was told last."""

    def __init__(self) -> None:
        self._instances: dict[int, InstanceSeen] = {}
        self._steps: dict[int, dict[int, StepSeen]] = {}
        self._queue: QueueState | None = None

    def of(self, seen: Seen) -> list[Event]:
        """Return the events of what a look found and is new; instances that have ended are forgotten."""
        found = list(self._fresh(seen))
        for gone in self._instances.keys() - {instance.id for instance in seen.instances}:
            del self._instances[gone]
            self._steps.pop(gone, None)
        return found

    def of_queue(self, state: QueueState) -> list[Event]:
        """Return the event of the queue, if it has changed."""
        if state == self._queue:
            return []
        self._queue = state
        return [queue_event(state)]

    def _fresh(self, seen: Seen) -> Iterator[Event]:
        names = {instance.id: instance.definition for instance in seen.instances}
        for instance in seen.instances:
            if self._instances.get(instance.id) != instance:
                self._instances[instance.id] = instance
                yield instance_event(instance)
        for step in seen.steps:
            known = self._steps.setdefault(step.instance_id, {})
            if known.get(step.id) != step:
                known[step.id] = step
                yield step_event(step, names[step.instance_id])


def events_of(seen: Seen) -> list[Event]:
    """Return the events of everything that a look found."""
    return Changes().of(seen)


def instance_event(instance: InstanceSeen) -> Event:
    return Event("instance", instance.id, instance.definition, _json(instance._asdict()))


def step_event(step: StepSeen, definition: str) -> Event:
    return Event("step", step.instance_id, definition, _json(step._asdict() | {"definition": definition}))


def queue_event(state: QueueState) -> Event:
    return Event("queue", None, None, _json(asdict(state)))


def still_there(cursor: Cursor) -> bytes:
    """Return a comment that keeps the stream open, and moves the cursor on."""
    return f": still there\nid: {cursor}\n\n".encode()


def nothing_new(cursor: Cursor) -> str:
    """Return the message that keeps a WebSocket open, and moves the cursor on."""
    return f'{{"cursor":"{cursor}","events":[]}}'


def _json(value: Any) -> str:
    return json.dumps(value, default=_plain, ensure_ascii=True, separators=(",", ":"))


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
