"""Writes rows into both tables: metadata first, then vectors. What they refuse is cut in halves until it stands alone.

Decides what counts as inserted, updated, unchanged or refused. Commits nothing: the caller owns the transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import AsyncRawCursor, errors, sql

from runners.base import Connection
from runners.embedding.checking import Refused
from runners.embedding.encoding import CopyData, Rows, copied_things, copied_vectors, json_data
from runners.embedding.statements import Statements, build_statements
from runners.embedding.tables import Collection
from runners.loading.refusals import is_about_a_row, reason_of
from runners.loading.target import TableName
from runners.loading.writing import Counts


@dataclass(slots=True)
class _Tally:
    """What a transaction has written so far, and what the tables have refused."""

    inserted: int = 0
    updated: int = 0
    refused: list[Refused] = field(default_factory=list)
    is_staged: bool = False
    """Rows of an earlier piece are in the staging table."""


class RowWriter:
    """Writes into one collection; ``into`` is its table of vectors, or the shadow that will take its place."""

    def __init__(self, collection: Collection, *, into: TableName, was_empty: bool = False) -> None:
        """``was_empty``: nobody has to look whether rows are there; one that is there after all is an error."""
        self._was_empty = was_empty
        self._model, self._is_half = collection.shape.model or "", collection.is_half
        self._statements: Statements = build_statements(collection, into=into)
        self._copies_things = was_empty and collection.takes_copy and self._statements.copy_things is not None

    async def write(
        self, connection: Connection, rows: Rows, *, copied: CopyData | None = None, carefully: bool = True
    ) -> tuple[Counts, list[Refused]]:
        """Write what is not there already with the same content; return what became of all rows, and those refused.

        ``copied`` is what ``data_for_copy`` gives for these rows. Not carefully: without savepoints, which saves time;
        the first row that a table refuses is then an error, and the transaction can only be undone.
        """
        known = {} if self._was_empty and not carefully else await self._known(connection, rows.ids)
        changed = rows.take([row for row, text in enumerate(rows.ids) if known.get(text) != rows.hashes[row]])
        tally = _Tally()
        if len(changed) and carefully:
            await self._settle(connection, changed, tally, known=frozenset(known))
        elif len(changed):
            await self._write(connection, changed, tally, known=frozenset(known), copied=None if known else copied)
        counts = Counts(
            inserted=tally.inserted,
            updated=tally.updated,
            unchanged=len(rows) - len(changed),
            dead=len(tally.refused),
        )
        return counts, tally.refused

    async def has_all(self, connection: Connection, ids: Sequence[str], hashes: Sequence[bytes]) -> bool:
        """Say whether all these rows are there with the same content; a row that comes twice is none of them."""
        known = await self._known(connection, ids)
        return len(known) == len(ids) and all(known[key] == hashed for key, hashed in zip(ids, hashes, strict=True))

    def data_for_copy(self, rows: Rows) -> CopyData:
        """Return the rows as PostgreSQL copies them in; it takes a while, and may be done ahead, in a thread."""
        things = copied_things(rows) if self._copies_things else None
        return CopyData(vectors=self._vectors(rows), things=things)

    def _vectors(self, rows: Rows) -> bytes:
        return copied_vectors(rows, half=self._is_half, model=self._model)

    async def _known(self, connection: Connection, ids: Sequence[str]) -> dict[str, bytes]:
        cursor = await _raw(connection).execute(self._statements.known, (list(ids),), binary=True)
        return dict(await cursor.fetchall())

    async def _settle(self, connection: Connection, rows: Rows, tally: _Tally, *, known: frozenset[str]) -> None:
        """Write the rows, or what is good of them."""
        await self._prepare(connection, tally)
        try:
            async with connection.transaction():
                await self._write(connection, rows, tally, known=known)
        except errors.UniqueViolation as error:
            # Somebody may have inserted the same rows meanwhile: then they are there, and to be written over.
            if known.issuperset(rows.ids):
                await self._halve(connection, rows, tally, known=known, error=error)
            else:
                await self._settle(connection, rows, tally, known=known.union(rows.ids))
        except psycopg.Error as error:
            if not is_about_a_row(error):
                raise
            await self._halve(connection, rows, tally, known=known, error=error)

    async def _halve(
        self, connection: Connection, rows: Rows, tally: _Tally, *, known: frozenset[str], error: psycopg.Error
    ) -> None:
        if len(rows) == 1:
            tally.refused.append(Refused(rows.numbers[0], reason_of(error)))
            return
        middle = len(rows) // 2
        for half in (range(middle), range(middle, len(rows))):
            await self._settle(connection, rows.take(half), tally, known=known)

    async def _write(
        self,
        connection: Connection,
        rows: Rows,
        tally: _Tally,
        *,
        known: frozenset[str],
        copied: CopyData | None = None,
    ) -> None:
        new = rows.take([row for row, text in enumerate(rows.ids) if text not in known])
        old = rows.take([row for row, text in enumerate(rows.ids) if text in known])
        await self._write_things(connection, rows, copied.things if copied is not None else None)
        if len(new):
            data = copied.vectors if copied is not None else self._vectors(new)
            await self._copy(connection, self._statements.copy, data)
        if len(old):
            await self._prepare(connection, tally)
            await self._copy(connection, self._statements.stage, self._vectors(old))
            await connection.execute(self._statements.merge)
        tally.inserted += len(new)
        tally.updated += len(old)

    async def _write_things(self, connection: Connection, rows: Rows, copied: bytes | None) -> None:
        if copied is not None and self._statements.copy_things is not None:
            await self._copy(connection, self._statements.copy_things, copied)
        else:
            await _raw(connection).execute(self._statements.things, (json_data(rows),))

    async def _prepare(self, connection: Connection, tally: _Tally) -> None:
        """Make sure that the staging table is there, and empty."""
        if tally.is_staged:
            await connection.execute(self._statements.empty)
            return
        tally.is_staged = True
        cursor = await connection.execute("select to_regclass(%s) is null", (self._statements.staging,))
        if (await cursor.fetchone() or (True,))[0]:
            for statement in self._statements.prepare:
                await connection.execute(statement)

    async def _copy(self, connection: Connection, statement: sql.Composed, data: bytes) -> None:
        async with connection.cursor() as cursor, cursor.copy(statement) as copy:
            await copy.write(data)


def _raw(connection: Connection) -> AsyncRawCursor[Any]:
    # A raw cursor numbers its parameters, so a per cent sign in a column's name is just a character.
    return AsyncRawCursor(connection)
