"""The course of a generating step: plan, ask, take in, until every item has its end. Decides the attempt's outcome.

Every call of ``run`` sees from the ledger where things stand, does what can be done now, and says when to call again.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import NoReturn, TypeAlias

from definitions.models import Tolerate
from runners.base import BadData, Column, InvalidStep, Json, Outcome, Snoozed, Succeeded
from runners.generation.jobs import JobFollower
from runners.generation.ledger import abandon, load_job, open_jobs, send
from runners.generation.live import LiveCaller
from runners.generation.params import Choice
from runners.generation.plan import BudgetExceeded, Planned, Planner
from runners.generation.work import Work
from runners.tolerance import most

_AT_ONCE = 4
"""Jobs that are uploaded, downloaded or taken in at the same time."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How the items of the step stand."""

    succeeded: int
    failed: int
    dead: int
    pending: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a provider is not asked any more in this attempt; not refused means that a job of it was stuck."""

    why: str
    was_refused: bool


ModeOf: TypeAlias = Callable[[Choice, int], str]
"""Says how so many items are asked for."""


class Course:
    """One attempt at one generating step."""

    def __init__(self, work: Work, *, number: int, mode_of: ModeOf) -> None:
        self._work = work
        self._number = number
        self._mode_of = mode_of
        self._live = LiveCaller(work.desk, concurrency=work.params.concurrency, shift=work.shift)
        self._batch = JobFollower(work.desk)
        self._busy = asyncio.Semaphore(_AT_ONCE)

    async def run(self, columns: Sequence[Column]) -> Outcome:
        """Do what can be done now."""
        while True:
            over, planned = await self._plan() if await self._has_unasked() else (None, Planned())
            before = await self._open_jobs()
            waits = await self._follow(before)
            counts = await self._progress()
            if any(wait is None for wait in waits):
                continue
            if waits:
                return Snoozed(min(wait for wait in waits if wait is not None), self._waiting(len(before), counts))
            if over is not None:
                raise over
            if counts.pending == 0:
                return await self._finished(counts, columns)
            if planned.settled == 0:
                return Snoozed(timedelta(seconds=5), f"{counts.pending} items wait for the same requests elsewhere")

    # Planning

    async def _has_unasked(self) -> bool:
        """Say whether an item waits that no open request is for. All others need no look: there may be a million."""
        items = self._work.items
        async with self._work.request.transaction() as connection:
            cursor = await send(connection, "count_open_asks", step_id=items.step_id, build=items.build)
            (asked,) = await cursor.fetchone() or (0,)
        return bool(asked == 0 or (await self._count()).pending > asked)

    async def _plan(self) -> tuple[BudgetExceeded | None, Planned]:
        choice = await self._choice()
        if choice is None:
            return None, Planned()
        planner = Planner(self._work, choice, mode=self._mode_of(choice, (await self._count()).pending))
        try:
            return None, await planner.plan()
        except BudgetExceeded as over:
            await self._take_back_planned()
            requests, needed = await planner.at_most()
            spent, reserved = await self._spend()
            told = BudgetExceeded(budget=over.budget, spent=spent, reserved=reserved, needed=needed, requests=requests)
            return told, Planned()

    async def _choice(self) -> Choice | None:
        """Return whom to ask now: after a refusal or a stuck job the next one, for what is left; None: nobody."""
        choice = self._work.choice(self._number)
        while (trouble := await self._trouble(choice)) and self._work.has_choice(self._number + 1):
            self._number += 1
            async with self._work.request.transaction() as connection:
                await send(connection, "choose", step_id=self._work.items.step_id, choice=self._number)
            choice = self._work.choice(self._number)
        if trouble is None or not trouble.was_refused:
            return choice
        # Not before the jobs that were accepted are done: they are paid for.
        if await self._open_jobs():
            return None
        raise InvalidStep(trouble.why)

    async def _trouble(self, choice: Choice) -> Trouble | None:
        items = self._work.items
        async with self._work.request.transaction() as connection:
            cursor = await send(
                connection,
                "troubles",
                step_id=items.step_id,
                build=items.build,
                attempt=self._work.request.attempt,
                provider=choice.provider,
                model=choice.model,
            )
            row = await cursor.fetchone()
        return Trouble(*row) if row else None

    async def _take_back_planned(self) -> None:
        async with self._work.request.transaction() as connection:
            cursor = await send(connection, "planned_jobs", step_id=self._work.items.step_id)
            for (job_id,) in await cursor.fetchall():
                await abandon(connection, await load_job(connection, job_id), error=None)

    async def _spend(self) -> tuple[Decimal, Decimal]:
        async with self._work.request.transaction() as connection:
            cursor = await send(connection, "count_spend", instance_id=self._work.items.instance_id)
            spent, reserved = await cursor.fetchone() or (Decimal(0), Decimal(0))
        return spent, reserved

    # Asking

    async def _open_jobs(self) -> list[int]:
        async with self._work.request.transaction() as connection:
            return await open_jobs(connection, step_id=self._work.items.step_id, build=self._work.items.build)

    async def _follow(self, jobs: Sequence[int]) -> list[timedelta | None]:
        """Follow jobs together. If one fails, or all are cut off, each still saves what it has paid for."""
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._follow_one(job_id)) for job_id in jobs]
        except BaseExceptionGroup as several:
            raise several.exceptions[0] from several
        return [task.result() for task in tasks]

    async def _follow_one(self, job_id: int) -> timedelta | None:
        async with self._busy:
            async with self._work.request.transaction() as connection:
                job = await load_job(connection, job_id)
            return await (self._batch if job.mode == "batch" else self._live).follow(job_id)

    # Saying how it stands

    async def _progress(self) -> Counts:
        counts = await self._count()
        total = counts.succeeded + counts.failed + counts.dead + counts.pending
        await self._work.request.progress(done=total - counts.pending, total=total)
        return counts

    async def _count(self) -> Counts:
        async with self._work.request.transaction() as connection:
            cursor = await send(connection, "count_items", step_id=self._work.items.step_id)
            return Counts(*(await cursor.fetchone() or (0, 0, 0, 0)))

    def _waiting(self, jobs: int, counts: Counts) -> str:
        provider = self._work.choice(self._number).provider
        return f"{counts.pending:,} items wait for {jobs} job{'s' if jobs > 1 else ''} of {provider}"

    async def _finished(self, counts: Counts, columns: Sequence[Column]) -> Outcome:
        lost = counts.failed + counts.dead
        reasons = await self._reasons() if lost else []
        # A rehearsal asks once, and made-up answers prove nothing: what was rejected is reported, and the rest goes on.
        is_rehearsal = self._work.request.rehearsal is not None
        is_shard = self._work.request.shard is not None
        if lost > _tolerated(self._work.total, self._work.params.tolerate, is_shard=is_shard) and not is_rehearsal:
            await self._fail(lost, reasons)
        described = [{"name": column.name, "type": column.type} for column in self._work.items.merger.columns(columns)]
        summary = {"items": counts.succeeded, "failed": lost, "columns": described}
        return Succeeded(summary | {"reasons": reasons} | await self._purchases())

    async def _fail(self, lost: int, reasons: Sequence[Json]) -> NoReturn:
        async with self._work.request.transaction() as connection:
            await send(connection, "mark_failed", step_id=self._work.items.step_id, attempt=self._work.request.attempt)
        said = "; ".join(f"{one['items']} x {one['reason']} (such as: {one['example']})" for one in reasons[:3])
        raise BadData(
            f"{lost:,} of {self._work.total:,} items got no answer that can be used, more than is tolerated: {said}."
            " They are in dead_letter with their reasons; mend the prompt or the schema, or raise tolerate, then retry"
            " the instance"
        )

    async def _reasons(self) -> list[Json]:
        async with self._work.request.transaction() as connection:
            cursor = await send(connection, "count_reasons", step_id=self._work.items.step_id)
            rows = await cursor.fetchall()
        return [{"reason": reason or "prompt", "items": count, "example": example} for reason, count, example in rows]

    async def _purchases(self) -> dict[str, Json]:
        async with self._work.request.transaction() as connection:
            cursor = await send(connection, "count_purchases", step_id=self._work.items.step_id)
            row = await cursor.fetchone() or (0, 0, Decimal(0), 0, 0, 0, False, 0)
        requests, jobs, cost, inputs, outputs, lost, is_simulated, from_cache = row
        script = self._work.script
        return {
            "requests": int(requests),
            "jobs": int(jobs),
            "from_cache": int(from_cache),
            "cost_usd": float(cost),
            "input_tokens": int(inputs),
            "output_tokens": int(outputs),
            "lost_replies": int(lost),
            "simulated": bool(is_simulated),
            "prompt": None if script.key is None else {"key": script.key, "version": script.version},
        }


def _tolerated(total: int, tolerate: Tolerate | None, *, is_shard: bool) -> int:
    """Return how many items may be lost: where nothing is said any number, but not all (of a shard even these)."""
    if tolerate is None:
        return total if is_shard else max(0, total - 1)
    return most(tolerate, of=total)
