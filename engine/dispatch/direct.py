"""Direct dispatch: this process claims ready steps and runs them itself.

Several processes may do so on one database; claims skip what others are taking. Reports, advances and claims share one
turn, so that a finished step's next ones are claimed by the commit that releases them.
"""

from datetime import timedelta

from engine.claims import AnyDue, Wanted
from engine.dispatch.lanes import Workbench
from engine.executor import Executor
from engine.orchestrator import Orchestrator


class WhateverIsDue:
    """The intake of direct dispatch. Implements ``engine.dispatch.lanes.Intake``."""

    def take(self, room: int) -> Wanted:
        return AnyDue(room)

    def returned(self, wanted: Wanted | None, *, taken: bool) -> None:
        """Nothing was promised to anybody."""


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
        self._bench = Workbench(orchestrator, executor, intake=WhateverIsDue(), slots=slots, lease=lease, grace=grace)

    async def start(self) -> None:
        await self._bench.start()

    async def stop(self) -> None:
        await self._bench.stop()

    def wake(self) -> None:
        self._bench.wake()

    def look_at_leases(self) -> None:
        self._bench.look_at_leases()
