"""Queue dispatch: ready steps are published to a broker, and workers on any machine claim what a message names.

The message is news, not ownership: the row is claimed as in direct dispatch, by the same turn, with the same lease, and
rescued in the same way. A process that takes from no queue only publishes.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta

import psycopg

from engine.database import Database
from engine.dispatch.lanes import Workbench
from engine.dispatch.queue.broker import Broker
from engine.dispatch.queue.consumer import Consumer
from engine.dispatch.queue.losses import LossFinder
from engine.dispatch.queue.offers import Offer, Offers
from engine.dispatch.queue.outbox import Outbox
from engine.dispatch.queue.publisher import Publisher
from engine.dispatch.queue.room import prefetch
from engine.dispatch.queue.settings import QueueSettings
from engine.dispatch.queue.watch import ConsumerWatch
from engine.executor import Executor
from engine.limits import Limits
from engine.orchestrator import Orchestrator

log = logging.getLogger("batchdag")

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
        self._offers = Offers(changed=self._steer, unwanted=self._give_back)
        self._giving_back: set[asyncio.Task[None]] = set()
        self._publisher = Publisher(self._outbox, Broker(settings), settings, every=_POLL)
        self._losses = LossFinder(
            self._outbox, Broker(settings), settings, found=self._publisher.wake, counted=self._counted, every=rescue
        )
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
        self._slots = slots
        self._consumer: Consumer | None = None
        self._watch: ConsumerWatch | None = None
        if queues:
            self._consumer = Consumer(settings, queues=queues, offer=self._offers.offer)
            self._watch = ConsumerWatch(self._consumer, steer=self._steer, every=_POLL)

    async def start(self) -> None:
        await self._publisher.start()
        await self._losses.start()
        if self._consumer is not None and self._watch is not None:
            await self._bench.start()
            self._steer()
            await self._consumer.start()
            await self._watch.start()

    async def stop(self) -> None:
        """Take no more messages first; then end as direct dispatch does, and publish what was handed back."""
        if self._consumer is not None and self._watch is not None:
            await self._watch.stop()
            await self._consumer.stop()
            await self._bench.stop()
        if self._giving_back:
            await asyncio.wait(self._giving_back)
        self._publisher.wake()
        await self._publisher.stop()
        await self._losses.stop()

    def wake(self) -> None:
        """There may be ready steps."""
        self._publisher.wake()

    def look_at_leases(self) -> None:
        if self._consumer is not None:
            self._bench.look_at_leases()

    def _reported(self) -> None:
        """What was reported may have released other steps, and has made room."""
        self._publisher.wake()
        if self._consumer is not None:
            self._steer()

    def _steer(self) -> None:
        """Claim what is offered, and take no more messages than there is room for."""
        assert self._consumer is not None
        room = prefetch(self._bench.attempts.free, now=self._consumer.prefetch, slots=self._slots)
        self._consumer.steer(room)
        if self._offers.are_waiting:
            self._bench.wake()

    def _counted(self, depths: Mapping[str, int]) -> None:
        if self._watch is not None:
            self._watch.counted(depths)

    def _give_back(self, offer: Offer) -> None:
        """There was no room here for too long: let another worker have it."""
        task = asyncio.create_task(self._unpublish(offer))
        self._giving_back.add(task)
        task.add_done_callback(self._giving_back.discard)

    async def _unpublish(self, offer: Offer) -> None:
        try:
            await self._outbox.unpublish([offer.message.step_id])
        except psycopg.Error as error:
            log.warning("queue.message_dropped", extra={"step_id": offer.message.step_id, "why": str(error)})
        offer.done()
        self._publisher.wake()
