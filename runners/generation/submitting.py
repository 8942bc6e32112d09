"""Creates a job at its provider: the one call that costs money. Written down first, and looked up after any doubt."""

import logging
from collections.abc import Sequence
from datetime import timedelta

from runners.generation.desk import Desk
from runners.generation.entries import BUSY, give_up, put_off
from runners.generation.ledger import load_job, move, watch
from runners.generation.room import has_room
from runners.generation.rows import JobRow, State
from runners.providers.base import Job, JobState, Provider, ProviderBusy, ProviderRefused, ProviderUnsure

log = logging.getLogger("batchdag")

LOOKS = 3
"""How often a job whose creation is in doubt is looked for, over the settle time, before it is created again."""


class Submitter:
    """Takes a job from uploaded to submitted."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def submit(self, job: JobRow, provider: Provider) -> None:
        """Create the job, once it is written down that this is being done."""
        async with self._desk.transact() as connection:
            if not await has_room(connection, job):
                why = f"as many jobs of {job.provider} are under way as batch_limit allows"
                await watch(connection, job, wait=job.terms.interval, error=why)
                return
            if not await move(connection, job, State.SUBMITTING):
                return
            job = await load_job(connection, job.id)
        try:
            made = await provider.submit(job.provider_file or "", key=job.intent, model=job.model)
        except ProviderBusy as busy:
            async with self._desk.transact() as connection:
                await move(connection, job, State.UPLOADED, wait=busy.retry_after or BUSY)
        except ProviderRefused as refused:
            await give_up(self._desk, job, why=str(refused))
        except ProviderUnsure as unsure:
            await put_off(self._desk, job, _between_looks(job), why=str(unsure))
        else:
            await self._adopt(job, made)

    async def look_for(self, job: JobRow, provider: Provider) -> None:
        """The process died, or the answer was lost, while the job was being created: is it there?"""
        if found := await under_our_key(job, provider):
            await self._adopt(job, found[0])
            return
        settled = (job.seconds_since_submitting or 0) >= job.terms.settle_seconds
        async with self._desk.transact() as connection:
            if settled and job.looks + 1 >= LOOKS:
                log.warning("ledger.not_found", extra={"provider_batch": job.id, "looks": job.looks + 1})
                await move(connection, job, State.UPLOADED)
            else:
                await watch(connection, job, wait=_between_looks(job), looks=1)

    async def _adopt(self, job: JobRow, made: Job) -> None:
        async with self._desk.transact() as connection:
            await move(
                connection, job, State.SUBMITTED, provider_job=made.id, provider_status=made.status,
                raw_status=made.raw, wait=job.terms.interval,
            )  # fmt: skip


async def under_our_key(job: JobRow, provider: Provider) -> Sequence[Job]:
    """Return the jobs that the provider has under our key, the oldest first, but for those it has refused."""
    found = await provider.find_by_key(job.intent, since=job.created_at)
    return [one for one in found if one.state is not JobState.FAILED]


def _between_looks(job: JobRow) -> timedelta:
    return timedelta(seconds=job.terms.settle_seconds / (LOOKS - 1))
