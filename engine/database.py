"""Connections, and the SQL files. Knows how to reach PostgreSQL; knows nothing of steps."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeAlias

from psycopg import AsyncConnection, AsyncCursor
from psycopg.conninfo import make_conninfo
from psycopg_pool import AsyncConnectionPool

Connection: TypeAlias = AsyncConnection[tuple[Any, ...]]


@cache
def sql(name: str) -> str:
    """Return ``engine/sql/<name>.sql`` with its ``:name`` parameters in psycopg's notation."""
    text = (files("engine") / "sql" / f"{name}.sql").read_text("utf-8")
    body = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    return re.sub(r"(?<![:\w]):([a-z_]+)", r"%(\1)s", body.replace("%", "%%"))


def schema_sql() -> str:
    """Return ``schema.sql``: beside this package in a wheel, at the top of a checkout."""
    packaged = Path(__file__).with_name("schema.sql")
    path = packaged if packaged.exists() else Path(__file__).parents[1] / "schema.sql"
    return path.read_text("utf-8")


_TURN_SETTINGS = "; ".join(
    [
        "set plan_cache_mode = force_generic_plan",
        "set enable_seqscan = off",
        "set enable_hashjoin = off",
        "set enable_mergejoin = off",
        "set random_page_cost = 0.1",
        "set cpu_tuple_cost = 1",
        "set cpu_index_tuple_cost = 1",
        "set jit = off",
    ]
)


class TurnConnection(AsyncConnection[tuple[Any, ...]]):
    """A connection whose pipeline sends nothing before an answer is asked for.

    psycopg sends each statement of a pipeline by itself, and every send wakes the server: for the eight statements of a
    turn that cost more than the server's own work. Here they wait in libpq's buffer and travel together.
    """

    async def execute(self, query: Any, params: Any = None, **options: Any) -> AsyncCursor[tuple[Any, ...]]:
        if self._pipeline is None:
            return await super().execute(query, params, **options)
        cursor = self.cursor()
        sending = cursor._execute_gen(query, params)  # noqa: SLF001  (psycopg has no public way to queue a statement)
        next(sending, None)
        sending.close()
        commands = self._pipeline.command_queue
        while commands:
            commands.popleft()()
        return cursor


class Database:
    """The engine's own connections to one database: a pool, and single connections for the services that keep one."""

    def __init__(self, url: str, *, application: str = "batchdag", pool_size: int = 10) -> None:
        self.url = make_conninfo(url, application_name=application)
        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            self.url, min_size=0, max_size=pool_size, open=False, check=AsyncConnectionPool.check_connection, timeout=60
        )

    async def open(self) -> None:
        await self._pool.open()

    async def close(self) -> None:
        await self._pool.close()

    async def connect(self) -> Connection:
        """Open a connection of one's own, in autocommit mode: for LISTEN and for the turn.

        Its plans are made once and for any values: planning a turn anew each time costs several times its execution.
        They must suit a table that was empty when they were made, so they go by index: every statement of a turn names
        its rows by key.
        """
        connection = await TurnConnection.connect(self.url, autocommit=True, prepare_threshold=0)
        await connection.execute(_TURN_SETTINGS, prepare=False)
        return connection

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """Lend a pooled connection for one transaction: committed on a normal exit, rolled back otherwise."""
        async with self._pool.connection() as connection, connection.transaction():
            yield connection
