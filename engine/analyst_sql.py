"""Runs SQL that analysts write: on a login role that can only read, through a cursor, inside a read-only transaction.

The role is the boundary; the rest (one prepared DECLARE, REPEATABLE READ READ ONLY) keeps honest mistakes out and
streams the rows. Values are bind parameters; nothing is pasted into the text but our own identifiers and numbers.
"""

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import psycopg
from psycopg import AsyncConnection, AsyncCursor, AsyncRawCursor, sql
from psycopg.types.json import Jsonb

from definitions.sql_text import is_bind, tokens
from engine.database import Database
from engine.database import sql as sql_file
from runners.base import Column, InvalidStep, Json, Relation, TransientFailure

_READ = re.compile(r'"(?P<quoted>[^"]+)"|(?P<plain>[A-Za-z_]\w*)')
_ROW = "_batchdag_row"
_PLAIN_TYPE = re.compile(r"^[a-z][a-z0-9_ ]*(\(\d+(,\d+)?\))?( (with|without) time zone)?(\[\])?$")


class ReaderMissing(InvalidStep):
    """No reader role is configured, and the engine never runs analysts' SQL with its own rights."""

    def __init__(self) -> None:
        super().__init__(
            "this step has SQL, but BATCHDAG_READER_URL is not set. Create the role that `batchdag init` describes "
            "(batchdag_reader), give it a password, and set BATCHDAG_READER_URL to its connection URL"
        )


class ReaderUnsafe(InvalidStep):
    """The configured reader could do more than read; then there would be no boundary."""

    def __init__(self, role: str, reason: str) -> None:
        super().__init__(
            f"BATCHDAG_READER_URL is no reader: {role} {reason}. Analysts' SQL has its rights, so it must only read,"
            " and only here: set it to the engine's database with the role batchdag_reader, as"
            " docs/howto/use-your-own-postgresql.md says"
        )


class ReaderSql:
    """Implements ``runners.base.AnalystSql`` on a reader URL; each query opens a fresh connection."""

    def __init__(self, reader_url: str | None, *, database: Database) -> None:
        self._reader_url = reader_url
        self._database = database
        self._is_safe = False

    @asynccontextmanager
    async def query(
        self, text: str, *, binds: Mapping[str, Json], relations: Mapping[str, Relation]
    ) -> AsyncIterator["ReaderCursor"]:
        statement = Statement(text, binds=binds, relations=relations)
        async with self._connected() as connection:
            with _translated(statement):
                cursor = await _open_cursor(connection, statement)
            yield cursor

    async def check(self) -> None:
        """Make sure that there is a reader that can do nothing but read.

        Raises:
            ReaderMissing: none is configured.
            ReaderUnsafe: it may do more, or is elsewhere.
            TransientFailure: it cannot be reached.
        """
        async with self._connected():
            pass

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[AsyncConnection[Any]]:
        if self._reader_url is None:
            raise ReaderMissing
        try:
            connection = await AsyncConnection.connect(self._reader_url, cursor_factory=AsyncRawCursor)
        except psycopg.OperationalError as error:
            raise TransientFailure(f"the reader connection failed: {error}") from error
        try:
            if not self._is_safe:
                await _refuse_unsafe(connection, self._database)
                self._is_safe = True
            yield connection
        finally:
            await connection.close()


async def _refuse_unsafe(reader: AsyncConnection[Any], database: Database) -> None:
    async with database.transaction() as connection:
        [own] = await (await connection.execute(sql_file("database_identity"), {})).fetchall()
        [(steps, engine)] = await (await connection.execute(sql_file("reader_place"), {})).fetchall()
    [found] = await (await AsyncCursor(reader).execute(sql_file("database_identity"), {})).fetchall()
    if found != own:
        raise ReaderUnsafe(reader.info.user, f"is connected to another database than the engine ({reader.info.dbname})")
    cursor = await AsyncCursor(reader).execute(sql_file("check_reader"), {"steps": steps, "engine": engine})
    [(reason,)] = await cursor.fetchall()
    await reader.rollback()
    if reason is not None:
        raise ReaderUnsafe(reader.info.user, reason)


@contextmanager
def _translated(statement: "Statement") -> Iterator[None]:
    try:
        yield
    except psycopg.errors.OperationalError as error:
        raise _outside(error) from error
    except psycopg.Error as error:
        raise InvalidStep(statement.explain(error)) from error


def _outside(error: psycopg.OperationalError) -> Exception:
    if isinstance(error, psycopg.errors.QueryCanceled):
        return InvalidStep(f"the query was cancelled by PostgreSQL: {error}; make it cheaper or raise the limit")
    return TransientFailure(f"the database broke off the query: {error}")


