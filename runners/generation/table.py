"""A user's own table as source and sink: its rows are asked for, and follow in the transactions that settle the items.

Decides which rows wait for an explanation, and which of those a step takes. Column names are the user's; every one is
looked up before it is used.
"""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from definitions.errors import did_you_mean
from runners.base import Column, Connection, InvalidStep, Json, StepRequest
from runners.generation.params import ExplainColumns, ExplainParams
from runners.loading.target import TableName, Target, allowed_table, find_target, missing_table

_CHUNK = 2_000
_ERROR_LIMIT = 500

_SELECT = """
select to_jsonb(waiting.*)
from (
    select {fields}
    from {table}
    where ({status} = any(%(states)s) or (%(untouched)s and {status} is null))
      and {id} is not null
      and {wanted}
    order by {order}
    limit %(size)s
    offset %(taken)s
) as waiting
"""
_COUNT = """
select count(*)
from (
    select
    from {table}
    where ({status} = any(%(states)s) or (%(untouched)s and {status} is null))
      and {wanted}
    limit %(limit)s
) as waiting
"""
_TRY_FILTER = "select from {table} where {wanted} limit 0"
_ASKED = """
update {table} as target
set {status} = 'generating'
from batch_item as item
where item.step_id = %(step_id)s
  and item.seq = any(%(seqs)s)
  and target.{id} = (item.payload ->> {id_name})::{id_type}
"""
_SETTLED = """
update {table} as target
set {assignments}
from batch_item as item
where item.step_id = %(step_id)s
  and item.seq = any(%(seqs)s)
  and target.{id} = (item.payload ->> {id_name})::{id_type}
"""
_RELEASED = """
update {table} as target
set {status} = 'pending'
from batch_item as item
where item.step_id = %(step_id)s
  and item.state = 'pending'
  and target.{id} = (item.payload ->> {id_name})::{id_type}
  and target.{status} = 'generating'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserTable:
    """The table, its columns as mapped, and the type of its key."""

    name: TableName
    columns: ExplainColumns
    id_type: str

    @property
    def spec(self) -> Json:
        return {
            "schema": self.name.schema,
            "table": self.name.name,
            "columns": self.columns.model_dump(),
            "id_type": self.id_type,
        }

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> "UserTable":
        return cls(
            name=TableName(spec["schema"], spec["table"]),
            columns=ExplainColumns.model_validate(spec["columns"]),
            id_type=spec["id_type"],
        )

    async def asked(self, connection: Connection, step_id: int, seqs: Sequence[int]) -> None:
        await self._update(connection, _ASKED, step_id=step_id, seqs=list(seqs))

    async def settled(self, connection: Connection, step_id: int, seqs: Sequence[int]) -> None:
        await self._update(connection, _SETTLED, step_id=step_id, seqs=list(seqs))

    async def released(self, connection: Connection, step_id: int) -> None:
        """The step has ended early: what was not answered is pending again."""
        await self._update(connection, _RELEASED, step_id=step_id)

    async def _update(self, connection: Connection, statement: str, **binds: Any) -> None:
        query = sql.SQL(statement).format(
            table=self.name.identifier,
            status=sql.Identifier(self.columns.status),
            id=sql.Identifier(self.columns.id),
            id_name=sql.Literal(self.columns.id),
            id_type=sql.SQL(self.id_type),  # as PostgreSQL's catalogue names it
            assignments=self._assignments(),
        )
        await connection.execute(query, binds)

    def _assignments(self) -> sql.Composed:
        columns = self.columns
        done = "case when item.state = 'succeeded' then {} else {} end"
        values = {
            columns.status: sql.SQL(done).format(sql.Literal("completed"), sql.Literal("failed")),
            columns.explanation: sql.SQL(done).format(
                sql.SQL("item.payload ->> {}").format(sql.Literal(columns.explanation)),
                sql.SQL("target.{}").format(sql.Identifier(columns.explanation)),
            ),
        }
        if columns.generated_at is not None:
            values[columns.generated_at] = sql.SQL(done).format(sql.SQL("clock_now()"), sql.SQL("null"))
        if columns.error is not None:
            values[columns.error] = sql.SQL("left(item.error, {})").format(sql.Literal(_ERROR_LIMIT))
        pairs = [sql.SQL("{} = {}").format(sql.Identifier(name), value) for name, value in values.items()]
        return sql.SQL(", ").join(pairs)


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Which rows are meant: those whose columns have these values. Values are bound, never part of the text."""

    where: Mapping[str, Json]

    @property
    def condition(self) -> sql.Composable:
        tests = [_test(column, value, place=place) for place, (column, value) in enumerate(self.where.items())]
        return sql.SQL(" and ").join(tests) if tests else sql.SQL("true")

    @property
    def binds(self) -> dict[str, Json]:
        values = enumerate(self.where.values())
        return {f"where_{place}": _as_text(value) for place, value in values if value is not None}

    async def check(self, connection: Connection, table: TableName) -> None:
        """Have the database read the values as what their columns are.

        Raises:
            InvalidStep: it cannot.
        """
        query = sql.SQL(_TRY_FILTER).format(table=table.identifier, wanted=self.condition)
        try:
            await connection.execute(query, self.binds)
        except (psycopg.DataError, psycopg.errors.UndefinedFunction) as error:
            raise InvalidStep(f"{table}: where: {error.diag.message_primary or error}") from error


