"""Writes parts into the table; a part that the table refuses is cut in halves until the bad rows stand alone.

Decides what counts as inserted, updated, unchanged or refused. Commits nothing: the caller owns the transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import psycopg
from psycopg import AsyncRawCursor, sql

from runners.base import Connection
from runners.loading.invalid import around_invalid
from runners.loading.parts import Part, halves
from runners.loading.refusals import LeftOutError, Refused, is_about_a_row, refusal
from runners.loading.statements import Statements
from runners.loading.target import Target

_LEFT_OUT = "a trigger of the table left the row out without an error"
_NULL_KEY = "a key column is null, so that an upsert could never find the row again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What became of the items. ``superseded``: a later item of the same chunk had the same key."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    superseded: int = 0
    dead: int = 0

    @property
    def loaded(self) -> int:
        """Items that the table has taken in."""
        return self.inserted + self.updated + self.unchanged + self.superseded

    @property
    def read(self) -> int:
        return self.loaded + self.dead

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(Counts)})


NOTHING = Counts()


class _Tally:
    """What a transaction has written and what the table has refused so far."""

    def __init__(self, stop_at: int) -> None:
        self.counts = NOTHING
        self.refused: list[Refused] = []
        self._stop_at = stop_at

    @property
    def is_full(self) -> bool:
        return len(self.refused) >= self._stop_at


class PartWriter:
    """Writes parts with one set of statements."""

    def __init__(self, target: Target, statements: Statements, *, upsert: bool) -> None:
        self._target = target
        self.statements = statements
        self._upsert = upsert

    async def check_at_once(self, connection: Connection) -> None:
        """Have the table's deferrable constraints checked by each statement: at commit it is too late to name a row."""
        if self._target.deferrable:
            names = sql.SQL(", ").join(sql.Identifier(*name) for name in self._target.deferrable)
            await connection.execute(sql.SQL("set constraints {} immediate").format(names))

    async def write(
        self, connection: Connection, parts: Sequence[Part], *, stop_at: int
    ) -> tuple[Counts, list[Refused]]:
        """Write the parts in order; stop when ``stop_at`` rows were refused, for then the caller gives up anyway."""
        tally = _Tally(stop_at)
        for part in parts:
            await self._write_part(connection, part, tally)
        refused = tally.refused[:stop_at]
        return tally.counts + Counts(dead=len(refused)), refused

    async def _write_part(self, connection: Connection, part: Part, tally: "_Tally") -> None:
        if tally.is_full or (error := await self._try(connection, part, tally)) is None:
            return
        pieces = [part]
        if isinstance(error, psycopg.DataError):
            pieces, refused = await around_invalid(connection, part, self.statements.assignments)
            tally.refused.extend(refused)
        for piece in pieces:
            await self._settle(connection, piece, tally, known_bad=piece == part)

    async def _settle(self, connection: Connection, part: Part, tally: "_Tally", *, known_bad: bool = False) -> bool:
        """Write a part, or what is good of it; return whether it was refused as a whole."""
        if tally.is_full:
            return False
        # A part that was tried already, or the rest of one whose left half was good, is not tried before it is cut.
        if part.count == 1 or not known_bad:
            error = await self._try(connection, part, tally)
            if error is None:
                return False
            if part.count == 1:
                tally.refused.append(refusal(part, error))
                return True
        left, right = await halves(connection, part)
        left_is_bad = await self._settle(connection, left, tally)
        await self._settle(connection, right, tally, known_bad=not left_is_bad)
        return True

    async def _try(self, connection: Connection, part: Part, tally: "_Tally") -> Exception | None:
        """Write a part; return the error if it is about a row."""
        try:
            tally.counts += await self._in_savepoint(connection, part)
        except (psycopg.Error, LeftOutError) as error:
            if not is_about_a_row(error):
                raise
            return error
        return None

    async def _in_savepoint(self, connection: Connection, part: Part) -> Counts:
        async with connection.transaction():
            if self._upsert:
                return await self._upserted(connection, part)
            return await self._inserted(connection, part)

    async def _inserted(self, connection: Connection, part: Part) -> Counts:
        cursor = await _execute(connection, self.statements.insert, part)
        if cursor.rowcount != part.count:
            raise LeftOutError(_LEFT_OUT)
        return Counts(inserted=part.count)

    async def _upserted(self, connection: Connection, part: Part) -> Counts:
        cursor = await _execute(connection, self.statements.upsert, part)
        distinct, known, null_keys, written = await cursor.fetchone() or (0, 0, 0, 0)
        if null_keys:
            raise LeftOutError(_NULL_KEY)
        if self._target.has_insert_trigger and written != distinct:
            raise LeftOutError(_LEFT_OUT)
        # ``known`` is as of the statement's start; what somebody else inserted meanwhile counts as inserted here.
        inserted = min(distinct - known, written)
        return Counts(
            inserted=inserted,
            updated=written - inserted,
            unchanged=distinct - written,
            superseded=part.count - distinct,
        )


async def _execute(connection: Connection, statement: bytes, part: Part) -> AsyncRawCursor[Any]:
    # A raw cursor numbers its parameters, so a per cent sign in a column's name is just a character.
    cursor: AsyncRawCursor[Any] = AsyncRawCursor(connection)
    return await cursor.execute(statement, (part.step_id, part.first, part.last))
