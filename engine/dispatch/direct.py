"""Direct dispatch: this process claims ready steps and runs them itself.

Several processes may do so on one database; claims skip what others are taking. Reports, advances and claims share one
turn, so that a finished step's next ones are claimed by the commit that releases them. Two lanes take turns: while the
database works on the turn of one, the steps that the other has claimed are run.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import timedelta

from engine.claims import Report
from engine.dispatch.attempts import Attempts
from engine.dispatch.leases import LeaseKeeper
from engine.executor import Executor
from engine.orchestrator import Orchestrator
from engine.service import Service
from engine.settle import Again
from engine.turn import TurnResult

log = logging.getLogger("batchdag")

POLL = timedelta(seconds=1)


class DirectDispatcher:
    """Runs up to ``slots`` attempts at once in this process. Implements ``engine.dispatch.base.Dispatcher``."""

    def __init__(
        self,
        orchestrator: Orchestrator,
        executor: Executor,
        *,
        slots: int,
        lease: timedelta,
        grace: timedelta = timedelta(0),
    ) -> None:
        self._orchestrator = orchestrator
        self._grace = grace
        self._attempts = Attempts(executor, slots=slots, ended=self.wake)
        batch = max(1, slots // 2)
        self._first = Lane(0, self._attempts, orchestrator, batch=batch, later=self._wake_after)
        self._second = Lane(1, self._attempts, orchestrator, batch=batch, later=self._wake_after)
        self._keeper = LeaseKeeper(self._attempts, orchestrator, every=lease / 3)

    async def start(self) -> None:
        for service in (self._keeper, self._first, self._second):
            await service.start()

    async def stop(self) -> None:
        """Claim no more; write what finishes within the grace, stop and hand back what does not."""
        await self._attempts.finish(within=self._grace)
        for service in (self._first, self._second, self._keeper):
            await service.stop()
        unfinished = await self._attempts.stop()
        if reports := self._attempts.take(self._attempts.waiting_reports):
            await self._orchestrator.turn(reports, room=0)
        if unfinished:
            await self._orchestrator.release(unfinished)

    def wake(self) -> None:
        """There may be ready steps, or reports. The second lane is needed only while the first one is on its way."""
        if self._first.is_idle:
            self._first.wake()
        elif self._attempts.waiting_reports:
            self._second.wake()
        else:
            self._first.wake()

    def look_at_leases(self) -> None:
        """A cancel may have been asked for: do not wait for the next renewal."""
        self._keeper.wake()

    def _wake_after(self, delay: timedelta) -> None:
        if delay < POLL:
            asyncio.get_running_loop().call_later(delay.total_seconds(), self.wake)


class Lane(Service):
    """One connection's turns, one after the other."""

    name = "dispatch.lane"

    def __init__(
        self,
        number: int,
        attempts: Attempts,
        orchestrator: Orchestrator,
        *,
        batch: int,
        later: Callable[[timedelta], None],
    ) -> None:
        super().__init__(every=POLL)
        self._number = number
        self._attempts = attempts
        self._orchestrator = orchestrator
        self._batch = batch
        self._later = later
        self.is_idle = True

    async def once(self) -> bool:
        """Report, advance and claim; True while reports are left over. Only the first lane claims without reports."""
        reports = self._attempts.take(self._batch)
        if not reports and self._number:
            return False
        self.is_idle = False
        try:
            await self._turn(reports)
        finally:
            self.is_idle = True
        return self._attempts.waiting_reports > 0

    async def _turn(self, reports: Sequence[Report]) -> None:
        room = self._attempts.promise_room()
        try:
            result = await self._orchestrator.turn(reports, room=room, lane=self._number)
        except BaseException:
            self._attempts.untaken(reports)
            raise
        finally:
            self._attempts.redeem_room(room)
        self._attempts.written(reports)
        self._attempts.run(result.claims)
        self._note(reports, result)

    def _note(self, reports: Sequence[Report], result: TurnResult) -> None:
        for report in result.refused:
            log.warning(
                "step.report_refused",
                extra={"step_id": report.claim.step_id, "step": report.claim.step_key, "attempt": report.claim.attempt},
            )
        for report in reports:
            if isinstance(report.settlement, Again):
                self._later(report.settlement.delay)