def _test(column: str, value: Json, *, place: int) -> sql.Composable:
    if value is None:
        return sql.SQL("{} is null").format(sql.Identifier(column))
    return sql.SQL("{} = {}").format(sql.Identifier(column), sql.Placeholder(f"where_{place}"))


def _as_text(value: Json) -> str:
    """Return a value as PostgreSQL writes it: of text that has no type, it makes what the column is."""
    return value if isinstance(value, str) else json.dumps(value)


class TableSource:
    """The rows that wait for an explanation."""

    def __init__(
        self, request: StepRequest, params: ExplainParams, *, table: UserTable, fields: Sequence[Column]
    ) -> None:
        self._request = request
        self._params = params
        self._table = table
        self._fields = fields
        self._filter = RowFilter(params.where)

    @property
    def columns(self) -> Sequence[Column]:
        return self._fields

    async def fingerprint(self, connection: Connection) -> str:  # noqa: ARG002
        """Rows are taken once: what is pending when the step begins."""
        name = str(self._table.name)
        return f"{name} {json.dumps(self._params.where, sort_keys=True)}" if self._params.where else name

    async def size(self) -> int:
        """Count the rows that wait, up to the limit."""
        query = sql.SQL(_COUNT).format(
            table=self._table.name.identifier,
            status=sql.Identifier(self._table.columns.status),
            wanted=self._filter.condition,
        )
        async with self._request.transaction() as connection:
            row = await (await connection.execute(query, self._binds() | {"limit": self._params.limit})).fetchone()
        return int(row[0]) if row else 0

    async def chunks(self) -> AsyncIterator[list[Mapping[str, Json]]]:
        """Page by page, each in a transaction of its own. A row that moves meanwhile is taken by a later run."""
        taken = 0
        while size := self._size(taken):
            async with self._request.transaction() as connection:
                cursor = await connection.execute(self._query(), self._binds() | {"size": size, "taken": taken})
                payloads = [payload for (payload,) in await cursor.fetchall()]
            if payloads:
                yield payloads
            if len(payloads) < size:
                return
            taken += len(payloads)

    def _size(self, taken: int) -> int:
        limit = self._params.limit
        return _CHUNK if limit is None else min(_CHUNK, limit - taken)

    def _binds(self) -> dict[str, Json]:
        states = list(self._params.states)
        return {"states": states, "untouched": "pending" in states} | self._filter.binds

    def _query(self) -> sql.Composed:
        columns = self._table.columns
        order: list[sql.Composable] = [sql.Identifier(columns.id)]
        if columns.priority is not None:
            order = [sql.SQL("{} desc nulls last").format(sql.Identifier(columns.priority)), *order]
        return sql.SQL(_SELECT).format(
            fields=sql.SQL(", ").join(sql.Identifier(field.name) for field in self._fields),
            table=self._table.name.identifier,
            id=sql.Identifier(columns.id),
            status=sql.Identifier(columns.status),
            wanted=self._filter.condition,
            order=sql.SQL(", ").join(order),
        )


async def open_table(request: StepRequest, params: ExplainParams) -> tuple[UserTable, TableSource]:
    """Look the table up and check every column that the params name.

    Raises:
        InvalidStep: it is not there, may not be written to, lacks a column (the message says which), or `where` has a
            value that its column cannot have.
    """
    name = allowed_table(params.table, schemas=request.settings.load_schemas)
    async with request.transaction() as connection:
        target = await find_target(connection, name)
        if target is None:
            raise await missing_table(connection, name, advice="create it first")
        types = {column.name: column.type for column in target.columns}
        _check_columns(target, types, params)
        await RowFilter(params.where).check(connection, name)
    table = UserTable(name=name, columns=params.columns, id_type=types[params.columns.id])
    fields = [Column(field, types[field]) for field in _fields(params, types)]
    return table, TableSource(request, params, table=table, fields=fields)


def _check_columns(target: Target, types: Mapping[str, str], params: ExplainParams) -> None:
    named = [column for column in params.columns.model_dump().values() if column is not None]
    for column in [*named, *params.where, *(params.fields or [])]:
        if "%" in column:
            raise InvalidStep(f"{target.table}: the column {column!r} has a % in its name, which explain cannot use")
        if column not in types:
            hint = did_you_mean(column, list(types))
            raise InvalidStep(
                f"{target.table} has no column {column!r}{hint}; map it in columns, or: alter table {target.table} add"
                f" column {column} {'timestamptz' if column == params.columns.generated_at else 'text'}"
            )
    if (params.columns.id,) not in target.unique_keys:
        raise InvalidStep(f"{target.table}: columns.id is {params.columns.id!r}, which has no unique index of its own")


def _fields(params: ExplainParams, types: Mapping[str, str]) -> list[str]:
    columns = params.columns
    written = {columns.status, columns.explanation, columns.generated_at, columns.error}
    readable = [name for name in types if "%" not in name]
    chosen = params.fields if params.fields is not None else [name for name in readable if name not in written]
    return list(dict.fromkeys([columns.id, *chosen]))
