"""Direct dispatch: this process claims ready steps and runs them itself.

Several processes may do so on one database; claims skip what others are taking. Reports, advances and claims share one
turn, so that a finished step's next ones are claimed by the commit that releases them.
"""

import time
from collections.abc import Callable, Collection
from datetime import timedelta

from engine.claims import AnyDue, Released, Wanted
from engine.dispatch.lanes import Workbench
from engine.executor import Executor
from engine.orchestrator import Orchestrator
from engine.turn import TurnResult

_SURE = 0.05
"""Seconds for which nothing is taken to be due, once all that was has been claimed and nobody has said otherwise."""


class WhateverIsDue:
    """The intake of direct dispatch. Implements ``engine.dispatch.lanes.Intake``.

    While nothing else is due, what a turn releases is claimed by the statement that releases it: no other step could
    have come before it, and a chain has one statement less for each of its steps.
    """

    def __init__(self, runners: Collection[str], clock: Callable[[], float] = time.monotonic) -> None:
        """``runners``: those that this process has, and may have more of later; steps of others are left to others."""
        self._runners = runners
        self._clock = clock
        self._has_news = False
        self._sure_until = 0.0

    def news(self) -> None:
        """Somebody else may have made steps ready."""
        self._has_news = True
        self._sure_until = 0.0

    def take(self, room: int, *, reporting: bool) -> Wanted | None:
        if self._clock() < self._sure_until:
            return Released(room, self._runners) if reporting else None
        self._has_news = False
        return AnyDue(room, self._runners)

    def returned(self, wanted: Wanted | None, result: TurnResult | None) -> bool:
        if result is None or result.has_left_ready:
            self._sure_until = 0.0
            return result is not None
        if isinstance(wanted, AnyDue):
            is_all = len(result.claims) < wanted.room and not self._has_news
            self._sure_until = self._clock() + _SURE if is_all else 0.0
        return False


class DirectDispatcher:
    """Runs up to ``slots`` attempts at once in this process. Implements ``engine.dispatch.base.Dispatcher``."""

    def __init__(
        self,
        orchestrator: Orchestrator,
        executor: Executor,
        *,
        runners: Collection[str],
        slots: int,
        lease: timedelta,
        grace: timedelta = timedelta(0),
    ) -> None:
        self._intake = WhateverIsDue(runners)
        self._bench = Workbench(
            orchestrator, executor, intake=self._intake, slots=slots, lease=lease, grace=grace, due=self.wake
        )

    async def start(self) -> None:
        await self._bench.start()

    async def stop(self) -> None:
        await self._bench.stop()

    def wake(self) -> None:
        self._intake.news()
        self._bench.wake()

    def look_at_leases(self) -> None:
        self._bench.look_at_leases()
