"""Connections, and the SQL files. Knows how to reach PostgreSQL; knows nothing of steps."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any, LiteralString, Protocol, TypeAlias

from psycopg import AsyncConnection, OperationalError
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg_pool import AsyncConnectionPool

from engine.addresses import DatabaseUnreachable
from engine.wire import Wire
from runners.sql_files import read_sql

Connection: TypeAlias = AsyncConnection[tuple[Any, ...]]


class Rows(Protocol):
    """What a statement answers, once it is asked for."""

    async def fetchall(self) -> list[tuple[Any, ...]]: ...

    async def fetchone(self) -> tuple[Any, ...] | None: ...


class Session(Protocol):
    """Where statements are sent: a psycopg connection, or a turn's wire."""

    async def execute(self, query: str, params: Mapping[str, Any], /) -> Rows: ...


def sql(name: str) -> str:
    """Return ``engine/sql/<name>.sql`` with its ``:name`` parameters in psycopg's notation."""
    return read_sql("engine", name)


_WATCHFUL = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
"""What makes a connection notice within 15 to 25 s that its server, or the network, is gone without a word.

By default it takes minutes where something has been sent and hours where not. A URL that names one keeps its own.
"""

_AS_THE_ENGINE = "set idle_in_transaction_session_timeout = '10s'; set batchdag.engine = 'on'"
"""A process that freezes, or is cut off, in a transaction of the engine keeps its locks from others for no longer.

``batchdag.engine`` lets a session move states, which schema.sql refuses to people.
"""

_RECONNECT = 3.0
"""Seconds after which the pool begins to look for the server anew: its own pauses double, up to minutes."""

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
        # A process that is frozen inside a turn holds its instances; nobody could rescue them until it wakes.
        "set idle_in_transaction_session_timeout = '10s'",
    ]
)


class Database:
    """The engine's own connections to one database: a pool, and single connections for the services that keep one."""

    def __init__(
        self,
        url: str,
        *,
        application: str = "batchdag",
        pool_size: int = 10,
        statement_timeout: timedelta | None = None,
    ) -> None:
        """Make a pool that is opened later; no statement on its connections takes longer than ``statement_timeout``."""
        self.url = make_conninfo(url, **_unless_in(url, _WATCHFUL), application_name=application)
        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            self.url,
            min_size=0,
            max_size=pool_size,
            open=False,
            configure=partial(_configure, statement_timeout=statement_timeout),
            check=AsyncConnectionPool.check_connection,
            reset=_nothing_to_reset,
            timeout=60,
            reconnect_timeout=_RECONNECT,
            reconnect_failed=AsyncConnectionPool.check,
        )

    async def open(self) -> None:
        await self._pool.open()

    async def close(self) -> None:
        await self._pool.close()

    async def reach(self) -> Connection:
        """Open the first connection of one's own: at once or not at all, while the pool would try for a minute.

        Raises:
            DatabaseUnreachable: the server does not answer, or does not let us in.
        """
        try:
            return await self.connect()
        except OperationalError as error:
            raise DatabaseUnreachable(self.url, error) from error

    async def connect(self) -> Connection:
        """Open a connection of one's own, in autocommit mode: for LISTEN, for leases."""
        connection = await AsyncConnection.connect(self.url, autocommit=True, prepare_threshold=0)
        return await _set_up(connection, _AS_THE_ENGINE)

    async def connect_turns(self) -> Wire:
        """Open a connection for turns.

        Its plans are made once and for any values: planning a turn anew each time costs several times its execution.
        They must suit a table that was empty when they were made, so they go by index: every statement of a turn names
        its rows by key.
        """
        return Wire(await _set_up(await self.connect(), _TURN_SETTINGS))

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """Lend a pooled connection for one transaction: committed on a normal exit, rolled back otherwise."""
        async with self._pool.connection() as connection, connection.transaction():
            yield connection


async def _nothing_to_reset(_returned: Connection) -> None:
    """Make a task of the pool's own take a connection back, and not the task that returns it.

    That one may be cancelled meanwhile, by a lost lease: the connection was then nobody's for good, and who had just
    asked for it waited for a minute.
    """


async def _set_up(connection: Connection, statement: LiteralString) -> Connection:
    """Run what a fresh connection needs; one that cannot be set up, or that nobody waits for any more, is closed."""
    try:
        await connection.execute(statement, prepare=False)
    except BaseException:
        await connection.close()
        raise
    return connection


def _unless_in(url: str, defaults: Mapping[str, int]) -> Mapping[str, int]:
    named = conninfo_to_dict(url)
    return {name: value for name, value in defaults.items() if name not in named}


async def _configure(connection: Connection, *, statement_timeout: timedelta | None) -> None:
    await connection.set_autocommit(True)
    await connection.execute(_AS_THE_ENGINE, prepare=False)
    if statement_timeout is not None:
        milliseconds = round(statement_timeout / timedelta(milliseconds=1))
        await connection.execute(f"set statement_timeout = {milliseconds}", prepare=False)
    await connection.set_autocommit(False)
