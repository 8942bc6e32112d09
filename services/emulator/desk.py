"""The desk where jobs are taken in, looked at, cancelled and brought to their end. Knows every job of every API."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from services.emulator.clock import Clock
from services.emulator.errors import ApiError
from services.emulator.faults import FaultKind, Faults
from services.emulator.jobs import ENDED, Job, Survey, ending_of, phase_of
from services.emulator.plans import Load, Planner
from services.emulator.settings import CurrentSettings
from services.emulator.spool import Blob, Spool
from services.emulator.working import Dialect, work

PATIENCE = 0.5
"""Seconds that a look waits for lines being worked before it says that the job is still at it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """A job as an API hands it in."""

    api: str
    route: str
    key: str | None
    model: str
    request: Mapping[str, Any]
    input: Blob
    survey: Survey
    max_lines: int
    dialect: Dialect
    new_id: Callable[[], str]


class Desk:
    """Every job, in the order in which they came."""

    def __init__(self, *, clock: Clock, faults: Faults, spool: Spool, settings: CurrentSettings) -> None:
        self._clock = clock
        self._faults = faults
        self._planner = Planner(faults)
        self._spool = spool
        self._settings = settings
        self._jobs: dict[str, Job] = {}
        self._dialects: dict[str, Dialect] = {}
        self._working: dict[str, asyncio.Task[None]] = {}

    async def take_in(self, new: NewJob) -> Job:
        """Create a job; two of them if a fault says so, of which the caller sees the first.

        Raises:
            ApiError: too many jobs are active.
        """
        self._refuse_if_full(new.api)
        first = self._create(new)
        if self._faults.draw({FaultKind.TWICE}, route=new.route) is not None:
            self._create(new)
        await self.look(first)
        return first

    async def look(self, job: Job) -> None:
        """Bring the job up to date; a long piece of work goes on after this returns."""
        task = self._started(job)
        if task is not None:
            await asyncio.wait({task}, timeout=PATIENCE)
            if task.done():
                task.result()

    async def cancel(self, job: Job) -> None:
        """Ask for the job's end; one that is past that is left alone."""
        await self.look(job)
        if job.ended is None and not job.is_worked and job.cancelled_at is None:
            job.cancelled_at = self._clock.now()
            await self.look(job)

    async def settle(self) -> None:
        """Bring every job up to date, however long that takes."""
        for job in list(self._jobs.values()):
            task = self._started(job)
            if task is not None:
                await task

    def find(self, job_id: str, *, api: str) -> Job | None:
        job = self._jobs.get(job_id)
        return job if job is not None and job.api == api else None

    def listed(self, api: str) -> list[Job]:
        """Return the jobs that this API's list shows by now, newest first."""
        now = self._clock.now()
        jobs = [job for job in self._jobs.values() if job.api == api and job.created_at + job.plan.hidden <= now]
        return jobs[::-1]

    def all(self) -> list[Job]:
        return list(self._jobs.values())

    def remove(self, job: Job) -> None:
        """Forget a job that has ended."""
        self._jobs.pop(job.id, None)
        self._dialects.pop(job.id, None)
        self._working.pop(job.id, None)

    async def clear(self) -> None:
        """Forget every job, once what is being worked is done."""
        await asyncio.gather(*self._working.values(), return_exceptions=True)
        self._jobs, self._dialects, self._working = {}, {}, {}

    def _refuse_if_full(self, api: str) -> None:
        limit = self._settings().max_active_jobs
        active = sum(job.api == api for job in self._active())
        if limit and active >= limit:
            raise ApiError(429, f"{active} jobs are active, which is the limit.", code="rate_limit_exceeded")

    def _create(self, new: NewJob) -> Job:
        enqueued = sum(j.survey.tokens for j in self._active() if j.api == new.api and j.model == new.model)
        plan = self._planner.plan(
            new.survey,
            route=new.route,
            settings=self._settings(),
            load=Load(enqueued_tokens=enqueued, max_lines=new.max_lines),
        )
        job = Job(
            id=new.new_id(),
            api=new.api,
            key=new.key,
            model=new.model,
            request=new.request,
            input=self._spool.hold(new.input.path),
            survey=new.survey,
            created_at=self._clock.now(),
            plan=plan,
        )
        self._jobs[job.id] = job
        self._dialects[job.id] = new.dialect
        return job

    def _active(self) -> list[Job]:
        now = self._clock.now()
        return [j for j in self._jobs.values() if phase_of(j, now) not in ENDED and ending_of(j, now) is None]

    def _started(self, job: Job) -> asyncio.Task[None] | None:
        """Return the work on the job's lines, begun now if its end is due."""
        if job.ended is not None:
            return None
        if job.id not in self._working and ending_of(job, self._clock.now()) is not None:
            job.is_worked = True
            self._working[job.id] = asyncio.create_task(self._work(job))
        return self._working.get(job.id)

    async def _work(self, job: Job) -> None:
        ending = ending_of(job, self._clock.now())
        assert ending is not None, f"{job.id} is worked before its end"
        job.ended = await asyncio.to_thread(work, job, ending, dialect=self._dialects[job.id], spool=self._spool)
        self._working.pop(job.id, None)
