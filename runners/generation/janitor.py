"""Looks after what ended steps have left: jobs are followed to their books, cancelled where nobody wants them, and old
uploads of ours are swept. Never creates anything that costs money.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from runners.base import Connection, LostLease, Upkeep
from runners.generation.archive import Archive
from runners.generation.desk import Desk
from runners.generation.doubts import Doubts
from runners.generation.jobs import JobFollower
from runners.generation.ledger import abandon, close_books, load_job, send, watch
from runners.generation.rows import JobRow, State
from runners.generation.table import UserTable
from runners.providers.base import JobState, Provider, ProviderError
from runners.providers.registry import Providers
from runners.storable import safe_text

log = logging.getLogger("batchdag")

_AT_ONCE = 5
_OLD = timedelta(days=4)
"""Longer than any provider's window: nothing that old is still needed by a job."""
_PREFIX = "bd-"
_LATER = timedelta(minutes=1)
_SOON = timedelta(seconds=5)
_UNPAID = (State.PLANNED, State.STAGED, State.UPLOADING, State.UPLOADED)


class Janitor:
    """One process's janitor; any number may run."""

    def __init__(self, upkeep: Upkeep, providers: Providers) -> None:
        self._upkeep = upkeep
        self._providers = providers
        self._archive = Archive(Path(upkeep.settings.storage))

    async def tidy(self) -> bool:
        """Take some leftovers as far as they go now; return whether there were any."""
        async with self._upkeep.transaction() as connection:
            cursor = await send(connection, "take_leftovers", worker=self._upkeep.worker, size=_AT_ONCE)
            jobs = [job_id for (job_id,) in await cursor.fetchall()]
        await self._release_tables()
        for job_id in jobs:
            await self._look_after(job_id)
        return bool(jobs)

    async def sweep(self, *, older_than: timedelta = _OLD) -> int:
        """Delete uploads of ours that are too old to be needed; return how many."""
        async with self._upkeep.transaction() as connection:
            names = [name for (name,) in await (await send(connection, "recent_providers")).fetchall()]
        before = datetime.now(UTC) - older_than
        swept = 0
        for name in names:
            try:
                swept += await self._providers.get(name).sweep(prefix=_PREFIX, before=before)
            except ProviderError as error:
                log.warning("ledger.sweep_failed", extra={"provider": name, "error": str(error)})
        await self._stop_strays()
        return swept

    async def _stop_strays(self) -> None:
        """Cancel what a frozen process has created, on waking, under the key of a job that was done without it."""
        async with self._upkeep.transaction() as connection:
            ids = [job_id for (job_id,) in await (await send(connection, "resubmitted_jobs")).fetchall()]
            jobs = [await load_job(connection, job_id) for job_id in ids]
        for job in jobs:
            try:
                await self._stop_strays_of(job)
            except ProviderError as error:
                log.warning("ledger.look_failed", extra={"provider_batch": job.id, "error": str(error)})

    async def _stop_strays_of(self, job: JobRow) -> None:
        provider = self._providers.get(job.provider)
        found = await provider.find_by_key(job.intent, since=job.created_at)
        for stray in found:
            if stray.state is JobState.RUNNING and stray.id != job.provider_job:
                log.error("ledger.duplicate", extra={"provider_batch": job.id, "provider_job": stray.id})
                await provider.cancel(stray.id)
                said = [{"id": stray.id, "status": stray.status, "created_at": stray.created_at.isoformat()}]
                async with self._upkeep.transaction() as connection:
                    await watch(connection, job, wait=timedelta(0), duplicates=said)

    async def _look_after(self, job_id: int) -> None:
        desk = Desk(transact=lambda: self._held(job_id), providers=self._providers, archive=self._archive)
        try:
            async with desk.transact() as connection:
                job = await load_job(connection, job_id)
                cursor = await send(connection, "is_unwanted", step_id=job.step_id)
                (unwanted,) = await cursor.fetchone() or (False,)
                if job.state in _UNPAID:
                    await abandon(connection, job, error=None)
                    return
            await asyncio.to_thread(self._providers.get, job.provider)  # it may import and connect, the first time
            follower = _Leftover(desk, unwanted=unwanted)
            await (follower.follow(job_id) if job.mode == "batch" else _end_calls(desk, job))
        except LostLease:
            log.warning("ledger.leftover_lost", extra={"provider_batch": job_id})
        except Exception as error:
            # One job that cannot be looked after must not keep the others from it.
            log.exception("ledger.leftover_waits", extra={"provider_batch": job_id})
            await self._let_go(job_id, wait=_LATER, error=str(error))
        else:
            await self._let_go(job_id, wait=timedelta(0), error=None)

    async def _let_go(self, job_id: int, *, wait: timedelta, error: str | None) -> None:
        said = None if error is None else safe_text(error)
        async with self._upkeep.transaction() as connection:
            await send(connection, "let_go", job_id=job_id, worker=self._upkeep.worker, wait=wait, error=said)

    @asynccontextmanager
    async def _held(self, job_id: int) -> AsyncIterator[Connection]:
        """A transaction that commits only while this janitor holds the job."""
        async with self._upkeep.transaction() as connection:
            yield connection
            cursor = await send(connection, "hold_leftover", job_id=job_id, worker=self._upkeep.worker)
            if await cursor.fetchone() is None:
                raise LostLease(f"provider batch {job_id} is no longer held by {self._upkeep.worker}")

    async def _release_tables(self) -> None:
        async with self._upkeep.transaction() as connection:
            ends = await (await send(connection, "early_ends")).fetchall()
            for step_id, spec in ends:
                await UserTable.from_spec(spec).released(connection, step_id)
                await send(connection, "forget_sink", step_id=step_id)


class _Leftover(JobFollower):
    """Follows what is paid for, and gives up what is not."""

    def __init__(self, desk: Desk, *, unwanted: bool) -> None:
        super().__init__(desk)
        self._unwanted = unwanted
        self._poll = self._on[State.SUBMITTED]
        self._on = {**self._on, **dict.fromkeys(_UNPAID, self._drop), State.SUBMITTED: self._stop_and_poll}

    async def _drop(self, job: JobRow, provider: Provider) -> None:  # noqa: ARG002
        async with self._desk.transact() as connection:
            await abandon(connection, job, error=None)

    async def _stop_and_poll(self, job: JobRow, provider: Provider) -> None:
        if self._unwanted and not job.is_cancelled:
            await provider.cancel(job.provider_job or "")
            async with self._desk.transact() as connection:
                await watch(connection, job, wait=timedelta(0), cancelled=True)
        await self._poll(job, provider)


async def _end_calls(desk: Desk, job: JobRow) -> None:
    """Close the books of live calls: what was answered is kept, what was not asked ends here.

    A call that is under way keeps the books open. Somebody may just have taken the step up again, and begun it.
    """
    wait = await Doubts(desk).clear(job)
    async with desk.transact() as connection:
        await send(connection, "end_unsent_asks", job_id=job.id)
        (left, _) = await (await send(connection, "unfinished_calls", job_id=job.id)).fetchone() or (0, 0)
        if left:
            await watch(connection, job, wait=wait or _SOON)
        else:
            await close_books(connection, job)
