"""The table that ``load`` writes to: whether it may be written at all, and what PostgreSQL's catalogue says of it.

Decides which schemas are refused; which names are, is decided when a definition is written. Knows nothing of items.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import sql

from definitions.errors import did_you_mean
from definitions.tables import split_name, table_problem
from runners.base import Connection, InvalidStep

_TABLE_KINDS = {"r", "p"}
_OTHER_KINDS = {"v": "a view", "m": "a materialized view", "f": "a foreign table", "S": "a sequence", "c": "a type"}

_FIND = """
select c.oid, c.relkind from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
where n.nspname = %s and c.relname = %s
"""
_TABLES = """
select c.relname from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
where n.nspname = %s and c.relkind in ('r', 'p') order by c.relname limit 1000
"""
_COLUMNS = """
select a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull or t.typnotnull,
       a.atthasdef or a.attidentity <> '' or t.typdefault is not null,
       a.attgenerated <> '' or a.attidentity = 'a'
from pg_attribute as a join pg_type as t on t.oid = a.atttypid
where a.attrelid = %s and a.attnum > 0 and not a.attisdropped
order by a.attnum
"""
# What ON CONFLICT can use: no partial or expression index, no deferrable constraint.
_UNIQUE_KEYS = """
select array_agg(a.attname::text order by k.position)
from pg_index as i
cross join unnest(i.indkey) with ordinality as k(attnum, position)
join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.attnum
where i.indrelid = %s and i.indisunique and i.indisvalid and i.indimmediate
  and i.indpred is null and i.indexprs is null and k.position <= i.indnkeyatts
group by i.indexrelid, i.indisprimary
order by i.indisprimary desc, i.indexrelid
"""
_DEFERRABLE = """
select n.nspname, c.conname from pg_constraint as c join pg_namespace as n on n.oid = c.connamespace
where c.conrelid = %s and c.condeferrable
"""
# tgtype: 1 row + 2 before + 4 insert.
_INSERT_TRIGGER = """
select exists (
    select from pg_trigger where not tgisinternal and tgenabled <> 'D' and tgtype & 7 = 7
    and (tgrelid = %(oid)s or tgrelid in (select relid from pg_partition_tree(%(oid)s::bigint::oid::regclass))))
"""


@dataclass(frozen=True, slots=True)
class TableName:
    """A table's schema and name, exactly as the catalogue has them."""

    schema: str
    name: str

    @property
    def identifier(self) -> sql.Identifier:
        return sql.Identifier(self.schema, self.name)

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}" if self.schema else self.name


@dataclass(frozen=True, slots=True)
class TargetColumn:
    """A column of the table; ``filled`` means that the table never takes a value for it (generated)."""

    name: str
    type: str
    not_null: bool
    has_default: bool
    filled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What the catalogue says of the table."""

    table: TableName
    columns: tuple[TargetColumn, ...]
    unique_keys: tuple[tuple[str, ...], ...]
    deferrable: tuple[tuple[str, str], ...]
    """Constraints (schema, name) that may be checked at commit, when it is too late to say which row broke them."""
    has_insert_trigger: bool
    """A trigger BEFORE INSERT FOR EACH ROW may leave rows out without an error."""


def allowed_table(written: str, *, schemas: Sequence[str]) -> TableName:
    """Return the table that ``"schema.table"`` or ``"table"`` means; names are taken exactly, double quotes allowed.

    Raises:
        InvalidStep: it is no table name, belongs to the engine or the system, or its schema is not allowed.
    """
    if not schemas:
        raise InvalidStep("load may write to no schema; the operator allows some in the setting load_schemas")
    problem, found = table_problem(written), split_name(written)
    if problem is not None or found is None:
        raise InvalidStep(f"table: {problem}")
    table = TableName(found[0] or schemas[0], found[1])
    if table.schema not in schemas:
        raise InvalidStep(
            f'table: load may not write to the schema "{table.schema}"; allowed: {", ".join(schemas)} '
            "(the operator's setting load_schemas)"
        )
    return table


async def find_target(connection: Connection, table: TableName) -> Target | None:
    """Look the table up; None where nothing has that name.

    Raises:
        InvalidStep: what has that name is not a table.
    """
    row = await (await connection.execute(_FIND, (table.schema, table.name))).fetchone()
    if row is None:
        return None
    oid, kind = row
    if kind not in _TABLE_KINDS:
        raise InvalidStep(f"table: {table} is {_OTHER_KINDS.get(kind, 'not a table')}; load writes to tables only")
    columns = await (await connection.execute(_COLUMNS, (oid,))).fetchall()
    keys = await (await connection.execute(_UNIQUE_KEYS, (oid,))).fetchall()
    deferrable = await (await connection.execute(_DEFERRABLE, (oid,))).fetchall()
    trigger = await (await connection.execute(_INSERT_TRIGGER, {"oid": oid})).fetchone()
    return Target(
        table=table,
        columns=tuple(TargetColumn(*column) for column in columns),
        unique_keys=tuple(tuple(key) for (key,) in keys),
        deferrable=tuple((schema, name) for schema, name in deferrable),
        has_insert_trigger=bool(trigger and trigger[0]),
    )


async def missing_table(connection: Connection, table: TableName, *, advice: str) -> InvalidStep:
    """Return the error for a table that is not there, with the nearest name that is."""
    rows = await (await connection.execute(_TABLES, (table.schema,))).fetchall()
    hint = did_you_mean(table.name, [name for (name,) in rows])
    return InvalidStep(f"table: there is no table {table}{hint}; {advice}")
