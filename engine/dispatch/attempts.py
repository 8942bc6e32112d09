"""The attempts of this process: what runs, what has ended and is to be reported, and how much room is left.

Knows tasks and claims; knows nothing of turns, connections or leases.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import timedelta

from engine.claims import Claim, Report
from engine.executor import Executor

log = logging.getLogger("batchdag")

_HEED = timedelta(seconds=3.5)
"""How long a runner may take to clean up when it is stopped: longer than one waits for answers that are paid for, and
shorter than a process may take to hand back. What it writes after that is refused."""

_REMEMBERED = 1_000
"""Of the attempts that were adopted, so many: an answer that is on its way may name one that has ended by then."""


class Attempts:
    """Up to ``slots`` attempts at once. A step that is reported makes room, but is held until the report is written."""

    def __init__(self, executor: Executor, *, slots: int, ended: Callable[[], None]) -> None:
        self._executor = executor
        self._slots = slots
        self._ended = ended
        self._running: dict[int, tuple[Claim, asyncio.Task[None]]] = {}
        self._reports: list[Report] = []
        self._taken: dict[int, Report] = {}
        self._promised = 0
        self._claimed = asyncio.Event()
        """Set while no claim is under way."""
        self._adopted: deque[tuple[int, int, int]] = deque(maxlen=_REMEMBERED)

    @property
    def waiting_reports(self) -> int:
        return len(self._reports)

    @property
    def free(self) -> int:
        """How many more attempts could run now, whether or not a claim is under way for them."""
        return self._slots - len(self._running) - len(self._reports)

    def take(self, limit: int) -> Sequence[Report]:
        """Take up to so many reports; they stay held until ``written`` or ``untaken``."""
        taken, self._reports = self._reports[:limit], self._reports[limit:]
        self._taken |= {report.claim.step_id: report for report in taken}
        return taken

    def written(self, reports: Sequence[Report]) -> None:
        for report in reports:
            self._taken.pop(report.claim.step_id, None)

    def untaken(self, reports: Sequence[Report]) -> None:
        """Put reports back that could not be written."""
        self.written(reports)
        self._reports = [*reports, *self._reports]

    def promise_room(self) -> int:
        """Return how many more attempts may be claimed, and keep that room until ``run`` is called with as many."""
        room = max(0, self._slots - len(self._running) - len(self._reports) - self._promised)
        self._promised += room
        if room:
            self._claimed.clear()
        return room

    def redeem_room(self, room: int) -> None:
        self._promised -= room
        if not self._promised:
            self._claimed.set()

    def run(self, claims: Collection[Claim]) -> None:
        """Begin attempts, but for those that were adopted while the answer to their claim was on its way."""
        for claim in claims:
            if not self._adopted or _identity(claim) not in self._adopted:
                self._begin(claim)

    def _begin(self, claim: Claim) -> None:
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
            self._ended()

    def held(self) -> list[Claim]:
        """The attempts that this process is running or about to report."""
        reports = [*self._taken.values(), *self._reports]
        return [claim for claim, _ in self._running.values()] + [report.claim for report in reports]

    def adopt(self, claims: Collection[Claim]) -> None:
        """Run attempts that turned out to be ours."""
        known = {claim.step_id for claim in self.held()}
        for claim in claims:
            if claim.step_id not in known:
                self._adopted.append(_identity(claim))
                self._begin(claim)

    def abandon(self, step_id: int) -> None:
        """The lease is lost: stop the attempt and say nothing about it."""
        held = self._running.pop(step_id, None)
        if held is not None:
            log.warning("step.lease_lost", extra={"step_id": step_id, "step": held[0].step_key})
            held[1].cancel()

    def cancel(self, step_id: int) -> None:
        """A cancel was asked for: stop the attempt, and report that it was cancelled."""
        if step_id in self._running:
            claim, task = self._running[step_id]
            self._executor.request_cancel(claim)
            task.cancel()

    async def finish(self, *, within: timedelta) -> None:
        """Make room for nothing more, and give what runs, or is just being claimed, this long to end."""
        self._slots = 0
        with suppress(TimeoutError):
            async with asyncio.timeout(within.total_seconds()):
                while self._running or self._promised:
                    await self._end_of_some()

    async def _end_of_some(self) -> None:
        if self._running:
            await asyncio.wait([task for _, task in self._running.values()])
        else:
            await self._claimed.wait()

    async def stop(self) -> list[Claim]:
        """Stop everything that runs and return it, to be handed back; also what does not heed that it is stopped."""
        stopped = list(self._running.values())
        self._running.clear()
        for _, task in stopped:
            task.cancel()
        if stopped:
            await asyncio.wait([task for _, task in stopped], timeout=_HEED.total_seconds())
        return [claim for claim, _ in stopped]


def _identity(claim: Claim) -> tuple[int, int, int]:
    """Return what tells two attempts apart, as the fence does."""
    return claim.step_id, claim.attempt, claim.snoozes
