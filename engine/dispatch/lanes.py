"""Lanes: connections whose turns report what has ended and claim what is to run. Two of them take turns.

While the database works on the turn of one lane, the steps that the other has claimed are run. Knows nothing of where
the news of a ready step comes from: an ``Intake`` says what to claim.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Protocol

from engine.claims import Report, Wanted
from engine.dispatch.attempts import Attempts
from engine.dispatch.leases import LeaseKeeper
from engine.executor import Executor
from engine.orchestrator import Orchestrator
from engine.service import Service
from engine.settle import Again
from engine.turn import TurnResult

log = logging.getLogger("batchdag")

POLL = timedelta(seconds=1)


class Intake(Protocol):
    """Says what a lane claims beside what it reports."""

    def take(self, room: int, *, reporting: bool) -> Wanted | None:
        """Return what a turn that reports, or does not, is to claim for so much room; None: nothing."""
        ...

    def returned(self, wanted: Wanted | None, result: TurnResult | None) -> bool:
        """Take note of the turn that was to claim it: None, it was not committed. True: there is more to claim."""
        ...


class Workbench:
    """Up to ``slots`` attempts of this process: two lanes that claim and report them, and what keeps their leases."""

    def __init__(
        self,
        orchestrator: Orchestrator,
        executor: Executor,
        *,
        intake: Intake,
        slots: int,
        lease: timedelta,
        grace: timedelta,
        due: Callable[[], None],
        reported: Callable[[], None] = lambda: None,
    ) -> None:
        """``due``: called when a step that was reported is ready again."""
        self._orchestrator = orchestrator
        self._grace = grace
        self._due = due
        self.attempts = Attempts(executor, slots=slots, ended=self.wake)
        batch = max(1, slots // 2)

        def lane(number: int) -> Lane:
            return Lane(
                number,
                self.attempts,
                orchestrator,
                intake,
                batch=batch,
                more=self.wake,
                later=self._wake_after,
                reported=reported,
            )

        self._first = lane(0)
        self._second = lane(1)
        self._keeper = LeaseKeeper(self.attempts, orchestrator, every=lease / 3)

    async def start(self) -> None:
        for service in (self._keeper, self._first, self._second):
            await service.start()

    async def stop(self) -> None:
        """Claim no more; write what finishes within the grace, stop and hand back what does not."""
        await self.attempts.finish(within=self._grace)
        for service in (self._first, self._second, self._keeper):
            await service.stop()
        unfinished = await self.attempts.stop()
        if reports := self.attempts.take(self.attempts.waiting_reports):
            await self._orchestrator.turn(reports, wanted=None)
        if unfinished:
            await self._orchestrator.release(unfinished)

    def wake(self) -> None:
        """There may be something to claim, or reports. The second lane is needed only while the first is on its way."""
        if self._first.is_idle:
            self._first.wake()
        elif self.attempts.waiting_reports:
            self._second.wake()
        else:
            self._first.wake()

    def look_at_leases(self) -> None:
        """A cancel may have been asked for: do not wait for the next renewal."""
        self._keeper.wake()

    def _wake_after(self, delay: timedelta) -> None:
        if delay < POLL:
            asyncio.get_running_loop().call_later(delay.total_seconds(), self._due)


class Lane(Service):
    """One connection's turns, one after the other."""

    name = "dispatch.lane"

    def __init__(
        self,
        number: int,
        attempts: Attempts,
        orchestrator: Orchestrator,
        intake: Intake,
        *,
        batch: int,
        more: Callable[[], None],
        later: Callable[[timedelta], None],
        reported: Callable[[], None],
    ) -> None:
        super().__init__(every=POLL)
        self._number = number
        self._attempts = attempts
        self._orchestrator = orchestrator
        self._intake = intake
        self._batch = batch
        self._more = more
        self._later = later
        self._reported = reported
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
        if len(reports) == 1:
            await asyncio.sleep(0)  # a chain's next step may end at once; to go to sleep costs more than to look
        return self._attempts.waiting_reports > 0

    async def _turn(self, reports: Sequence[Report]) -> None:
        room = self._attempts.promise_room()
        wanted = self._intake.take(room, reporting=bool(reports)) if room else None
        if not reports and wanted is None:
            self._attempts.redeem_room(room)
            return
        result: TurnResult | None = None
        try:
            result = await self._orchestrator.turn(reports, wanted=wanted, lane=self._number)
        except BaseException:
            self._attempts.untaken(reports)
            raise
        finally:
            self._attempts.redeem_room(room)
            if self._intake.returned(wanted, result):
                self._more()
        self._attempts.written(reports)
        self._attempts.run(result.claims)
        self._note(reports, result)

    def _note(self, reports: Sequence[Report], result: TurnResult) -> None:
        for report in result.refused:
            log.warning(
                "step.report_refused",
                extra={"step_id": report.claim.step_id, "step": report.claim.step_key, "attempt": report.claim.attempt},
            )
        if reports:
            self._reported()
        for report in reports:
            if isinstance(report.settlement, Again):
                self._later(report.settlement.delay)
