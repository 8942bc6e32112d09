"""Follows one batch job through the ledger: each step one committed transaction around at most one external call.

Decides what a state means and what comes next; a crash at any point is continued from the row. Knows no items.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import timedelta

from runners.generation.desk import Desk
from runners.generation.ingest import ingest
from runners.generation.ledger import (
    NOW,
    JobRow,
    State,
    abandon,
    each_ask,
    load_job,
    move,
    send,
    watch,
)
from runners.generation.room import has_room
from runners.providers.base import Job, JobState, Provider, ProviderBusy, ProviderGone, ProviderRefused, ProviderUnsure

log = logging.getLogger("batchdag")

LOOKS = 3
"""How often a job whose creation is in doubt is looked for, over the settle time, before it is created again."""

_BUSY = timedelta(seconds=20)
_FIRST_LOOK = timedelta(seconds=1)
"""The first look at a new job comes soon: one that is refused, or simulated, has its end at once."""


class JobFollower:
    """Takes a job as far as it can go now."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._on: Mapping[State, Callable[[JobRow, Provider], Awaitable[None]]] = {
            State.PLANNED: self._stage,
            State.STAGED: self._begin_upload,
            State.UPLOADING: self._upload,
            State.UPLOADED: self._submit,
            State.SUBMITTING: self._look_for,
            State.SUBMITTED: self._poll,
            State.TERMINAL: self._download,
            State.DOWNLOADED: self._ingest,
        }

    async def follow(self, job_id: int) -> timedelta | None:
        """Take the job on until it has to wait; return how long, or None when its books are closed."""
        while True:
            job = await self._load(job_id)
            if job.state.is_closed:
                return None
            if job.seconds_to_wait > 0:
                return timedelta(seconds=job.seconds_to_wait)
            await self._step(job)

    async def _step(self, job: JobRow) -> None:
        try:
            provider = self._desk.providers.get(job.provider)
            await self._on[job.state](job, provider)
        except ProviderBusy as busy:
            await self._wait(job, busy.retry_after or _BUSY, why=str(busy))
        except (ProviderUnsure, ProviderRefused) as error:
            # What is refused here is a look at what exists: a key that was revoked is mended, and the job is there.
            await self._wait(job, job.terms.interval, why=str(error))

    async def _load(self, job_id: int) -> JobRow:
        async with self._desk.transact() as connection:
            return await load_job(connection, job_id)

    async def _wait(self, job: JobRow, wait: timedelta, *, why: str) -> None:
        log.warning("ledger.waiting", extra={"provider_batch": job.id, "state": str(job.state), "why": why})
        async with self._desk.transact() as connection:
            await watch(connection, job, wait=wait, error=why)

    # From planned to uploaded: nothing is paid yet, so everything can simply be done again.

    async def _stage(self, job: JobRow, provider: Provider) -> None:
        if job.items == 0:  # all that it was made for is being asked for elsewhere
            async with self._desk.transact() as connection:
                await abandon(connection, job, error=None)
            return
        # What a crash has left here may lack requests that the job was given since.
        await self._desk.archive.remove(_input(job))
        kept = await self._desk.archive.save(_input(job), self._lines(job, provider))
        async with self._desk.transact() as connection:
            await move(connection, job, State.STAGED, staged_sha256=kept.sha256)

    async def _lines(self, job: JobRow, provider: Provider) -> AsyncIterator[bytes]:
        async for asks in each_ask(self._desk.transact, job.id):
            yield b"".join(provider.line(job.frame.ask(prompt, key=job.key(ordinal))) for ordinal, prompt in asks)

    async def _begin_upload(self, job: JobRow, provider: Provider) -> None:  # noqa: ARG002
        async with self._desk.transact() as connection:
            await move(connection, job, State.UPLOADING)

    async def _upload(self, job: JobRow, provider: Provider) -> None:
        """Upload under a name of ours; after a crash the provider's ``stage`` finds what is there already."""
        await self._restore(job, provider)
        try:
            reference = await provider.stage(self._desk.archive.path(_input(job)), key=job.intent)
        except ProviderRefused as refused:
            await self._abandon(job, str(refused))
            return
        async with self._desk.transact() as connection:
            await move(connection, job, State.UPLOADED, provider_file=reference)

    async def _restore(self, job: JobRow, provider: Provider) -> None:
        """Write the input again where another machine has staged it."""
        if not self._desk.archive.has(_input(job)):
            await self._desk.archive.save(_input(job), self._lines(job, provider))

    # Submitting: the one call that costs money.

    async def _submit(self, job: JobRow, provider: Provider) -> None:
        async with self._desk.transact() as connection:
            if not await has_room(connection, job):
                why = f"as many jobs of {job.provider} are under way as batch_limit allows"
                await watch(connection, job, wait=job.terms.interval, error=why)
                return
            if not await move(connection, job, State.SUBMITTING):
                return
        job = await self._load(job.id)
        try:
            made = await provider.submit(job.provider_file or "", key=job.intent, model=job.model)
        except ProviderBusy as busy:
            async with self._desk.transact() as connection:
                await move(connection, job, State.UPLOADED, wait=busy.retry_after or _BUSY)
        except ProviderRefused as refused:
            await self._abandon(job, str(refused))
        except ProviderUnsure as unsure:
            await self._wait(job, self._between_looks(job), why=str(unsure))
        else:
            await self._adopt(job, made)

    async def _look_for(self, job: JobRow, provider: Provider) -> None:
        """The process died, or the answer was lost, while the job was being created: is it there?"""
        if found := await self._under_our_key(job, provider):
            await self._adopt(job, found[0])
            return
        settled = (job.seconds_since_submitting or 0) >= job.terms.settle_seconds
        async with self._desk.transact() as connection:
            if settled and job.looks + 1 >= LOOKS:
                log.warning("ledger.not_found", extra={"provider_batch": job.id, "looks": job.looks + 1})
                await move(connection, job, State.UPLOADED)
            else:
                await watch(connection, job, wait=self._between_looks(job), looks=1)

    async def _under_our_key(self, job: JobRow, provider: Provider) -> Sequence[Job]:
        """Return the jobs that the provider has under our key, the oldest first, but for those it has refused."""
        found = await provider.find_by_key(job.intent, since=job.created_at)
        return [one for one in found if one.state is not JobState.FAILED]

    def _between_looks(self, job: JobRow) -> timedelta:
        return timedelta(seconds=job.terms.settle_seconds / (LOOKS - 1))

    async def _adopt(self, job: JobRow, made: Job) -> None:
        async with self._desk.transact() as connection:
            await move(
                connection, job, State.SUBMITTED, provider_job=made.id, provider_status=made.status,
                raw_status=made.raw, wait=job.terms.interval,
            )  # fmt: skip

    async def _abandon(self, job: JobRow, why: str) -> None:
        log.error("ledger.abandoned", extra={"provider_batch": job.id, "error": why})
        async with self._desk.transact() as connection:
            await abandon(connection, job, error=why)

    # Submitted: it is paid for, so it is followed to its end.

    async def _poll(self, job: JobRow, provider: Provider) -> None:
        kept = await self._keep_oldest(job, provider)
        try:
            seen = await provider.status(kept)
        except ProviderGone as gone:
            await self._vanished(job, str(gone))
            return
        match seen.state:
            case JobState.RUNNING:
                await self._go_on_waiting(job, provider, seen)
            case JobState.FAILED:
                await self._job_failed(job, seen)
            case JobState.COMPLETED | JobState.EXPIRED | JobState.CANCELLED:
                outputs = [{"reference": reference} for reference in seen.outputs]
                async with self._desk.transact() as connection:
                    await move(
                        connection, job, State.TERMINAL, provider_status=seen.status, raw_status=seen.raw,
                        outputs=outputs, error=seen.error,
                    )  # fmt: skip

    async def _keep_oldest(self, job: JobRow, provider: Provider) -> str:
        """Return the job to follow. Others under our key were created by a call that was thought lost: stop them."""
        try:
            found = await self._under_our_key(job, provider)
        except (ProviderRefused, ProviderUnsure) as error:
            # A look for others that cannot be had must not keep us from looking at ours.
            log.warning("ledger.look_failed", extra={"provider_batch": job.id, "error": str(error)})
            found = []
        ours = job.provider_job or ""
        kept = found[0].id if found else ours
        # Written down before they are stopped, and also where they have ended: somebody may have to ask for a refund.
        new = [one for one in found[1:] if one.id not in job.duplicates]
        if new or kept != ours:
            said = [{"id": one.id, "status": one.status, "created_at": one.created_at.isoformat()} for one in new]
            log.error("ledger.duplicate", extra={"provider_batch": job.id, "provider_jobs": said})
            async with self._desk.transact() as connection:
                await watch(connection, job, wait=NOW, provider_job=kept, duplicates=said)
        for other in found[1:]:
            if other.state is JobState.RUNNING:
                await provider.cancel(other.id)
        return kept

    async def _go_on_waiting(self, job: JobRow, provider: Provider, seen: Job) -> None:
        if job.is_past_hope:
            await self._write_off(job, seen)
            return
        stuck = job.is_overdue and not job.is_cancelled
        if stuck:
            log.error("ledger.stuck", extra={"provider_batch": job.id, "status": seen.status})
            await provider.cancel(seen.id)
        async with self._desk.transact() as connection:
            await watch(
                connection, job, wait=job.terms.interval, provider_status=seen.status, raw_status=seen.raw,
                cancelled=stuck,
            )  # fmt: skip

    async def _write_off(self, job: JobRow, seen: Job) -> None:
        """Cancelled long ago, and still it does not end: what it may have answered is lost, and counted as such."""
        log.error("ledger.written_off", extra={"provider_batch": job.id, "status": seen.status})
        async with self._desk.transact() as connection:
            await send(connection, "count_lost", job_id=job.id, lost=job.items)
            why = f"{job.provider} did not end the job within two hours of being asked to; its answers are lost"
            await move(connection, job, State.TERMINAL, outputs=[], raw_status=seen.raw, error=why)

    async def _job_failed(self, job: JobRow, seen: Job) -> None:
        """The provider refused the job as a whole: nothing was done, nothing is billed."""
        if not seen.is_over_limit:
            why = f"{job.provider} refused the job for the model {job.model}: {seen.error or seen.status}"
            await self._abandon(job, f"{why}; mend the definition, then retry the instance")
            return
        log.warning("ledger.over_limit", extra={"provider_batch": job.id, "error": seen.error})
        if not await self._has_others_under_way(job):
            await (self._split(job) if job.items > 1 else self._abandon(job, seen.error or seen.status))
            return
        async with self._desk.transact() as connection:
            await move(connection, job, State.UPLOADED, wait=job.terms.interval, raw_status=seen.raw)

    async def _has_others_under_way(self, job: JobRow) -> bool:
        async with self._desk.transact() as connection:
            cursor = await send(
                connection, "has_others_under_way", provider=job.provider, model=job.model, job_id=job.id
            )
            (others,) = await cursor.fetchone() or (False,)
        return bool(others)

    async def _split(self, job: JobRow) -> None:
        """It is too much with nothing else enqueued, so waiting would not help: plan it again as smaller jobs."""
        async with self._desk.transact() as connection:
            await send(connection, "shrink_jobs", step_id=job.step_id, items=job.items)
            await abandon(connection, job, error=None)

    async def _vanished(self, job: JobRow, why: str) -> None:
        """The provider does not know the job any more. Wait for the deadline, then close its books without answers."""
        if not job.is_overdue:
            await self._wait(job, job.terms.interval, why=why)
            return
        async with self._desk.transact() as connection:
            await move(connection, job, State.TERMINAL, outputs=[], error=why)

    async def _download(self, job: JobRow, provider: Provider) -> None:
        """Keep every output file as it came, before anything is made of it: providers delete them after days."""
        outputs, gone = [], None
        for number, output in enumerate(job.outputs, 1):
            name = f"{job.intent}/output-{number}.jsonl"
            try:
                kept = await self._desk.archive.save(name, provider.fetch(str(output["reference"])))
            except ProviderGone as refused:
                # Not to be had: tried again until the deadline, then the books are closed without it.
                if not job.is_overdue:
                    raise
                gone = str(refused)
                log.warning("ledger.output_gone", extra={"provider_batch": job.id, "error": gone})
                continue
            outputs.append(dict(output) | {"name": name, "sha256": kept.sha256, "bytes": kept.bytes})
        async with self._desk.transact() as connection:
            await move(connection, job, State.DOWNLOADED, outputs=outputs, error=gone)

    async def _ingest(self, job: JobRow, provider: Provider) -> None:  # noqa: ARG002
        if not all(self._desk.archive.has(str(output["name"])) for output in job.outputs):
            # Another machine has downloaded them to a folder of its own.
            async with self._desk.transact() as connection:
                await move(connection, job, State.TERMINAL)
            return
        await ingest(self._desk, job)


def _input(job: JobRow) -> str:
    return f"{job.intent}/input.jsonl"
