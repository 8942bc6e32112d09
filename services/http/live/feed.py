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
from datetime import timedelta

import psycopg

from engine.database import Database
from engine.notifier import Notifier
from engine.queue import Queue
from engine.service import Service
from engine.watch import Cursor, Scope, Watch
from services.http.live.events import Batch, Changes, Event, events_of, queue_event
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

    def tell(self, batch: Batch) -> None:
        if self.is_over:
            return
        self.cursor = batch.cursor
        if not batch.events:
            return
        try:
            self._batches.put_nowait(batch)
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
        self._joining: dict[tuple[Scope, Cursor | None], set[Subscriber]] = {}
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
        try:
            await self._join(subscriber, since)
            yield subscriber
        finally:
            self._subscribers.discard(subscriber)
            self._give_up_joining(subscriber, (scope, since))

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
        """Under the lock, so that what it is told first is older than what it is told after.

        Those who wait to join with the same scope and cursor, as after a restart, are told by one look.
        """
        key = (subscriber.scope, since)
        self._joining.setdefault(key, set()).add(subscriber)
        async with self._looking:
            if subscriber not in self._subscribers:
                first = await self._first(subscriber.scope, since)
                for joining in self._joining.pop(key, set()):
                    joining.tell(first)
                    self._subscribers.add(joining)
        if self._stopping:
            subscriber.end()

    def _give_up_joining(self, subscriber: Subscriber, key: tuple[Scope, Cursor | None]) -> None:
        waiting = self._joining.get(key)
        if waiting is not None:
            waiting.discard(subscriber)
            if not waiting:
                del self._joining[key]

    async def _first(self, scope: Scope, since: Cursor | None) -> Batch:
        if self._cursor is None:
            self._cursor = await self._watch.position()
        seen = await self._watch.look(since or self._cursor, scope=scope)
        return Batch([*events_of(seen), queue_event(await self._queue.state())], seen.cursor)

    async def _look(self) -> None:
        if self._cursor is None:
            self._cursor = await self._watch.position()
        try:
            seen = await self._watch.look(self._cursor)
            of_queue = await self._of_queue()
        except psycopg.OperationalError as error:
            log.warning("feed.cut_off", extra={"why": str(error)})
            return
        # Taken note of only now: what counts as told, and then is not, would never be told.
        self._cursor = seen.cursor
        self._tell(self._changes.of(seen) + of_queue, seen.cursor)

    def _tell(self, events: Sequence[Event], cursor: Cursor) -> None:
        """Subscribers of one scope are told the same, which is put into words once for all of them."""
        batches: dict[Scope, Batch] = {}
        for subscriber in tuple(self._subscribers):
            scope = subscriber.scope
            if scope not in batches:
                batches[scope] = Batch([event for event in events if event.is_in(scope)], cursor)
            subscriber.tell(batches[scope])

    async def _of_queue(self) -> list[Event]:
        now = time.monotonic()
        if now - self._queue_looked_at < _QUEUE_EVERY:
            return []
        self._queue_looked_at = now
        return self._changes.of_queue(await self._queue.state())

    def _heard(self, kind: str, _about: str) -> None:
        if kind in _STEP_KINDS and self._subscribers and time.monotonic() >= self._rested_at:
            self.wake()
