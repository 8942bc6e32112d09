"""Finds messages that a queue has lost: a broker restarted empty, a message dropped by a worker that died.

A queue that holds as many messages as there are published rows has lost none, however long they wait.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from engine.dispatch.queue.broker import Broker, BrokerUnreachable
from engine.dispatch.queue.outbox import Outbox, Published
from engine.dispatch.queue.settings import QueueSettings
from engine.service import Service

log = logging.getLogger("batchdag")

_SETTLED = 2.0
"""Seconds after which a message is in its queue, or in nobody's hands any more."""

_OVERDUE = 30.0


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

    async def once(self) -> bool:
        """Let the steps be published again whose messages are missing."""
        published = await self._outbox.published()
        if not published or published[0].age < _SETTLED:
            self._counted({})
            return False
        if lost := await self._lost(published):
            log.warning("queue.messages_lost", extra={"steps": len(lost)})
            await self._outbox.unpublish(lost)
            self._found()
        return False

    async def _lost(self, published: Sequence[Published]) -> list[int]:
        by_queue: dict[str, list[Published]] = defaultdict(list)
        for one in published:
            by_queue[self._settings.queue_of(priority=one.step.priority, runner=one.step.runner)].append(one)
        try:
            depths = await asyncio.to_thread(self._broker.depths, sorted(by_queue))
        except BrokerUnreachable as error:
            log.warning("queue.unreachable", extra={"why": str(error)})
            return []
        self._counted(depths)
        return [
            one.step.step_id
            for queue, waiting in by_queue.items()
            for one in waiting[: missing([one.age for one in waiting], depth=depths[queue])]
        ]

    async def stop(self) -> None:
        await super().stop()
        await asyncio.to_thread(self._broker.close)


def missing(ages: Sequence[float], *, depth: int) -> int:
    """Return how many of a queue's published steps, the oldest first, have no message any more.

    ``ages``: seconds since each was published, the oldest first; ``depth``: how many messages the queue holds.

    What was published just now may be on its way, so only what has settled is compared. Young messages in the queue can
    hide a loss, under load for good: of what is overdue it is therefore assumed that messages come out in order.
    """
    settled = sum(age > _SETTLED for age in ages)
    overdue = sum(age > _OVERDUE for age in ages)
    return max(0, settled - depth, min(overdue, len(ages) - depth))
