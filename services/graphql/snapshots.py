"""Reads rows and the generations of the collections that they are of, in one snapshot. Changes nothing; is bounded."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

from psycopg import sql
from psycopg.rows import dict_row

from engine.database import Connection, Database
from runners.base import Json
from services.cache.generations import NEVER_CHANGED, Stamp
from services.cache.keeper import read_generations

Row: TypeAlias = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The database as it was at one moment; ``stamp`` are the generations of the collections that were named."""

    connection: Connection
    stamp: Stamp

    async def rows(self, statement: sql.Composed | sql.SQL, binds: Mapping[str, Any]) -> list[Row]:
        """Return rows by column name. Planned for these values: which index is right depends on them."""
        async with self.connection.cursor(row_factory=dict_row) as cursor:
            return await (await cursor.execute(statement, binds, prepare=False)).fetchall()

    async def set(self, **settings: str) -> None:
        """Change settings until the snapshot ends, such as ``hnsw__ef_search="100"``."""
        calls = sql.SQL(", ").join(sql.SQL("set_config(%s, %s, true)") for _ in settings)
        binds = [word for name, value in settings.items() for word in (name.replace("__", "."), value)]
        await self.connection.execute(sql.SQL("select {}").format(calls), binds)


class Snapshots:
    """Where snapshots are taken from; no statement may take longer than ``seconds``."""

    def __init__(self, database: Database, *, seconds: float) -> None:
        self._database = database
        self._timeout = str(round(seconds * 1000))

    @asynccontextmanager
    async def taken(self, collections: Sequence[str], **settings: str) -> AsyncIterator[Snapshot]:
        """Take one until the block ends."""
        async with self._database.transaction() as connection:
            await connection.execute("set transaction isolation level repeatable read, read only")
            snapshot = Snapshot(connection, ())
            await snapshot.set(statement_timeout=self._timeout, **settings)
            seen = await read_generations(connection, collections)
            yield Snapshot(connection, tuple(seen.get(collection, NEVER_CHANGED) for collection in collections))
