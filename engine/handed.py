"""What a runner is handed: fenced transactions, item streams, progress.

Everything here belongs to one attempt. A transaction commits only if the step is still running that attempt for this
worker; the row lock of that check is taken last, so that it never blocks the renewal of the lease for long.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from psycopg.types.json import Jsonb

from engine.database import Connection, Database, sql
from engine.inputs import InputResolver
from runners.base import Item, ItemRange, LostLease, Relation


@dataclass(frozen=True, slots=True)
class Fence:
    """Who holds which attempt of which step."""

    step_id: int
    attempt: int
    snoozes: int
    worker: str

    def binds(self) -> dict[str, object]:
        return {"id": self.step_id, "attempt": self.attempt, "snoozes": self.snoozes, "worker": self.worker}


class StepHandle:
    """Implements ``runners.base.Handed`` for one attempt."""

    def __init__(self, database: Database, fence: Fence, inputs: InputResolver) -> None:
        self._database = database
        self._fence = fence
        self._inputs = inputs

    async def items(self) -> Relation:
        return await self._inputs.items()

    async def relations(self, *, named_in: str) -> Mapping[str, Relation]:
        return await self._inputs.relations(named_in=named_in)

    async def progress(self, *, done: int, total: int | None) -> None:
        async with self._database.transaction() as connection:
            await save_progress(connection, self._fence, done=done, failed=0, total=total)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        async with self._database.transaction() as connection:
            await self._check(connection, "check_fence")
            yield connection
            await self._check(connection, "lock_fence")

    async def _check(self, connection: Connection, statement: str) -> None:
        cursor = await connection.execute(sql(statement), self._fence.binds())
        if await cursor.fetchone() is None:
            raise lost(self._fence)

    async def read(self, relation: Relation, *, chunk: int, after: tuple[int, int] | None) -> AsyncIterator[list[Item]]:
        for part in _behind(relation.ranges, after):
            last = part.last if part.last is not None else await self._end(part.step_id)
            for first in range(part.first, last, chunk):
                if items := await self._window(part.step_id, first, min(first + chunk, last)):
                    yield items

    async def _end(self, step_id: int) -> int:
        async with self._database.transaction() as connection:
            row = await (await connection.execute(sql("end_of_items"), {"step_id": step_id})).fetchone()
        return int(row[0]) if row else 0

    async def _window(self, step_id: int, first: int, last: int) -> list[Item]:
        async with self._database.transaction() as connection:
            cursor = await connection.execute(sql("read_items"), {"step_id": step_id, "first": first, "last": last})
            return [Item(step_id, seq, payload) for seq, payload in await cursor.fetchall()]


def _behind(ranges: Sequence[ItemRange], after: tuple[int, int] | None) -> Sequence[ItemRange]:
    """Return what is left of the ranges behind the item ``(step_id, seq)``."""
    if after is None:
        return ranges
    step_id, seq = after
    position = [part.step_id for part in ranges].index(step_id)
    current = ranges[position]
    rest = ItemRange(step_id, max(current.first, seq + 1), current.last)
    return [rest, *ranges[position + 1 :]]


async def save_progress(connection: Connection, fence: Fence, *, done: int, failed: int, total: int | None) -> None:
    """Write what people see, and by the same statement make sure that the attempt is still ours."""
    progress = {"done": done, "failed": failed, "total": total}
    cursor = await connection.execute(sql("save_progress"), fence.binds() | {"progress": Jsonb(progress)})
    if await cursor.fetchone() is None:
        raise lost(fence)


def lost(fence: Fence) -> LostLease:
    return LostLease(f"step {fence.step_id} attempt {fence.attempt} is no longer held by {fence.worker}")
