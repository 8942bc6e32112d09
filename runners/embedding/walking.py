"""Walks the parts of a pass: chunk by chunk, each with its dead letters and the checkpoint in one transaction.

Decides what is committed together. So a walk that was killed goes on behind the last chunk that counts, and no chunk
counts twice.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass, replace

import psycopg

from runners.base import BadData, Connection, RunnerError
from runners.embedding.ahead import Ahead
from runners.embedding.blocks import Block, regrouped
from runners.embedding.checking import Checked, check
from runners.embedding.encoding import CopyData, Rows, encode, hash_rows
from runners.embedding.job import Job, Lane
from runners.embedding.letters import block_of, numbered
from runners.embedding.pace import ChunkPace
from runners.embedding.passes import Part, Stage, count_done_parts, find_pass, move_part, save_pass
from runners.embedding.tables import Collection
from runners.embedding.writing import RowWriter
from runners.loading.job import Meter
from runners.loading.refusals import is_about_a_row
from runners.loading.writing import NOTHING, Counts
from runners.tolerance import most, nothing_good

_MOMENT = 0.05
"""Seconds that a transaction in which nothing has changed yet waits for the next chunk, to be for both of them."""


@dataclass(frozen=True, slots=True)
class Hashed:
    """A block that is probably what is there already: to know, its hashes are enough."""

    block: Block
    hashes: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Ready:
    """A block that was looked at and encoded."""

    block: Block
    checked: Checked
    rows: Rows
    copied: CopyData | None = None
    """The rows as PostgreSQL copies them in; only if the rows before were new, and so these probably are."""


class Gauge:
    """Shows people how far all lanes are together, and knows what all of them have refused."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._meter = Meter(job.request, total=job.rows)
        self._counts = {lane.stream: lane.part.counts for lane in job.lanes}

    async def show(self, stream: str, counts: Counts) -> None:
        """Take in how far one lane is.

        Raises:
            BadData: more rows were refused than are tolerated.
        """
        self._counts[stream] = counts
        together = sum(self._counts.values(), NOTHING)
        await self._meter.show(together)
        tolerated = self._tolerated()
        if tolerated is not None and together.dead > tolerated:
            raise BadData(
                f"{together.dead} rows were refused, tolerated are {tolerated} of {self._job.rows}; they are in "
                f"dead_letter with source '{self._job.wanted.stream}' and their reasons. Mend the source, or raise "
                "tolerate, then retry the instance: it goes on behind them"
            )

    def _tolerated(self) -> int | None:
        tolerate = self._job.params.tolerate
        if tolerate is None:
            return None
        return most(tolerate, of=self._job.rows)


async def walk(job: Job) -> Counts:
    """Load again what people have sent on for another try, then walk all lanes to their ends.

    Raises:
        BadData: more rows were refused than are tolerated, or all; the others, and the checkpoints, are kept.
    """
    if not all(lane.part.done for lane in job.lanes):
        await take_letters(job)
    gauge = Gauge(job)
    try:
        async with asyncio.TaskGroup() as group:
            walks = [group.create_task(Walker(job, lane, gauge).walk()) for lane in job.lanes]
    except BaseExceptionGroup as several:
        raise several.exceptions[0] from several
    counts = sum((done.result() for done in walks), NOTHING)
    if job.params.tolerate is None and counts.dead and counts.dead == counts.read:
        raise nothing_good(counts.dead, what="rows of the source", first="see dead_letter, source " + job.wanted.stream)
    return counts


