"""The SQL that writes into the two tables. Decides its text, not when it is sent.

New vectors are copied straight into their table. So are ids and metadata if their table was empty: a statement that
looks for each row, and reads it out of a document, takes longer. Changed vectors go by way of a staging table, which
lies on the session's own disk and is empty at each commit; they stay in the row there where they fit on a page, for to
take them out to TOAST and back again costs as much as to write the real table.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import sql

from runners.embedding.encoding import HALF_HASH
from runners.embedding.tables import ID, METADATA, Collection
from runners.loading.mapping import Assignment
from runners.loading.target import TableName

_PAGE = 8160


@dataclass(frozen=True, slots=True)
class Statements:
    """What writes into one table of vectors. Rendered once: a refused part is tried in many pieces."""

    known: bytes
    """Takes the ids ($1); returns those that are there, with their content hashes."""
    things: bytes
    """Takes a JSON array ($1) of objects with id and metadata; writes what changed."""
    copy_things: sql.Composed | None
    """Takes new ids and metadata; None: columns are filled from fields, which only SQL takes out of the metadata."""
    copy: sql.Composed
    """Takes new vectors."""
    staging: str
    prepare: Sequence[bytes]
    stage: sql.Composed
    """Takes vectors that are there already."""
    merge: bytes
    """Writes what is staged over what is there."""
    empty: bytes


def build_statements(collection: Collection, *, into: TableName) -> Statements:
    """Compose the statements; ``into`` is the table of vectors, or its shadow."""
    name = f"embed_{collection.shape.type}_{collection.shape.dimensions}"
    staging, vectors = sql.Identifier("pg_temp", name), into.identifier
    copy = sql.SQL("copy {} (id, embedding, model, dimensions, content_hash) from stdin (format binary)")
    return Statements(
        known=sql.SQL("select id, content_hash from {} where id = any($1)").format(vectors).as_bytes(None),
        things=_things(collection).as_bytes(None),
        copy_things=_copy_things(collection),
        copy=copy.format(vectors),
        staging=f"pg_temp.{name}",
        prepare=[statement.as_bytes(None) for statement in _prepare(collection, staging)],
        stage=copy.format(staging),
        merge=_merge(vectors, staging).as_bytes(None),
        empty=sql.SQL("truncate {}").format(staging).as_bytes(None),
    )


def _prepare(collection: Collection, staging: sql.Identifier) -> list[sql.Composed]:
    kind = collection.extension.type(collection.shape.type, collection.shape.dimensions)
    create = sql.SQL(
        "create temporary table {} (id text, embedding {}, model text, dimensions integer, content_hash bytea)"
        " on commit delete rows"
    )
    return [
        create.format(staging, kind),
        sql.SQL("alter table {} alter embedding set storage main").format(staging),
        sql.SQL("alter table {} set (toast_tuple_target = {})").format(staging, sql.Literal(_PAGE)),
    ]


def _things(collection: Collection) -> sql.Composed:
    assignments = collection.assignments
    others = [one.column.name for one in assignments if one.column.name != collection.key]
    return sql.SQL(
        "insert into {table} as target ({columns}) select {values}"
        " from jsonb_to_recordset($1::jsonb) as given(id text, metadata jsonb) {record}"
        " on conflict ({key}) {action}"
    ).format(
        table=collection.table.identifier,
        columns=_identifiers([one.column.name for one in assignments]),
        values=sql.SQL(", ").join(_value(one) for one in assignments),
        record=_record(assignments),
        key=sql.Identifier(collection.key),
        action=_update(others) if others else sql.SQL("do nothing"),
    )


def _copy_things(collection: Collection) -> sql.Composed | None:
    columns = {one.field: one.column for one in collection.assignments}
    if len(collection.assignments) != len(columns) or columns.keys() != {ID, METADATA}:
        return None
    if columns[METADATA].type != "jsonb":
        return None
    return sql.SQL("copy {} ({}) from stdin (format binary)").format(
        collection.table.identifier, _identifiers([columns[ID].name, columns[METADATA].name])
    )


def _update(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL("do update set {changes} where row({before})::record *<> row({after})::record").format(
        changes=sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in columns),
        before=sql.SQL(", ").join(sql.Identifier("target", name) for name in columns),
        after=sql.SQL(", ").join(sql.Identifier("excluded", name) for name in columns),
    )


def _value(assignment: Assignment) -> sql.Composable:
    match assignment.field:
        case field if field == ID:
            return sql.SQL("given.id")
        case field if field == METADATA:
            return sql.SQL("given.metadata")
        case _:
            return sql.Identifier("record", assignment.column.name)


def _record(assignments: Sequence[Assignment]) -> sql.Composable:
    """Take the fields out of the metadata, each with the type of its column, and named like it."""
    typed = [one for one in assignments if one.field not in (ID, METADATA)]
    if not typed:
        return sql.SQL("")
    values = sql.SQL(", ").join(
        sql.SQL("{}, given.metadata -> {}").format(sql.Literal(one.column.name), sql.Literal(one.field))
        for one in typed
    )
    columns = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(one.column.name), sql.SQL(one.column.type)) for one in typed
    )
    return sql.SQL("cross join lateral jsonb_to_record(jsonb_build_object({})) as record({})").format(values, columns)


def _merge(vectors: sql.Identifier, staging: sql.Identifier) -> sql.Composed:
    # The vector is written only if it changed: other metadata alone must not touch the index.
    return sql.SQL(
        "insert into {vectors} as target (id, embedding, model, dimensions, content_hash, updated_at)"
        " select id, embedding, model, dimensions, content_hash, clock_now() from {staging} as staged"
        " on conflict (id) do update set"
        " embedding = case when {before} = {after} then target.embedding else excluded.embedding end,"
        " model = excluded.model, dimensions = excluded.dimensions, content_hash = excluded.content_hash,"
        " updated_at = excluded.updated_at"
        " where target.content_hash is distinct from excluded.content_hash"
    ).format(vectors=vectors, staging=staging, before=_about_vector("target"), after=_about_vector("excluded"))


def _about_vector(row: str) -> sql.Composed:
    hashed = sql.SQL("substring({} for {})")
    return hashed.format(sql.Identifier(row, "content_hash"), sql.Literal(HALF_HASH))


def _identifiers(names: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(name) for name in names)
