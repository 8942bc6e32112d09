"""What tests of leases beside turns stand on: a runner that says when it begins and ends when it is told, and looks at locks."""

import asyncio

from runners.base import ErrorClass, Failed, Outcome, Params, StepRequest, Succeeded
from tests.harness import Harness


class Waiting:
    """Its first attempt fails when ``failing`` is set; any ends well when ``ending`` is."""

    name = "waiting"
    version = "1"
    description = "Waits."
    Params = Params

    def __init__(self) -> None:
        self.failing = asyncio.Event()
        self.ending = asyncio.Event()
        self.begun: asyncio.Queue[int] = asyncio.Queue()
        self.begins: list[int] = []

    async def run(self, request: StepRequest) -> Outcome:
        self.begins.append(request.attempt)
        self.begun.put_nowait(request.attempt)
        if request.attempt == 1 and await self._is_first_failing():
            return Failed("told to", ErrorClass.TRANSIENT)
        await self.ending.wait()
        return Succeeded()

    async def _is_first_failing(self) -> bool:
        waits = [asyncio.create_task(event.wait()) for event in (self.failing, self.ending)]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        return self.failing.is_set()


async def until_blocked(harness: Harness, sessions: int = 1) -> None:
    """Return once so many sessions of this database wait for a lock."""
    blocked = (
        "select count(*) from pg_stat_activity"
        " where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0"
    )
    async with asyncio.timeout(30):
        while await harness.rows(blocked) != [(sessions,)]:
            pass


async def look_at_leases(harness: Harness, *, looks: int, of: str) -> None:
    """Make the process look at its leases so often, one after the other; it holds the step ``of``."""
    lease = "select lease_expires_at from batch_step where step_key = %s"
    for _ in range(looks):
        before = await harness.rows(lease, of)
        await harness.rows("select pg_notify('batchdag', 'cancel:0')")
        async with asyncio.timeout(30):
            while await harness.rows(lease, of) == before:
                pass
