"""The ``load`` runner: writes the items of the steps before into a PostgreSQL table.

Decides the result. What may be asked for, and how it is done, is in ``runners.loading``.
"""

from dataclasses import asdict
from typing import ClassVar

from pydantic import BaseModel

from runners.base import Json, Outcome, RunnerError, StepRequest, Succeeded
from runners.loading.job import Job, prepare
from runners.loading.params import LoadParams
from runners.loading.passes import load_chunks, replace_all
from runners.loading.refusals import translated
from runners.loading.rehearsing import rehearse
from runners.loading.writing import Counts


class Load:
    """Writes items into a table: set-based, resumable, exactly once; refused rows go to ``dead_letter``."""

    name: ClassVar[str] = "load"
    version: ClassVar[str] = "1"
    description: ClassVar[str] = "Write the items into a table: insert, upsert or replace."
    Params: ClassVar[type[BaseModel]] = LoadParams
    rehearses: ClassVar[bool] = True

    async def run(self, request: StepRequest) -> Outcome:
        params: LoadParams = request.params
        with translated(params.table):
            if request.rehearsal is not None:
                return Succeeded(await rehearse(request, params))
            job = await prepare(request, params)
            counts = await (replace_all(job) if params.mode == "replace" else load_chunks(job))
        if counts.read != job.items:
            raise RunnerError(_do_not_agree(job, counts))
        return Succeeded(_result(job, counts))


def _do_not_agree(job: Job, counts: Counts) -> str:
    return (
        f"the sums of the load into {job.table} do not agree: loaded {counts.loaded} + dead {counts.dead} is not the "
        f"{job.items} items of the input; compare the table with the items before you use it ({counts})"
    )


def _result(job: Job, counts: Counts) -> dict[str, Json]:
    return {"loaded": counts.loaded} | asdict(counts) | {"table": str(job.table)}