class Walker:
    """Walks one lane."""

    def __init__(self, job: Job, lane: Lane, gauge: Gauge) -> None:
        self._job = job
        self._lane = lane
        self._gauge = gauge
        self._part = lane.part
        self._writer = job.writer
        self._pace = ChunkPace(job.params.chunk)
        self._expects_new = job.was_empty
        self._expects_known = not job.was_empty

    async def walk(self) -> Counts:
        """Go from the checkpoint to the end of the part; return what became of all its rows."""
        if not self._part.done:
            blocks = self._job.source.blocks(self._job.description, self._lane.span, after=self._part.at)
            groups = regrouped(blocks, rows=lambda block: self._pace.size(block.row_bytes))
            async with Ahead(self._ready(groups)) as coming:
                while (ready := await coming.next()) is not None:
                    await self._write(ready, coming)
                    await self._gauge.show(self._lane.stream, self._part.counts)
            await self._end()
        return self._part.counts

    async def _ready(self, groups: AsyncIterator[Block]) -> AsyncGenerator[Hashed | Ready, None]:
        async for block in groups:
            yield await asyncio.to_thread(self._looked_at, block)

    def _looked_at(self, block: Block) -> Hashed | Ready:
        """Do ahead of the transaction what the chunk will probably need: what the one before it has needed."""
        hashed = _hashed(block, self._job.collection)
        if self._expects_known:
            return hashed
        ready = look_at(hashed, self._job.collection)
        return replace(ready, copied=self._writer.data_for_copy(ready.rows)) if self._expects_new else ready

    async def _write(self, ready: Hashed | Ready, coming: Ahead[Hashed | Ready]) -> None:
        """Write a chunk, and with it, as long as nothing was written and they come at once, those that follow.

        So what a chunk that is refused takes back is that chunk alone, and never a dead letter of one before it.
        """
        moved, until = self._part, time.monotonic() + self._job.params.chunk.seconds
        try:
            async with self._job.request.transaction() as connection:
                moved = await self._put(connection, moved, ready, carefully=False)
                while _is_unchanged(self._part, moved) and time.monotonic() < until:
                    if (more := await coming.next_within(_MOMENT)) is None:
                        break
                    ready = more
                    moved = await self._put(connection, moved, ready, carefully=False)
                await self._save(connection, moved)
        except psycopg.Error as error:
            if not is_about_a_row(error):
                raise
            async with self._job.request.transaction() as connection:
                moved = await self._put(connection, moved, ready, carefully=True)
                await self._save(connection, moved)
        self._part = moved

    async def _put(self, connection: Connection, part: Part, ready: Hashed | Ready, *, carefully: bool) -> Part:
        began = time.monotonic()
        counts = await self._counts(connection, ready, carefully=carefully)
        self._pace.took(time.monotonic() - began)
        self._expects_new = counts.inserted > 0
        self._expects_known = counts.unchanged == counts.read
        return replace(part, at=ready.block.places[-1], counts=part.counts + counts)

    async def _counts(self, connection: Connection, ready: Hashed | Ready, *, carefully: bool) -> Counts:
        """Write a chunk, and a dead letter for each row of it that is refused."""
        if isinstance(ready, Hashed):
            if not carefully and await self._is_there(connection, ready):
                return Counts(unchanged=len(ready.block))
            ready = await asyncio.to_thread(look_at, ready, self._job.collection)
        counts, refused = await self._writer.write(connection, ready.rows, copied=ready.copied, carefully=carefully)
        all_refused = [*ready.checked.refused, *refused]
        await self._job.letters.bury(connection, ready.block, all_refused)
        return replace(counts, dead=len(all_refused))

    async def _is_there(self, connection: Connection, hashed: Hashed) -> bool:
        if hashed.block.faults:
            return False
        return await self._writer.has_all(connection, hashed.block.ids, hashed.hashes)

    async def _save(self, connection: Connection, moved: Part) -> None:
        collection = str(self._job.collection.embeddings)
        changes = collection if _has_changed(self._part, moved) else None
        await move_part(connection, self._lane.stream, self._part, moved, changes=changes, may_be_lost=True)

    async def _end(self) -> None:
        """Note that the part is done, and with the last one that the pass is loaded."""
        if self._part.counts.read != self._lane.rows:
            raise RunnerError(
                f"the sums of {self._lane.stream} do not agree: {self._part.counts.read} rows were read of "
                f"{self._lane.rows} ({self._part.counts}); delete its rows of stream_checkpoint to begin anew"
            )
        ended = replace(self._part, done=True)
        async with self._job.request.transaction() as connection:
            await move_part(connection, self._lane.stream, self._part, ended, may_be_lost=False)
            await self._end_pass(connection)
        self._part = ended

    async def _end_pass(self, connection: Connection) -> None:
        _, current = await find_pass(connection, self._job.wanted)
        assert current is not None, "it was there when this walk began"
        if await count_done_parts(connection, self._job.wanted) == current.parts:
            await save_pass(connection, self._job.wanted.stream, replace(current, stage=Stage.LOADED))


def look_at(hashed: Hashed, collection: Collection) -> Ready:
    """Check a block and encode what is good of it. Takes a while: call it in a thread."""
    checked = check(hashed.block, half=collection.is_half)
    return Ready(hashed.block, checked, encode(hashed.block, checked, hashed.hashes))


def _hashed(block: Block, collection: Collection) -> Hashed:
    return Hashed(block, hash_rows(block, half=collection.is_half, model=collection.shape.model or ""))


async def take_letters(job: Job) -> None:
    """Load again what people have sent on for another try; before the stream, whose newer rows win."""
    if job.collection.changes_shape:
        return
    writer = RowWriter(job.collection, into=job.collection.embeddings)
    while await _take_some(job, writer):
        continue


async def _take_some(job: Job, writer: RowWriter) -> bool:
    shape = job.collection.shape
    async with job.request.transaction() as connection:
        letters = await job.letters.take(connection, most=job.params.chunk.most)
        if not letters:
            return False
        block = block_of(letters, dimensions=shape.dimensions, model=shape.model or "")
        ready = await asyncio.to_thread(look_at, _hashed(block, job.collection), job.collection)
        counts, refused = await writer.write(connection, ready.rows)
        await job.letters.settle(connection, numbered(letters, [*ready.checked.refused, *refused]))
        if counts.inserted or counts.updated:
            await connection.execute("select note_change(%s)", (str(job.collection.embeddings),))
    return True


def _is_unchanged(before: Part, after: Part) -> bool:
    """Say whether all rows between the two were there already: neither a table nor a dead letter was written."""
    return after.counts.read - before.counts.read == after.counts.unchanged - before.counts.unchanged


def _has_changed(before: Part, after: Part) -> bool:
    """Say whether rows were written between the two."""
    written = before.counts.inserted + before.counts.updated
    return after.counts.inserted + after.counts.updated > written
