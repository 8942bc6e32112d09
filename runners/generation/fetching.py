"""Downloads the output of a job, as it came, before anything is made of it: providers delete their files after days.

Decides whether what lies in the storage folder is what was downloaded. What is not is fetched anew.
"""

import logging
from typing import Any

from runners.generation.desk import Desk
from runners.generation.entries import set_aside
from runners.generation.ledger import move
from runners.generation.rows import JobRow, State
from runners.providers.base import Provider, ProviderGone

log = logging.getLogger("batchdag")


class Fetcher:
    """Takes a job from terminal to downloaded."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def download(self, job: JobRow, provider: Provider) -> None:
        """Keep every output file of a job."""
        outputs = [await self._kept(job, provider, number) for number in range(len(job.outputs))]
        gone = next((output["gone"] for output in outputs if "gone" in output), None)
        async with self._desk.transact() as connection:
            await move(connection, job, State.DOWNLOADED, outputs=outputs, error=gone)

    async def has_all(self, job: JobRow) -> bool:
        """Say whether the files are here as they were downloaded; if not, the job goes back to being downloaded.

        Another machine may have downloaded them to a folder of its own, and files can be damaged.
        """
        damaged = None
        lacking = False
        for output in job.outputs:
            if "name" not in output or await self._desk.archive.holds(output["name"], output.get("sha256")):
                continue
            lacking = True
            if self._desk.archive.has(output["name"]):
                damaged = await set_aside(self._desk, job, output["name"])
        if lacking:
            async with self._desk.transact() as connection:
                await move(connection, job, State.TERMINAL, error=damaged)
        return not lacking

    async def _kept(self, job: JobRow, provider: Provider, number: int) -> dict[str, Any]:
        output = dict(job.outputs[number])
        if "gone" in output:
            return output
        name = f"{job.intent}/output-{number + 1}.jsonl"
        try:
            kept = await self._desk.archive.save(name, provider.fetch(str(output["reference"])))
        except ProviderGone as refused:
            before = f"{name} is not in the storage folder as it was downloaded before; " if "sha256" in output else ""
            why = f"{before}{refused}"
            # Not to be had: tried again until the deadline, then the books are closed without it.
            if not job.is_overdue:
                raise ProviderGone(why) from refused
            log.warning("ledger.output_gone", extra={"provider_batch": job.id, "error": why})
            return {"reference": output["reference"], "gone": why}
        return output | {"name": name, "sha256": kept.sha256, "bytes": kept.bytes}
