"""Looks at the database while somebody is subscribed, and hands what has changed to every subscriber that wants it.

A signal of the database wakes it at once; it also looks by itself, since claims and progress send none. It rests at
least four times as long as a look took, so however many instances are live, watching costs little.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import psycopg

from engine.database import Database
from engine.notifier import Notifier
from engine.queue import Queue
from engine.service import Service
from engine.watch import Cursor, Scope, Watch
from services.http.live.events import Changes, Event, events_of, queue_event
from services.http.settings import HttpSettings

log = logging.getLogger("batchdag")

_REST = 4
_LONGEST = 5.0
_QUEUE_EVERY = 1.0
_STEP_KINDS = ("", "instance", "retry", "cancel", "finished")


class TooManySubscribers(Exception):
    """This process feeds as many subscribers as it may, or is about to stop."""

    def __init__(self, subscribers: int) -> None:
        super().__init__(f"this process feeds {subscribers} subscribers and takes no more; come again, or to another")


@dataclass(frozen=True, slots=True)
class Batch:
    """What one look found for a subscriber, and the cursor after it."""

    events: Sequence[Event]
    cursor: Cursor


class Subscriber:
    """Somebody who is told what changes in a scope. It may lag behind by so many batches; then it is let go."""

    def __init__(self, scope: Scope, *, backlog: int) -> None:
        self.scope = scope
        self.cursor: Cursor | None = None
        self.is_over = False
        self._batches: asyncio.Queue[Batch | None] = asyncio.Queue(maxsize=backlog)

    async def next(self, *, within: float) -> Batch | None:
        """Return the next batch; None if there was none in time, or none will come (``is_over``)."""
        if self.is_over and self._batches.empty():
            return None
        try:
            async with asyncio.timeout(within):
                return await self._batches.get()
        except TimeoutError:
            return None

    def tell(self, events: Sequence[Event], cursor: Cursor) -> None:
        if self.is_over:
            return
        wanted = [event for event in events if event.is_in(self.scope)]
        self.cursor = cursor
        if not wanted:
            return
        try:
            self._batches.put_nowait(Batch(wanted, cursor))
        except asyncio.QueueFull:
            log.warning("feed.subscriber_lagged", extra={"batches": self._batches.qsize()})
            self.end()

    def end(self) -> None:
        """Let it go: it takes what is waiting, and then comes again with its cursor if it likes."""
        self.is_over = True
        with contextlib.suppress(asyncio.QueueFull):
            self._batches.put_nowait(None)


class Feed(Service):
    """The one watch of this process."""

    name = "feed"

    def __init__(self, database: Database, settings: HttpSettings) -> None:
        super().__init__(every=timedelta(seconds=settings.look_seconds))
        self._settings = settings
        self._watch = Watch(database)
        self._queue = Queue(database)
        self._notifier = Notifier(database)
        self._looking = asyncio.Lock()
        self._subscribers: set[Subscriber] = set()
        self._cursor: Cursor | None = None
        self._changes = Changes()
        self._queue_looked_at = 0.0
        self._rested_at = 0.0

    @property
    def subscribers(self) -> int:
        return len(self._subscribers)

    @property
    def is_full(self) -> bool:
        return self._stopping or len(self._subscribers) >= self._settings.max_subscribers

    async def start(self) -> None:
        await self._notifier.start()
        self._notifier.subscribe(self._heard)
        await super().start()

    def let_go(self) -> None:
        """End every subscription, and take no more."""
        self._stopping = True
        for subscriber in tuple(self._subscribers):
            subscriber.end()

    async def stop(self) -> None:
        self.let_go()
        await super().stop()
        self._notifier.unsubscribe(self._heard)
        await self._notifier.stop()

    async def position(self) -> Cursor:
        """Return the cursor of now, with the database's time."""
        return await self._watch.position()

    @asynccontextmanager
    async def subscribed(self, scope: Scope, since: Cursor | None) -> AsyncIterator[Subscriber]:
        """Tell somebody what is live and has changed since their cursor, and then what changes until they leave.

        Raises:
            TooManySubscribers: there are as many as there may be.
        """
        subscriber = Subscriber(scope, backlog=self._settings.subscriber_backlog)
        if self.is_full:
            raise TooManySubscribers(self.subscribers)
        await self._join(subscriber, since)
        try:
            yield subscriber
        finally:
            self._subscribers.discard(subscriber)

    async def once(self) -> bool:
        """Look once, and tell; without subscribers, forget where the watch stood."""
        began = time.monotonic()
        async with self._looking:
            if not self._subscribers:
                self._cursor, self._changes = None, Changes()
                return False
            await self._look()
        rest = min(_LONGEST, _REST * (time.monotonic() - began))
        self._every = max(self._settings.look_seconds, rest)
        self._rested_at = time.monotonic() + rest
        return False

    async def _join(self, subscriber: Subscriber, since: Cursor | None) -> None:
        """Under the lock, so that what it is told first is older than what it is told after."""
        async with self._looking:
            if self._cursor is None:
                self._cursor = await self._watch.position()
            seen = await self._watch.look(since or self._cursor, scope=subscriber.scope)
            subscriber.tell([*events_of(seen), queue_event(await self._queue.state())], seen.cursor)
            self._subscribers.add(subscriber)
        if self._stopping:
            subscriber.end()

    async def _look(self) -> None:
        if self._cursor is None:
            self._cursor = await self._watch.position()
        try:
            seen = await self._watch.look(self._cursor)
            events = self._changes.of(seen) + await self._of_queue()
        except psycopg.OperationalError as error:
            log.warning("feed.cut_off", extra={"why": str(error)})
            return
        self._cursor = seen.cursor
        for subscriber in tuple(self._subscribers):
            subscriber.tell(events, seen.cursor)

    async def _of_queue(self) -> list[Event]:
        now = time.monotonic()
        if now - self._queue_looked_at < _QUEUE_EVERY:
            return []
        self._queue_looked_at = now
        return self._changes.of_queue(await self._queue.state())

    def _heard(self, kind: str, _about: str) -> None:
        if kind in _STEP_KINDS and self._subscribers and time.monotonic() >= self._rested_at:
            self.wake()
