"""Finds messages that a queue has lost: a broker restarted empty, a message dropped by a worker that died.

A queue that holds as many messages as there are published rows has lost none, however long they wait. One that holds
fewer has lost the oldest, or they are in somebody's hands at this moment: who still lacks a message a while later has
none.
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta

from engine.dispatch.queue.broker import Broker, BrokerUnreachable
from engine.dispatch.queue.outbox import Outbox, Published
from engine.dispatch.queue.settings import QueueSettings
from engine.service import Service

log = logging.getLogger("batchdag")

_SURE = 2.0
"""Seconds for which a message is missing before it counts as lost. Nobody has one in his hands for as long."""


class LossFinder(Service):
    """Lets steps be published again whose message is missing. Tells ``counted`` how many messages each queue holds."""

    name = "queue.loss_finder"

    def __init__(
        self,
        outbox: Outbox,
        broker: Broker,
        settings: QueueSettings,
        *,
        found: Callable[[], None],
        counted: Callable[[Mapping[str, int]], None],
        every: timedelta,
    ) -> None:
        super().__init__(every=every)
        self._outbox = outbox
        self._broker = broker
        self._settings = settings
        self._found = found
        self._counted = counted
        self._suspects = Suspects()

    async def once(self) -> bool:
        """Let the steps be published again whose messages are lost."""
        published = await self._outbox.published()
        depths = await self._depths(published)
        if depths is None:
            return False
        self._counted(depths)
        if lost := self._suspects.lost(self._missing(published, depths), now=time.monotonic()):
            log.warning("queue.messages_lost", extra={"steps": len(lost)})
            await self._outbox.unpublish(lost)
            self._found()
        return False

    async def _depths(self, published: Sequence[Published]) -> Mapping[str, int] | None:
        """Return how many messages wait for these steps; None: nobody knows."""
        queues = {self._queue_of(one) for one in published}
        if not queues:
            return {}
        try:
            return await asyncio.to_thread(self._broker.depths, sorted(queues))
        except BrokerUnreachable as error:
            log.warning("queue.unreachable", extra={"why": str(error)})
            return None

    def _missing(self, published: Sequence[Published], depths: Mapping[str, int]) -> list[Published]:
        """Return the oldest of each queue that has fewer messages than steps: messages come out in order."""
        by_queue: dict[str, list[Published]] = defaultdict(list)
        for one in published:
            by_queue[self._queue_of(one)].append(one)
        return [one for queue, waiting in by_queue.items() for one in waiting[: max(0, len(waiting) - depths[queue])]]

    def _queue_of(self, one: Published) -> str:
        return self._settings.queue_of(priority=one.step.priority, runner=one.step.runner)

    async def stop(self) -> None:
        await super().stop()
        await asyncio.to_thread(self._broker.close)


class Suspects:
    """Messages that were missing when last looked for, and since when."""

    def __init__(self) -> None:
        self._since: dict[tuple[int, datetime], float] = {}

    def lost(self, missing: Collection[Published], *, now: float) -> list[int]:
        """Return the steps whose message has been missing for so long that it is lost."""
        keys = [(one.step.step_id, one.published_at) for one in missing]
        self._since = {key: self._since.get(key, now) for key in keys}
        return [step_id for (step_id, _), since in self._since.items() if now - since >= _SURE]
