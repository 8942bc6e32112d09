"""Queue dispatch: ready steps are published to a broker, and workers on any machine claim what a message names.

The message is news, not ownership: the row is claimed as in direct dispatch, by the same turn, with the same lease, and
rescued in the same way. A process that takes from no queue only publishes.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from engine.claims import Message
from engine.database import Database
from engine.dispatch.lanes import Workbench
from engine.dispatch.queue.broker import Broker
from engine.dispatch.queue.consumer import Consumer
from engine.dispatch.queue.offers import Offers
from engine.dispatch.queue.outbox import Outbox
from engine.dispatch.queue.publisher import LossFinder, Publisher
from engine.dispatch.queue.settings import QueueSettings
from engine.executor import Executor
from engine.limits import Limits
from engine.orchestrator import Orchestrator

_THREADS = 16
_PAUSE = 1.0
"""Seconds after which a worker that had no room asks for messages again, if it has reported nothing meanwhile."""

_POLL = timedelta(seconds=1)


class QueueDispatcher:
    """Publishes ready steps; runs up to ``slots`` at once of those in ``queues``. Implements ``Dispatcher``."""

    def __init__(
        self,
        orchestrator: Orchestrator,
        executor: Executor,
        *,
        database: Database,
        limits: Limits,
        settings: QueueSettings,
        queues: Sequence[str],
        slots: int,
        lease: timedelta,
        rescue: timedelta,
        grace: timedelta = timedelta(0),
    ) -> None:
        self._outbox = Outbox(database, limits)
        self._offers = Offers(arrived=self._arrived, give_back=self._give_back)
        self._publisher = Publisher(self._outbox, Broker(settings), settings, every=_POLL)
        self._losses = LossFinder(self._outbox, Broker(settings), settings, found=self._publisher.wake, every=rescue)
        self._bench = Workbench(
            orchestrator,
            executor,
            intake=self._offers,
            slots=slots,
            lease=lease,
            grace=grace,
            due=self._publisher.wake,
            reported=self._reported,
        )
        self._consumer: Consumer | None = None
        if queues:
            threads = min(slots, _THREADS)
            self._consumer = Consumer(settings, queues=queues, threads=threads, offer=self._offers.offer)

    async def start(self) -> None:
        await self._publisher.start()
        await self._losses.start()
        if self._consumer is not None:
            await self._bench.start()
            await self._consumer.start()

    async def stop(self) -> None:
        """Take no more messages first; then end as direct dispatch does, and publish what was handed back."""
        if self._consumer is not None:
            self._offers.close()
            await self._consumer.stop()
            await self._bench.stop()
        self._publisher.wake()
        await self._publisher.stop()
        await self._losses.stop()

    def wake(self) -> None:
        """There may be ready steps."""
        self._publisher.wake()

    def look_at_leases(self) -> None:
        if self._consumer is not None:
            self._bench.look_at_leases()

    def _arrived(self) -> None:
        self._bench.wake()

    def _reported(self) -> None:
        """What was reported may have released other steps, and has made room."""
        self._publisher.wake()
        if self._consumer is not None:
            self._consumer.resume()

    async def _give_back(self, message: Message) -> None:
        """There is no room here: take no more for now, and let another worker have it."""
        assert self._consumer is not None
        self._consumer.pause()
        asyncio.get_running_loop().call_later(_PAUSE, self._consumer.resume)
        await self._outbox.unpublish([message.step_id])
        self._publisher.wake()