class Statement:
    """An analyst's query with its relations as common table expressions and its binds numbered."""

    def __init__(self, text: str, *, binds: Mapping[str, Json], relations: Mapping[str, Relation]) -> None:
        self._binds = binds
        self.values: list[Any] = []
        self._numbers: dict[str, int] = {}
        self._text = text.strip().rstrip(";")
        self._body = self._with_numbers()
        self._ctes = [_cte(name, relation) for name, relation in relations.items() if relation.absence is None]
        self._absences = {name: relation.absence for name, relation in relations.items() if relation.absence}
        self._prefix = ""

    def _with_numbers(self) -> str:
        """Return the text with each ``:name`` as ``$n``; colons in casts, strings and comments are left alone."""
        parts = list(tokens(self._text))
        ends = [start for start, _ in parts[1:]] + [len(self._text)]
        out: list[str] = []
        for index, (start, found) in enumerate(parts):
            if is_bind(parts, index):
                out[-1] = self._number(found)
            else:
                out.append(self._text[start : ends[index]])
        return "".join(out)

    def _number(self, name: str) -> str:
        if name not in self._binds:
            known = ", ".join(sorted(self._binds)) or "none"
            raise InvalidStep(f"the SQL names :{name}, which is not bound; bound are: {known}")
        if name not in self._numbers:
            self._numbers[name] = len(self._numbers) + 1
            self.values.append(_bindable(self._binds[name]))
        return f"${self._numbers[name]}"

    def declare(self, cursor: str, outer: str) -> str:
        """Return the DECLARE of ``outer`` (a select over the query) as one statement."""
        with_ = sql.SQL("with {} ").format(sql.SQL(", ").join(self._ctes)) if self._ctes else sql.SQL("")
        head = sql.SQL("declare " + cursor + " no scroll cursor for ") + with_ + sql.SQL(outer + " from (\n")
        self._prefix = head.as_string(None)
        return f"{self._prefix}{self._body}\n) as {_ROW}"

    def explain(self, error: psycopg.Error) -> str:
        """Say what PostgreSQL refused, with the line of the analyst's own text."""
        diag = error.diag
        parts = [diag.message_primary or str(error)]
        offset = int(diag.statement_position or 0) - 1 - len(self._prefix)
        if 0 <= offset <= len(self._body):
            line = self._body.count("\n", 0, offset) + 1
            column = offset - (self._body.rfind("\n", 0, offset) + 1) + 1
            parts[0] += f" (line {line}, column {column} of the SQL)"
        absence = self._absence_at(offset) if isinstance(error, psycopg.errors.UndefinedTable) else None
        parts += [note for note in (absence, diag.message_detail, diag.message_hint) if note]
        return f"the SQL was refused: {'; '.join(parts)} [{diag.sqlstate}]"

    def _absence_at(self, offset: int) -> str | None:
        """Return why the items that are read at this place of the text are not there."""
        named = _READ.match(self._body, offset) if offset >= 0 else None
        return self._absences.get(named["quoted"] or named["plain"].lower()) if named else None


async def _open_cursor(connection: AsyncConnection[Any], statement: Statement) -> "ReaderCursor":
    await connection.execute("set transaction isolation level repeatable read, read only")
    shape = await _declare(connection, statement, "shape", f"select {_ROW}.*")
    names = [column.name for column in shape.description or ()]
    types = [(column.type_code, column._fmod) for column in shape.description or ()]  # noqa: SLF001
    await connection.execute("close shape")
    columns = await _named_types(connection, names, types)
    await _declare(connection, statement, "q", f"select row_to_json({_ROW})::text")
    return ReaderCursor(connection, statement, columns)


async def _declare(connection: AsyncConnection[Any], statement: Statement, name: str, outer: str) -> Any:
    text = statement.declare(name, outer)
    await connection.execute(text, statement.values, prepare=True)
    return await connection.execute("fetch 0 from " + name)


async def _named_types(
    connection: AsyncConnection[Any], names: list[str], types: list[tuple[int, int]]
) -> tuple[Column, ...]:
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled or "?column?" in names:
        which = doubled[0] if doubled else "?column?"
        raise InvalidStep(
            f'the SQL returns two columns named "{which}", or one with no name: give each an alias (as ...)'
        )
    oids, modifiers = [oid for oid, _ in types], [modifier for _, modifier in types]
    cursor = await connection.execute(
        "select format_type(t.oid, t.modifier) from unnest($1::oid[], $2::int[]) with ordinality as t(oid, modifier, n)"
        " order by n",
        [oids, modifiers],
    )
    return tuple(Column(name, row[0]) for name, row in zip(names, await cursor.fetchall(), strict=True))


class ReaderCursor:
    """Implements ``runners.base.Cursor``."""

    def __init__(self, connection: AsyncConnection[Any], statement: Statement, columns: tuple[Column, ...]) -> None:
        self._connection = connection
        self._statement = statement
        self._columns = columns

    @property
    def columns(self) -> tuple[Column, ...]:
        return self._columns

    async def chunks(self, size: int) -> AsyncIterator[list[str]]:
        fetch = f"fetch forward {int(size)} from q"
        while True:
            with _translated(self._statement):
                rows = await (await self._connection.execute(fetch)).fetchall()
            if not rows:
                return
            yield [row[0] for row in rows]


def _bindable(value: Json) -> Any:
    return Jsonb(value) if isinstance(value, dict) else value


def _cte(name: str, relation: Relation) -> sql.Composable:
    """Return ``"name" as (select _seq, columns from batch_item ...)`` over the relation's ranges."""
    ids = [part.step_id for part in relation.ranges]
    firsts = [part.first for part in relation.ranges]
    lasts = [part.last for part in relation.ranges]
    columns = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(column.name), sql.SQL(_record_type(column.type)))
        for column in relation.columns
    )
    record = sql.SQL(", record.*") if relation.columns else sql.SQL("")
    fields = sql.SQL(" cross join lateral jsonb_to_record(item.payload) as record({})").format(columns)
    return sql.SQL(
        "{name} as not materialized (select item.seq as _seq{record} from unnest({ids}::bigint[], {firsts}::bigint[],"
        " {lasts}::bigint[]) as part(step_id, first, last) join batch_item as item on item.step_id = part.step_id"
        " and item.seq >= part.first and (part.last is null or item.seq < part.last) and item.state = 'succeeded'"
        "{fields})"
    ).format(
        name=sql.Identifier(name),
        record=record,
        ids=sql.Literal(ids),
        firsts=sql.Literal(firsts),
        lasts=sql.Literal(lasts),
        fields=fields if relation.columns else sql.SQL(""),
    )


def _record_type(type_name: str) -> str:
    return type_name if _PLAIN_TYPE.match(type_name) else "text"
