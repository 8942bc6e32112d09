"""Direct dispatch: this process claims ready steps and runs them itself.

Several processes may do so on one database; claims skip what others are taking. Reports, advances and claims share one
turn, so that a finished step's next ones are claimed by the commit that releases them.
"""

import asyncio
import logging
from collections.abc import Collection, Sequence
from datetime import timedelta

from engine.claims import Claim, Report
from engine.executor import Executor
from engine.orchestrator import Orchestrator
from engine.service import Service
from engine.settle import Again
from engine.turn import TurnResult

log = logging.getLogger("batchdag")

POLL = timedelta(seconds=1)
MAX_REPORTS = 500


class DirectDispatcher(Service):
    """Runs up to ``slots`` attempts at once in this process."""

    name = "dispatch.direct"

    def __init__(self, orchestrator: Orchestrator, executor: Executor, *, slots: int, lease: timedelta) -> None:
        super().__init__(every=POLL)
        self._orchestrator = orchestrator
        self._executor = executor
        self._slots = slots
        self._running: dict[int, tuple[Claim, asyncio.Task[None]]] = {}
        self._reports: list[Report] = []
        self._reporting: Sequence[Report] = ()
        self._keeper = LeaseKeeper(self, orchestrator, every=lease / 3)

    async def start(self) -> None:
        await self._keeper.start()
        await super().start()

    async def stop(self) -> None:
        await super().stop()
        await self._keeper.stop()
        await self._hand_back()

    def look_at_leases(self) -> None:
        """A cancel may have been asked for: do not wait for the next renewal."""
        self._keeper.wake()

    async def once(self) -> bool:
        """Report, advance and claim; True while reports are left over."""
        reports, self._reports = self._reports[:MAX_REPORTS], self._reports[MAX_REPORTS:]
        await self._turn(reports, room=self._slots - len(self._running) - len(self._reports))
        return bool(self._reports)

    async def _turn(self, reports: Sequence[Report], *, room: int) -> None:
        self._reporting = reports
        try:
            result = await self._orchestrator.turn(reports, room=room)
        except BaseException:
            self._reports = [*reports, *self._reports]
            raise
        finally:
            self._reporting = ()
        self._note(reports, result)
        for claim in result.claims:
            self._run(claim)

    def _note(self, reports: Sequence[Report], result: TurnResult) -> None:
        for report in result.refused:
            log.warning(
                "step.report_refused",
                extra={"step_id": report.claim.step_id, "step": report.claim.step_key, "attempt": report.claim.attempt},
            )
        for report in reports:
            if isinstance(report.settlement, Again):
                self._wake_after(report.settlement.delay)

    def _wake_after(self, delay: timedelta) -> None:
        if delay < POLL:
            asyncio.get_running_loop().call_later(delay.total_seconds(), self.wake)

    def _run(self, claim: Claim) -> None:
        task = asyncio.create_task(self._attempt(claim), name=f"{claim.step_key}#{claim.attempt}")
        self._running[claim.step_id] = (claim, task)

    async def _attempt(self, claim: Claim) -> None:
        try:
            settlement = await self._executor.execute(claim)
        except asyncio.CancelledError:
            settlement = self._executor.cancelled(claim)
        except Exception:
            log.exception("step.abandoned", extra={"step_id": claim.step_id, "step": claim.step_key})
            settlement = None
        held = self._running.get(claim.step_id)
        if held is None or held[0] is not claim:
            return
        del self._running[claim.step_id]
        if settlement is not None:
            self._reports.append(Report(claim, settlement))
            self.wake()

    def held(self) -> list[Claim]:
        """The attempts that this process is running or about to report."""
        reports = [*self._reporting, *self._reports]
        return [claim for claim, _ in self._running.values()] + [report.claim for report in reports]

    def adopt(self, claims: Collection[Claim]) -> None:
        """Run attempts that turned out to be ours."""
        known = {claim.step_id for claim in self.held()}
        for claim in claims:
            if claim.step_id not in known:
                self._run(claim)

    def abandon(self, step_id: int) -> None:
        """The lease is lost: stop the attempt and say nothing about it."""
        held = self._running.pop(step_id, None)
        if held is not None:
            log.warning("step.lease_lost", extra={"step_id": step_id, "step": held[0].step_key})
            held[1].cancel()

    def cancel(self, step_id: int) -> None:
        """A cancel was asked for: stop the attempt, and report that it was cancelled."""
        if step_id in self._running:
            self._executor.request_cancel(self._running[step_id][0])
            self._running[step_id][1].cancel()

    async def _hand_back(self) -> None:
        reports, self._reports = self._reports, []
        if reports:
            await self._turn(reports, room=0)
        claims = [claim for claim, _ in self._running.values()]
        tasks = [task for _, task in self._running.values()]
        self._running.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if claims:
            await self._orchestrator.release(claims)


class LeaseKeeper(Service):
    """Renews the leases of what runs here; passes on cancels; finds what is ours without our knowing."""

    name = "dispatch.leases"

    def __init__(self, dispatcher: DirectDispatcher, orchestrator: Orchestrator, *, every: timedelta) -> None:
        super().__init__(every=every)
        self._dispatcher = dispatcher
        self._orchestrator = orchestrator
        self._unknown: set[int] = set()

    async def once(self) -> bool:
        claims = self._dispatcher.held()
        held = await self._orchestrator.renew(claims) if claims else {}
        current = {claim.step_id for claim in self._dispatcher.held()}
        for claim in claims:
            if claim.step_id not in current:
                continue
            if claim.step_id not in held:
                self._dispatcher.abandon(claim.step_id)
            elif held[claim.step_id]:
                self._dispatcher.cancel(claim.step_id)
        await self._adopt()
        return False

    async def _adopt(self) -> None:
        """Adopt what two looks in a row have found: one look may see a claim whose answer is on its way."""
        held = [claim.step_id for claim in self._dispatcher.held()]
        found = await self._orchestrator.adopt(held)
        self._dispatcher.adopt([claim for claim in found if claim.step_id in self._unknown])
        self._unknown = {claim.step_id for claim in found}
