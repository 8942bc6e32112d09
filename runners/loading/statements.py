"""The SQL that writes a part of the items into the table: straight from ``batch_item``, no row travels through Python.

Decides the text of the statements. Identifiers are quoted by psycopg; types come from PostgreSQL's own catalogue; the
rest are numbered parameters: the step id ($1), the first ($2) and the last seq ($3) of the part.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from psycopg import sql

from runners.loading.mapping import Assignment
from runners.loading.target import Target


@dataclass(frozen=True, slots=True)
class Statements:
    """What writes into one table with one mapping. Rendered once: a refused part is tried in many pieces."""

    assignments: tuple[Assignment, ...]
    insert: bytes
    """Inserts; its row count is the number of rows the table took."""
    upsert: bytes
    """Returns: distinct keys, keys that were there before, rows with a null key, rows written."""


def build_statements(target: Target, assignments: Sequence[Assignment], *, keys: Sequence[str]) -> Statements:
    """Compose the statements; without keys there is no upsert."""
    return Statements(
        assignments=tuple(assignments),
        insert=_insert(target, assignments).as_bytes(None),
        upsert=_upsert(target, assignments, keys).as_bytes(None) if keys else b"",
    )


def _insert(target: Target, assignments: Sequence[Assignment]) -> sql.Composed:
    return sql.SQL("insert into {table} ({columns}) select {values} {source} order by item.seq").format(
        table=target.table.identifier,
        columns=_columns(assignments),
        values=_values(assignments),
        source=_source(assignments),
    )


def _upsert(target: Target, assignments: Sequence[Assignment], keys: Sequence[str]) -> sql.Composed:
    # Of one key's rows the last wins. Sorted keys are locked in one order by everybody, so two loads cannot deadlock.
    return sql.SQL(
        "with source as (select distinct on ({source_keys}) * from (select item.seq, {numbered} {source}) as rows"
        " order by {source_keys}, seq desc),"
        " written as (insert into {table} as target ({columns}) select {numbers} from source order by {source_keys}"
        " on conflict ({keys}) {action} returning 1)"
        " select (select count(*) from source),"
        " (select count(*) from source join {table} as target on {same_key}),"
        " (select count(*) from source where {null_key}),"
        " (select count(*) from written)"
    ).format(
        keys=_identifiers(keys),
        source_keys=_identifiers([_number(assignments, key) for key in keys]),
        numbered=_numbered(assignments),
        numbers=_identifiers([_number(assignments, a.column.name) for a in assignments]),
        source=_source(assignments),
        table=target.table.identifier,
        columns=_columns(assignments),
        action=_action(target, assignments, keys),
        same_key=sql.SQL(" and ").join(
            sql.SQL("{} = {}").format(
                sql.Identifier("target", key), sql.Identifier("source", _number(assignments, key))
            )
            for key in keys
        ),
        null_key=sql.SQL(" or ").join(
            sql.SQL("{} is null").format(sql.Identifier(_number(assignments, key))) for key in keys
        ),
    )


def _action(target: Target, assignments: Sequence[Assignment], keys: Sequence[str]) -> sql.Composable:
    names = [a.column.name for a in assignments if a.column.name not in keys] or list(keys)
    update = sql.SQL("do update set {}").format(
        sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in names)
    )
    if target.has_insert_trigger:
        # Only a row that comes back tells that the trigger let it through, so every row has to be written.
        return update
    # The image comparison has no need of an equality operator, which json and point do not have.
    changed = sql.SQL(" where row({})::record *<> row({})::record").format(
        sql.SQL(", ").join(sql.Identifier("target", name) for name in names),
        sql.SQL(", ").join(sql.Identifier("excluded", name) for name in names),
    )
    return update + changed


def _source(assignments: Sequence[Assignment]) -> sql.Composed:
    records = [
        sql.SQL("cross join lateral jsonb_to_record(item.payload) as {}({})").format(_record(layer), fields)
        for layer, fields in enumerate(_layers(assignments))
    ]
    return sql.SQL(
        "from batch_item as item {} where item.step_id = $1 and item.seq between $2 and $3 and item.state = 'succeeded'"
    ).format(sql.SQL(" ").join(records))


def _layers(assignments: Sequence[Assignment]) -> list[sql.Composed]:
    """A record cannot name a field twice, so the second column filled from a field reads it from a second record."""
    count = max(layer for _, layer in _placed(assignments)) + 1
    return [
        sql.SQL(", ").join(
            sql.SQL("{} {}").format(sql.Identifier(a.field), sql.SQL(a.column.type))
            for a, place in _placed(assignments)
            if place == layer
        )
        for layer in range(count)
    ]


def _placed(assignments: Iterable[Assignment]) -> list[tuple[Assignment, int]]:
    used: dict[str, int] = {}
    placed = []
    for assignment in assignments:
        layer = used.get(assignment.field, 0)
        used[assignment.field] = layer + 1
        placed.append((assignment, layer))
    return placed


def _record(layer: int) -> sql.Identifier:
    return sql.Identifier(f"record{layer}")


def _values(assignments: Sequence[Assignment]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(f"record{layer}", a.field) for a, layer in _placed(assignments))


def _numbered(assignments: Sequence[Assignment]) -> sql.Composed:
    return sql.SQL(", ").join(
        sql.SQL("{} as {}").format(
            sql.Identifier(f"record{layer}", a.field), sql.Identifier(_number(assignments, a.column.name))
        )
        for a, layer in _placed(assignments)
    )


def _number(assignments: Sequence[Assignment], column: str) -> str:
    """Return the name of a column inside the statement, where a user's own name could mean something else."""
    return f"c{[a.column.name for a in assignments].index(column)}"


def _columns(assignments: Sequence[Assignment]) -> sql.Composed:
    return _identifiers([assignment.column.name for assignment in assignments])


def _identifiers(names: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(name) for name in names)
