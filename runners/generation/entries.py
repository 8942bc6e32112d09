"""The entries that every part of a job's way makes: it waits, it is given up, its file in the archive is damaged."""

import logging
from datetime import timedelta

from runners.generation.desk import Desk
from runners.generation.ledger import abandon, watch
from runners.generation.rows import JobRow

log = logging.getLogger("batchdag")

BUSY = timedelta(seconds=20)
"""How long to leave a provider alone that is busy and does not say how long."""


async def put_off(desk: Desk, job: JobRow, wait: timedelta, *, why: str) -> None:
    """Look at the job again later."""
    log.warning("ledger.waiting", extra={"provider_batch": job.id, "state": str(job.state), "why": why})
    async with desk.transact() as connection:
        await watch(connection, job, wait=wait, error=why)


async def give_up(desk: Desk, job: JobRow, *, why: str) -> None:
    """Abandon a job that was refused: nothing was paid for it."""
    log.error("ledger.abandoned", extra={"provider_batch": job.id, "error": why})
    async with desk.transact() as connection:
        await abandon(connection, job, error=why)


async def set_aside(desk: Desk, job: JobRow, name: str) -> str:
    """Put a file away whose content is not what was written down, and say so."""
    aside = await desk.archive.set_aside(name)
    why = (
        f"{name} in the storage folder is not what was kept: its sha256 is not the one in the ledger; now it is {aside}"
    )
    log.error("ledger.file_damaged", extra={"provider_batch": job.id, "file": name, "kept_as": aside})
    return why
