"""What the tests of the load runner share: data, queries, and a request that something happens to."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg

from runners.base import Handed, Json, RunnerSettings
from runners.load import Load
from tests.requests import Bench, result_of

PEOPLE = [{"id": 1, "name": "Ada"}, {"id": 2, "name": "Bob"}, {"id": 3, "name": "Cy"}]
COLUMNS = {"id": "bigint", "name": "text"}


def rows(
    connection: psycopg.Connection, query: str = "select id, name from people order by id"
) -> list[tuple[Any, ...]]:
    return connection.execute(query).fetchall()


def reasons(connection: psycopg.Connection) -> list[tuple[Any, str]]:
    return connection.execute("select payload, reason from dead_letter order by id").fetchall()


async def load(bench: Bench, *, settings: RunnerSettings | None = None, **params: Any) -> Mapping[str, Json]:
    return result_of(await Load().run(await bench.request(Load(), settings=settings, **params)))


async def set_up_numbers(bench: Bench, count: int, *, broken: Sequence[int] = ()) -> None:
    items = [{"id": "x" if n in broken else n, "name": f"n{n}"} for n in range(count)]
    await bench.set_up(items=items, columns=COLUMNS)


@dataclass
class Watched:
    """The engine's side of a request, with something of the test's own happening around it."""

    inner: Handed
    transactions: int = 1_000
    on_progress: Any = None
    opened: int = field(default=0, init=False)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    async def progress(self, *, done: int, total: int | None) -> None:
        if self.on_progress is not None:
            self.on_progress()
        await self.inner.progress(done=done, total=total)

    def transaction(self) -> AbstractAsyncContextManager[Any]:
        return self._transaction()

    @asynccontextmanager
    async def _transaction(self) -> Any:
        self.opened += 1
        async with self.inner.transaction() as connection:
            yield connection
            if self.opened > self.transactions:
                raise asyncio.CancelledError
