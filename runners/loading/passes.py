"""The two ways through a load: chunk by chunk with a checkpoint, or everything in one transaction.

Decides what is committed together. A chunk, its dead letters and the checkpoint are one transaction, so a load that
was killed goes on behind the last chunk that counts; ``replace`` shows readers the old rows or the new, never half.
"""

from dataclasses import replace

from psycopg import sql

from runners.base import Connection, InvalidStep
from runners.loading.checkpoint import Checkpoint, read_checkpoint, save_checkpoint
from runners.loading.job import Job, TooManyRefusedError
from runners.loading.parts import next_parts
from runners.loading.writing import Counts


async def load_chunks(job: Job) -> Counts:
    """Insert or upsert from the checkpoint on.

    Raises:
        BadData: too many rows were refused; the chunks before stay, this chunk's dead letters are kept.
        InvalidStep: an insert has already loaded rows of another input.
    """
    checkpoint = await _resume(job)
    while not checkpoint.done:
        try:
            async with job.request.transaction() as connection:
                checkpoint = await _load_chunk(job, connection, checkpoint)
        except TooManyRefusedError as excess:
            await _keep(job, excess, checkpoint)
            raise job.refusal(excess) from excess
        await job.meter.show(checkpoint.counts)
    return checkpoint.counts


async def _resume(job: Job) -> Checkpoint:
    async with job.request.transaction() as connection:
        stored = await read_checkpoint(connection, job.stream)
        if stored is not None and stored.continues(job.start):
            return stored
        if stored is not None:
            _refuse_to_double(job, stored)
        if job.request.shard is None:
            await job.letters.forget_all(connection)
        elif stored is not None:
            await job.letters.forget(connection, stored.given_up)
        await save_checkpoint(connection, job.stream, job.start)
        return job.start


def _refuse_to_double(job: Job, stored: Checkpoint) -> None:
    same_table = stored.target["table"] == str(job.table)
    if job.mode == "insert" and same_table and stored.counts.loaded:
        raise InvalidStep(
            f"{stored.counts.loaded:,} rows were already loaded into {job.table} by this step, from an earlier input "
            "or with other params; inserting again would double them. Use upsert or replace, or delete those rows and "
            f"the row of stream_checkpoint whose stream is '{job.stream}'"
        )


async def _load_chunk(job: Job, connection: Connection, checkpoint: Checkpoint) -> Checkpoint:
    await job.writer.check_at_once(connection)
    parts, at = await next_parts(connection, job.relation.ranges, after=checkpoint.at, limit=job.chunk)
    counts, refused = await job.write(connection, parts, dead=checkpoint.counts.dead)
    await job.letters.forget(connection, checkpoint.given_up)
    await job.letters.bury(connection, refused)
    moved = replace(checkpoint, at=at, counts=checkpoint.counts + counts, given_up=(), done=not parts)
    await save_checkpoint(connection, job.stream, moved)
    return moved


async def _keep(job: Job, excess: TooManyRefusedError, checkpoint: Checkpoint) -> None:
    """Write the dead letters of a chunk that was rolled back, for people to see; the next attempt replaces them."""
    async with job.request.transaction() as connection:
        await job.letters.forget(connection, checkpoint.given_up)
        ids = await job.letters.bury(connection, excess.refused)
        await save_checkpoint(connection, job.stream, replace(checkpoint, given_up=tuple(ids)))


async def replace_all(job: Job) -> Counts:
    """Delete the table's rows and insert all items, in one transaction.

    Raises:
        BadData: too many rows were refused; the table is as before, the dead letters are kept.
    """
    try:
        async with job.request.transaction() as connection:
            return await _replace(job, connection)
    except TooManyRefusedError as excess:
        async with job.request.transaction() as connection:
            await job.letters.forget_all(connection)
            await job.letters.bury(connection, excess.refused)
        raise job.refusal(excess) from excess


async def _replace(job: Job, connection: Connection) -> Counts:
    # Readers go on; another writer waits, or two replaces at once would leave the rows of both.
    await connection.execute(sql.SQL("lock table {} in share row exclusive mode").format(job.table.identifier))
    await connection.execute(sql.SQL("delete from {}").format(job.table.identifier))
    await job.letters.forget_all(connection)
    await job.writer.check_at_once(connection)
    checkpoint = job.start
    while not checkpoint.done:
        parts, at = await next_parts(connection, job.relation.ranges, after=checkpoint.at, limit=job.chunk)
        counts, refused = await job.write(connection, parts, dead=checkpoint.counts.dead)
        await job.letters.bury(connection, refused)
        checkpoint = replace(checkpoint, at=at, counts=checkpoint.counts + counts, done=not parts)
        await job.meter.show(checkpoint.counts)
    await save_checkpoint(connection, job.stream, checkpoint)
    return checkpoint.counts
