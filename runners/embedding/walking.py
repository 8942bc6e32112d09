"""Walks one part of a pass: chunk by chunk, each with its dead letters and the checkpoint in one transaction.

Decides what is committed together. So a walk that was killed goes on behind the last chunk that counts, and no chunk
counts twice.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, replace

import psycopg

from runners.base import BadData, Connection, RunnerError
from runners.embedding.ahead import ahead
from runners.embedding.blocks import Block, regrouped
from runners.embedding.checking import Checked, check
from runners.embedding.encoding import Rows, encode
from runners.embedding.job import Job
from runners.embedding.letters import block_of, numbered
from runners.embedding.pace import ChunkPace
from runners.embedding.passes import Part, Stage, count_done_parts, find_pass, lock_part, save_part, save_pass
from runners.embedding.writing import RowWriter
from runners.loading.job import Meter
from runners.loading.refusals import is_about_a_row
from runners.loading.writing import Counts


@dataclass(frozen=True, slots=True)
class Ready:
    """A block that was looked at and encoded."""

    block: Block
    checked: Checked
    rows: Rows
    copied: bytes | None = None
    """The rows as PostgreSQL copies them in; only if the rows before were new, and so these probably are."""


class Walker:
    """Walks one part."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._writer = job.writer
        self._letters = job.letters
        self._pace = ChunkPace(job.params.chunk)
        self._expects_new = True
        self._meter = Meter(job.request, total=job.rows)

    async def walk(self) -> Part:
        """Go from the checkpoint to the end of the part; return where it ends.

        Raises:
            BadData: more rows were refused than are tolerated; the others, and the checkpoint, are kept.
        """
        part = self._job.part
        if part.done:
            return part
        await self._take_letters()
        blocks = self._job.source.blocks(self._job.description, self._job.span, after=part.at)
        groups = regrouped(blocks, rows=lambda block: self._pace.size(block.row_bytes))
        async with aclosing(ahead(self._ready(groups))) as coming:
            async for ready in coming:
                began = time.monotonic()
                part = await self._write(part, ready)
                self._pace.took(time.monotonic() - began)
                await self._meter.show(part.counts)
                self._check_tolerated(part.counts)
        return await self._end(part)

    async def _ready(self, groups: AsyncIterator[Block]) -> AsyncIterator[Ready]:
        async for block in groups:
            yield await asyncio.to_thread(self._looked_at, block)

    def _looked_at(self, block: Block) -> Ready:
        shape, is_half = self._job.collection.shape, self._job.collection.is_half
        checked = check(block, half=is_half)
        rows = encode(block, checked, half=is_half, model=shape.model or "")
        return Ready(block, checked, rows, self._writer.data_for_copy(rows) if self._expects_new else None)

    async def _write(self, part: Part, ready: Ready) -> Part:
        try:
            return await self._write_once(part, ready, carefully=False)
        except psycopg.Error as error:
            if not is_about_a_row(error):
                raise
        return await self._write_once(part, ready, carefully=True)

    async def _write_once(self, part: Part, ready: Ready, *, carefully: bool) -> Part:
        async with self._job.request.transaction() as connection:
            await lock_part(connection, self._job.wanted, part, may_be_lost=True)
            counts, refused = await self._writer.write(connection, ready.rows, copied=ready.copied, carefully=carefully)
            self._expects_new = counts.inserted > 0
            all_refused = [*ready.checked.refused, *refused]
            await self._letters.bury(connection, ready.block, all_refused)
            counts = replace(counts, dead=len(all_refused))
            moved = replace(part, at=ready.block.places[-1], counts=part.counts + counts)
            await save_part(connection, self._job.wanted, moved)
            await self._note_change(connection, counts)
        return moved

    async def _note_change(self, connection: Connection, counts: Counts) -> None:
        # Last: the row of the collection is locked until the commit, and other walkers wait for it.
        if counts.inserted or counts.updated:
            await note_change(connection, self._job)

    def _check_tolerated(self, counts: Counts) -> None:
        tolerate = self._job.params.tolerate
        if tolerate is None:
            return
        tolerated = max(tolerate.count, int(self._job.rows * tolerate.percent / 100))
        if counts.dead > tolerated:
            raise BadData(
                f"{counts.dead} rows were refused, tolerated are {tolerated} of {self._job.rows}; they are in "
                f"dead_letter with source '{self._job.wanted.stream}' and their reasons. Mend the source, or raise "
                "tolerate, then retry the instance: it goes on behind them"
            )

    async def _take_letters(self) -> None:
        """Load again what people have sent on for another try; before the stream, whose newer rows win."""
        if self._job.collection.changes_shape:
            return
        writer = RowWriter(self._job.collection, into=self._job.collection.embeddings)
        while await self._take_some(writer):
            continue

    async def _take_some(self, writer: RowWriter) -> bool:
        shape = self._job.collection.shape
        async with self._job.request.transaction() as connection:
            letters = await self._letters.take(connection, most=self._job.params.chunk.most)
            if not letters:
                return False
            block = block_of(letters, dimensions=shape.dimensions, model=shape.model or "")
            ready = await asyncio.to_thread(self._looked_at, block)
            counts, refused = await writer.write(connection, ready.rows)
            await self._letters.settle(connection, numbered(letters, [*ready.checked.refused, *refused]))
            await self._note_change(connection, counts)
        return True

    async def _end(self, part: Part) -> Part:
        """Note that the part is done, and with the last one that the pass is loaded."""
        if part.counts.read != self._job.rows:
            raise RunnerError(
                f"the sums of {self._job.wanted.part_stream} do not agree: {part.counts.read} rows were read of "
                f"{self._job.rows} ({part.counts}); delete its rows of stream_checkpoint to load it from the beginning"
            )
        ended = replace(part, done=True)
        async with self._job.request.transaction() as connection:
            await lock_part(connection, self._job.wanted, part)
            await save_part(connection, self._job.wanted, ended)
            await self._end_pass(connection)
        return ended

    async def _end_pass(self, connection: Connection) -> None:
        _, current = await find_pass(connection, self._job.wanted)
        assert current is not None, "it was there when this walk began"
        if await count_done_parts(connection, self._job.wanted) == current.parts:
            await save_pass(connection, self._job.wanted.stream, replace(current, stage=Stage.LOADED))


async def note_change(connection: Connection, job: Job) -> None:
    """Make the next generation of the collection: readers forget what they have kept of it."""
    await connection.execute("select note_change(%s)", (str(job.collection.embeddings),))
