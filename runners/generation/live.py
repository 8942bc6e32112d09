"""Follows a live job: what is in doubt is cleared, what is not sent is called for, and at the end its books are closed.

Decides how long to wait between two runs. A call in doubt holds up nothing but itself.
"""

from datetime import timedelta

from runners.generation.calls import Rest, Run
from runners.generation.desk import Desk
from runners.generation.doubts import Doubts
from runners.generation.ledger import load_job, move
from runners.generation.pace import Pace
from runners.generation.rows import JobRow, State
from runners.generation.shift import Shift


class LiveCaller:
    """Makes the calls of live jobs."""

    def __init__(self, desk: Desk, *, concurrency: int, shift: Shift) -> None:
        self._desk = desk
        self._concurrency = concurrency
        self._shift = shift
        self._doubts = Doubts(desk)
        self._paces: dict[tuple[str, str], Pace] = {}

    async def follow(self, job_id: int) -> timedelta | None:
        """Make calls for a while; return how long to wait before going on, or None when the books are closed."""
        while True:
            job = await self._begun(job_id)
            if job.state.is_closed:
                return None
            if job.state is State.PLANNED:
                return timedelta(seconds=job.seconds_to_wait)
            look_again = await self._doubts.clear(job)
            rest = await self._run(job)
            if rest is None:
                return None
            if rest.unsent:
                return rest.pause
            if look_again is not None and not rest.has_called:
                return look_again
            # Only doubts are left, and some of them are new.

    async def _begun(self, job_id: int) -> JobRow:
        async with self._desk.transact() as connection:
            job = await load_job(connection, job_id)
            # Until then it waits: what was refused before is not asked again at once.
            is_due = job.state is State.PLANNED and job.seconds_to_wait <= 0
            if is_due and await move(connection, job, State.SUBMITTED):
                job = await load_job(connection, job_id)
        return job

    async def _run(self, job: JobRow) -> Rest | None:
        provider = self._desk.providers.get(job.provider)
        pace = self._paces.setdefault((job.provider, job.model), Pace(self._concurrency))
        return await Run(self._desk, job, provider, pace=pace, shift=self._shift).run()
