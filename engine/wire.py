"""A connection for turns: statements are queued, travel together, and are answered together.

psycopg's own pipeline sends each statement by itself, and waits for its socket in a new way each time; for the few
statements of a turn that costs more than the server's work. Here they wait in libpq's buffer, by the wrapper of libpq
that psycopg documents as ``psycopg.pq``. Knows libpq and the text form of values; knows nothing of steps.
"""

import asyncio
import json
import re
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, NamedTuple

import psycopg
from psycopg import AsyncConnection, pq
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.types.json import Jsonb

_BIND = re.compile(r"%\((\w+)\)s")

Row = tuple[Any, ...]


class Prepared(NamedTuple):
    """A statement that the connection has prepared, and the order of its parameters."""

    name: bytes
    order: tuple[str, ...]


class Answer:
    """What a queued statement will have answered; asking for it sends the queue."""

    __slots__ = ("_wire", "result")

    def __init__(self, wire: "Wire") -> None:
        self._wire = wire
        self.result: pq.abc.PGresult | None = None

    async def fetchall(self) -> list[Row]:
        if self.result is None:
            await self._wire.sync()
        return self._wire.rows(self.result)

    async def fetchone(self) -> Row | None:
        rows = await self.fetchall()
        return rows[0] if rows else None


class Wire:
    """A connection in autocommit, used by one task at a time and by nobody else.

    Any error closes it, and so rolls back: what of the queue was prepared by then is not worth knowing.
    """

    def __init__(self, connection: AsyncConnection[Row]) -> None:
        self._connection = connection
        self._libpq = connection.pgconn
        self._transformer = Transformer.from_context(connection)
        self._prepared: dict[str, Prepared] = {}
        self._queue: deque[Answer] = deque()
        self._error: psycopg.Error | None = None
        self._synced: asyncio.Future[None] | None = None
        self._libpq.nonblocking = 1
        self._libpq.enter_pipeline_mode()
        self._socket = self._libpq.socket
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._socket, self._read)
        self._is_watched = True

    @property
    def closed(self) -> bool:
        return self._connection.closed

    async def execute(self, query: str, binds: Mapping[str, Any] | None = None) -> Answer:
        """Queue a statement; nothing is sent before an answer is asked for, or ``sync`` is called."""
        prepared = self._prepared.get(query) or self._prepare(query)
        values = [as_text(binds[name]) for name in prepared.order] if binds else None
        self._libpq.send_query_prepared(prepared.name, values)
        return self._expect()

    async def sync(self) -> None:
        """Send the queue and wait until everything is answered; raises the first error."""
        self._synced = self._loop.create_future()
        try:
            self._libpq.pipeline_sync()
            self._flush()
            await self._synced
        except BaseException:
            await self.close()
            raise

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """Queue BEGIN, and COMMIT at the end; an error on the way leaves it unsent, and nothing is kept."""
        try:
            await self.execute("begin")
            yield
            await self.execute("commit")
            await self.sync()
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        self._part()

    def rows(self, result: pq.abc.PGresult | None) -> list[Row]:
        """Return what a statement answered as Python values."""
        if result is None:
            return []
        self._transformer.set_pgresult(result)
        return self._transformer.load_rows(0, result.ntuples, tuple)

    def _prepare(self, query: str) -> Prepared:
        order = tuple(dict.fromkeys(_BIND.findall(query)))
        text = _BIND.sub(lambda found: f"${order.index(found[1]) + 1}", query).replace("%%", "%")
        prepared = self._prepared[query] = Prepared(f"s{len(self._prepared)}".encode(), order)
        self._libpq.send_prepare(prepared.name, text.encode())
        self._expect()
        return prepared

    def _expect(self) -> Answer:
        answer = Answer(self)
        self._queue.append(answer)
        return answer

    def _flush(self) -> None:
        if self._libpq.flush():
            self._loop.add_writer(self._socket, self._flush_more)

    def _flush_more(self) -> None:
        self._loop.remove_writer(self._socket)
        self._guarded(self._flush)

    def _read(self) -> None:
        self._guarded(self._take_results)

    def _guarded(self, action: Callable[[], None]) -> None:
        try:
            action()
        except psycopg.Error as error:
            self._part()
            self._settle(error)

    def _part(self) -> None:
        """Give up the connection, and its socket's number only once: by the next time it may be another one's."""
        if self._is_watched:
            self._is_watched = False
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)
        self._libpq.finish()

    def _take_results(self) -> None:
        self._libpq.consume_input()
        while not self._libpq.is_busy():
            result = self._libpq.get_result()
            if result is not None:
                self._take(result)
            elif self._queue and self._queue[0].result is not None:
                self._queue.popleft()
            else:
                return

    def _take(self, result: pq.abc.PGresult) -> None:
        match result.status:
            case pq.ExecStatus.PIPELINE_SYNC:
                self._settle(self._error)
            case pq.ExecStatus.FATAL_ERROR:
                self._error = self._error or error_from_result(result)
                self._queue[0].result = result
            case _:
                self._queue[0].result = result

    def _settle(self, error: psycopg.Error | None) -> None:
        if self._synced is None or self._synced.done():
            return
        if error is None:
            self._synced.set_result(None)
        else:
            self._synced.set_exception(error)


def as_text(value: Any) -> bytes | None:
    """Return a parameter as PostgreSQL reads it in text; its type is for the statement to say."""
    return None if value is None else _text(value).encode()


def _text(value: Any) -> str:
    match value:
        case str():
            return value
        case list():
            return "{" + ",".join([_element(inner) for inner in value]) + "}"
        case timedelta():
            return f"{value.total_seconds():.6f} seconds"
        case Jsonb():
            return json.dumps(value.obj)
        case _:
            return str(value)


def _element(value: str | float | None) -> str:
    """Return one element of an array; a text is quoted, so that it may hold commas, braces and the word NULL."""
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value)
