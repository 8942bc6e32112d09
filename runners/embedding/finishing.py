"""What is left to do when all rows of a pass are loaded: the index, and in bulk the swap.

Decides nothing of what is loaded. Whoever loads the last part does this; if it dies, its next attempt does.
"""

import asyncio
from dataclasses import dataclass, replace

from psycopg import errors

from runners.base import Connection, TransientFailure
from runners.embedding.bulk import finish_shadow, swap
from runners.embedding.index import build_index, has_index, plan_index
from runners.embedding.job import Job
from runners.embedding.passes import Mode, Pass, Stage, find_pass, save_pass
from runners.embedding.walking import note_change

_SWAP_TRIES = 60
_SWAP_PAUSE = 5.0


@dataclass(frozen=True, slots=True)
class Finished:
    """What the end of a pass came to."""

    is_done: bool
    """False: other parts are still being loaded."""
    left_behind: int = 0
    """Rows of the table before that are not in the new one, because they were of another model."""


async def finish(job: Job) -> Finished:
    """Finish the pass if all its parts are loaded."""
    async with job.request.transaction() as connection:
        if (current := await _loaded(connection, job)) is None:
            return Finished(is_done=False)
        if current.stage is Stage.DONE:
            return Finished(is_done=True)
        if current.mode is Mode.MERGE:
            await _index(connection, job)
            await _done(connection, job, current)
            return Finished(is_done=True)
        await finish_shadow(connection, job.collection, job.params, rows=job.description.rows)
    return Finished(is_done=True, left_behind=await _swap(job))


async def _loaded(connection: Connection, job: Job) -> Pass | None:
    """Lock the pass and return it if nothing of it is left to be loaded."""
    _, current = await find_pass(connection, job.wanted)
    return None if current is None or current.stage is Stage.LOADING else current


async def _index(connection: Connection, job: Job) -> None:
    table, wanted = job.collection.embeddings, job.params.index.method == "hnsw"
    if wanted and job.params.create and not await has_index(connection, table):
        await build_index(connection, plan_index(job.collection, job.params.index, on=table, rows=job.description.rows))


async def _swap(job: Job) -> int:
    """Swap as soon as nobody uses the old table for a moment."""
    for _ in range(_SWAP_TRIES):
        try:
            async with job.request.transaction() as connection:
                return await _swap_once(connection, job)
        except errors.LockNotAvailable:
            await asyncio.sleep(_SWAP_PAUSE)
    raise TransientFailure(
        f"{job.collection.embeddings} was never free for the new table to take its place, in "
        f"{_SWAP_TRIES * _SWAP_PAUSE / 60:.0f} minutes; the new table is kept for the next attempt. "
        "the view pg_locks shows who holds the old one"
    )


async def _swap_once(connection: Connection, job: Job) -> int:
    current = await _loaded(connection, job)
    if current is None or current.stage is Stage.DONE:
        return 0
    left_behind = await swap(connection, job.collection)
    await _done(connection, job, current)
    await note_change(connection, job)
    return left_behind


async def _done(connection: Connection, job: Job, current: Pass) -> None:
    await save_pass(connection, job.wanted.stream, replace(current, stage=Stage.DONE))
