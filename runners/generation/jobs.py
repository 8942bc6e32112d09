"""Follows a batch job through the ledger, one committed transaction around at most one external call.

Decides what a state means and what comes next; a crash at any point is continued from the row. Here are the steps
before anything is paid; ``submitting``, ``polling`` and ``fetching`` have the others. Knows no items.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import timedelta

from runners.generation.asks import each_ask
from runners.generation.desk import Desk
from runners.generation.entries import BUSY, give_up, put_off, set_aside
from runners.generation.fetching import Fetcher
from runners.generation.ingest import ingest
from runners.generation.ledger import abandon, load_job, move
from runners.generation.polling import Poller
from runners.generation.rows import JobRow, State
from runners.generation.submitting import Submitter
from runners.providers.base import Provider, ProviderBusy, ProviderRefused, ProviderUnsure

Step = Callable[[JobRow, Provider], Awaitable[None]]


class JobFollower:
    """Takes a job as far as it can go now."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._fetcher = Fetcher(desk)
        submitter = Submitter(desk)
        self._on: Mapping[State, Step] = {
            State.PLANNED: self._stage,
            State.STAGED: self._begin_upload,
            State.UPLOADING: self._upload,
            State.UPLOADED: submitter.submit,
            State.SUBMITTING: submitter.look_for,
            State.SUBMITTED: Poller(desk).poll,
            State.TERMINAL: self._fetcher.download,
            State.DOWNLOADED: self._ingest,
        }

    async def follow(self, job_id: int) -> timedelta | None:
        """Take the job on until it has to wait; return how long, or None when its books are closed."""
        while True:
            async with self._desk.transact() as connection:
                job = await load_job(connection, job_id)
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
            await put_off(self._desk, job, busy.retry_after or BUSY, why=str(busy))
        except (ProviderUnsure, ProviderRefused) as error:
            # What is refused here is a look at what exists: a key that was revoked is mended, and the job is there.
            await put_off(self._desk, job, job.terms.interval, why=str(error))

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
        sha256 = await self._restored(job, provider)
        try:
            reference = await provider.stage(self._desk.archive.path(_input(job)), key=job.intent)
        except ProviderRefused as refused:
            await give_up(self._desk, job, why=str(refused))
            return
        async with self._desk.transact() as connection:
            await move(connection, job, State.UPLOADED, provider_file=reference, staged_sha256=sha256)

    async def _restored(self, job: JobRow, provider: Provider) -> str:
        """Return the digest of the input, written again where another machine has staged it, or where it is damaged."""
        if self._desk.archive.has(_input(job)) and not await self._desk.archive.holds(_input(job), job.staged_sha256):
            await set_aside(self._desk, job, _input(job))
        # All of it comes out of the ledger, so what is written now is as good as what was staged.
        return (await self._desk.archive.save(_input(job), self._lines(job, provider))).sha256

    async def _ingest(self, job: JobRow, provider: Provider) -> None:  # noqa: ARG002
        if await self._fetcher.has_all(job):
            await ingest(self._desk, job)


def _input(job: JobRow) -> str:
    return f"{job.intent}/input.jsonl"
