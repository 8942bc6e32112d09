"""Looks at a job that was accepted, and so is paid for, until it has ended: well, badly, or not at all.

Decides when a job counts as stuck, as vanished, as too large, and how long the output of one that has ended is awaited.
"""

import logging

from runners.generation.desk import Desk
from runners.generation.entries import give_up, put_off
from runners.generation.ledger import NOW, abandon, move, send, watch
from runners.generation.rows import JobRow, State
from runners.generation.submitting import under_our_key
from runners.providers.base import Job, JobState, Provider, ProviderGone, ProviderRefused, ProviderUnsure

log = logging.getLogger("batchdag")

_OUTPUT_PATIENCE = 5
"""Times the settle time: how long a job may have ended before output that it lacks counts as lost."""


class Poller:
    """Takes a job from submitted to terminal."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def poll(self, job: JobRow, provider: Provider) -> None:
        """Look how the job stands, and stop others that were made under its key."""
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
                await self._failed(job, seen)
            case JobState.COMPLETED | JobState.EXPIRED | JobState.CANCELLED:
                await self._ended(job, seen)

    async def _keep_oldest(self, job: JobRow, provider: Provider) -> str:
        """Return the job to follow. Others under our key were created by a call that was thought lost: stop them."""
        try:
            found = await under_our_key(job, provider)
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

    # Not done yet

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
        why = f"{job.provider} did not end the job within two hours of being asked to; its answers are lost"
        async with self._desk.transact() as connection:
            await move(connection, job, State.TERMINAL, outputs=[_gone(why)], raw_status=seen.raw, error=why)

    async def _vanished(self, job: JobRow, why: str) -> None:
        """The provider does not know the job any more. Wait for the deadline, then close its books without answers."""
        if not job.is_overdue:
            await put_off(self._desk, job, job.terms.interval, why=why)
            return
        async with self._desk.transact() as connection:
            await move(connection, job, State.TERMINAL, outputs=[_gone(why)], error=why)

    # Ended

    async def _ended(self, job: JobRow, seen: Job) -> None:
        outputs: list[dict[str, str]] = [{"reference": reference} for reference in seen.outputs]
        error = seen.error
        if seen.awaits_output:
            if (job.seconds_since_end or 0) < job.terms.settle_seconds * _OUTPUT_PATIENCE:
                await self._await_output(job, seen)
                return
            error = (
                f"{job.provider} calls the job {seen.status} and has not all of its output; what is not there is lost"
            )
            log.error("ledger.output_never_came", extra={"provider_batch": job.id, "status": seen.status})
            outputs.append(_gone(error))
        async with self._desk.transact() as connection:
            await move(
                connection, job, State.TERMINAL, provider_status=seen.status, raw_status=seen.raw, outputs=outputs,
                error=error,
            )  # fmt: skip

    async def _await_output(self, job: JobRow, seen: Job) -> None:
        """It is done before its files are there: to close the books now would throw away what was paid for."""
        log.warning("ledger.output_awaited", extra={"provider_batch": job.id, "status": seen.status})
        async with self._desk.transact() as connection:
            await watch(
                connection, job, wait=min(job.terms.interval, job.terms.settle), provider_status=seen.status,
                raw_status=seen.raw, has_ended=True,
            )  # fmt: skip

    async def _failed(self, job: JobRow, seen: Job) -> None:
        """The provider refused the job as a whole: nothing was done, nothing is billed."""
        if not seen.is_over_limit:
            why = f"{job.provider} refused the job for the model {job.model}: {seen.error or seen.status}"
            await give_up(self._desk, job, why=f"{why}; mend the definition, then retry the instance")
            return
        log.warning("ledger.over_limit", extra={"provider_batch": job.id, "error": seen.error})
        if job.items > 1 and not await self._has_others_under_way(job):
            await self._split(job)
        elif job.is_overdue:
            await give_up(self._desk, job, why=seen.error or seen.status)
        else:
            await self._send_again_later(job, seen)

    async def _send_again_later(self, job: JobRow, seen: Job) -> None:
        """Others hold the room: jobs of ours, or of somebody else who shares the account."""
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


def _gone(why: str) -> dict[str, str]:
    """Return what stands in the place of an output that cannot be had."""
    return {"gone": why}
