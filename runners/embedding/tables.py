"""The two tables of a collection: what the vectors are of, and the vectors. Finds them, creates them, judges them.

Decides which tables can be used as they are. A collection is named like its table of vectors.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from psycopg import errors, sql

from runners.base import Connection, InvalidStep
from runners.embedding.params import EmbedParams
from runners.loading.mapping import Assignment, assign
from runners.loading.target import TableName, Target, allowed_table, find_target, missing_table
from runners.sql_files import read_sql

ID = "\x00id"
METADATA = "\x00metadata"
"""What the key and the metadata column are filled from; no field of metadata can be named so."""
_COLUMNS = ("id", "embedding", "model", "dimensions", "content_hash", "updated_at")
_LONGEST = 50
"""Characters of a table's name, so that those of its shadow and its index have room."""
_MOST_DIMENSIONS = 16_000
_PGVECTOR = (0, 8, 4)
_ADVICE = "create the tables first, or set create: true"


@dataclass(frozen=True, slots=True)
class Extension:
    """The extension pgvector: which schema its types are in."""

    schema: str

    def type(self, kind: str, dimensions: int) -> sql.Composed:
        """Return the column type of vectors."""
        return sql.SQL("{}({})").format(sql.Identifier(self.schema, kind), sql.Literal(dimensions))


@dataclass(frozen=True, slots=True)
class Shape:
    """What decides whether two vectors can be compared: one table holds vectors of one shape only."""

    type: str
    dimensions: int
    model: str | None
    """None: of a table that has no rows yet."""

    def takes(self, other: "Shape") -> bool:
        """Say whether vectors of the other shape can go into a table of this one."""
        is_open = self.model is None or self.model == other.model
        return is_open and (self.type, self.dimensions) == (other.type, other.dimensions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """The tables, prepared. ``shape`` is that of the vectors to come, ``current`` that of the table as it is."""

    extension: Extension
    shape: Shape
    current: Shape
    target: Target
    key: str
    embeddings: TableName
    assignments: tuple[Assignment, ...]
    takes_copy: bool
    """The first table held no row when this attempt came, and a COPY into it does what an INSERT would do."""

    @property
    def table(self) -> TableName:
        return self.target.table

    @property
    def is_half(self) -> bool:
        return self.shape.type == "halfvec"

    @property
    def changes_shape(self) -> bool:
        """The table is made for vectors of another shape, or holds some."""
        return not self.current.takes(self.shape)


async def prepare_tables(
    connection: Connection, params: EmbedParams, *, shape: Shape, schemas: Sequence[str]
) -> Collection:
    """Find both tables, or create them, in the caller's transaction.

    Raises:
        InvalidStep: what is there cannot be used; the message lists why.
    """
    if not 1 <= shape.dimensions <= _MOST_DIMENSIONS:
        raise InvalidStep(f"vectors of {shape.dimensions} dimensions cannot be stored; 1 to {_MOST_DIMENSIONS:,} can")
    table, embeddings = table_names(params, schemas=schemas)
    extension = await _extension(connection, create=params.create)
    target = await _things(connection, table, params)
    assignments = assign(target, wanted=_wanted(params), fields=_fields(params), keys=[params.key])
    found = await find_target(connection, embeddings)
    if found is None:
        found = await _created(connection, embeddings, params, of=target, shape=shape, extension=extension)
    return Collection(
        extension=extension,
        shape=shape,
        current=await _current_shape(connection, found),
        target=target,
        key=params.key,
        embeddings=embeddings,
        assignments=assignments,
        takes_copy=await _takes_copy(connection, table),
    )


def table_names(params: EmbedParams, *, schemas: Sequence[str]) -> tuple[TableName, TableName]:
    """Return the names of the table and of the table of its vectors.

    Raises:
        InvalidStep: they are no names, or not such as may be written.
    """
    table = allowed_table(params.table, schemas=schemas)
    embeddings = TableName(table.schema, f"{table.name}_embedding")
    if params.embeddings is not None:
        embeddings = allowed_table(params.embeddings, schemas=schemas)
    if embeddings == table:
        raise InvalidStep(f"embeddings: the vectors need a table of their own, beside {table}")
    if len(embeddings.name) > _LONGEST:
        raise InvalidStep(
            f'embeddings: "{embeddings.name}" is longer than {_LONGEST} characters; choose a shorter name'
        )
    return table, embeddings


async def _created(
    connection: Connection, name: TableName, params: EmbedParams, *, of: Target, shape: Shape, extension: Extension
) -> Target:
    if not params.create:
        raise await missing_table(connection, name, advice=_ADVICE)
    # Two shards that create it at the same moment: the slower one finds it there.
    with suppress(errors.UniqueViolation, errors.DuplicateTable, errors.DuplicateObject):
        async with connection.transaction():
            await create_embeddings(connection, name, of=of.table, key=params.key, shape=shape, extension=extension)
    found = await find_target(connection, name)
    assert found is not None, "it is there, or it was created"
    return found


async def create_embeddings(
    connection: Connection, name: TableName, *, of: TableName, key: str, shape: Shape, extension: Extension
) -> None:
    """Create a table of vectors."""
    await connection.execute(
        sql.SQL(
            "create table {name} (id text primary key references {of} ({key}) on update cascade on delete cascade,"
            " embedding {type} not null, model text not null, dimensions integer not null,"
            " content_hash bytea not null, updated_at timestamptz not null default now())"
        ).format(
            name=name.identifier,
            of=of.identifier,
            key=sql.Identifier(key),
            type=extension.type(shape.type, shape.dimensions),
        )
    )


async def _extension(connection: Connection, *, create: bool) -> Extension:
    find = "select extversion, nspname from pg_extension join pg_namespace as n on n.oid = extnamespace"
    row = await (await connection.execute(f"{find} where extname = 'vector'")).fetchone()
    if row is None and create:
        with suppress(errors.UniqueViolation, errors.DuplicateObject):
            async with connection.transaction():
                await connection.execute("create extension if not exists vector")
        row = await (await connection.execute(f"{find} where extname = 'vector'")).fetchone()
    if row is None:
        raise InvalidStep("the database has no pgvector; a database administrator should run: create extension vector")
    if tuple(int(part) for part in str(row[0]).split(".")[:3]) < _PGVECTOR:
        wanted = ".".join(map(str, _PGVECTOR))
        raise InvalidStep(f"pgvector is {row[0]} here; {wanted} is needed: alter extension vector update")
    return Extension(str(row[1]))


async def _things(connection: Connection, table: TableName, params: EmbedParams) -> Target:
    target = await find_target(connection, table)
    if target is None and params.create:
        with suppress(errors.UniqueViolation, errors.DuplicateTable, errors.DuplicateObject):
            async with connection.transaction():
                await _create_things(connection, table, params)
        target = await find_target(connection, table)
    if target is None:
        raise await missing_table(connection, table, advice=_ADVICE)
    _check_key(target, params.key)
    return target


async def _create_things(connection: Connection, table: TableName, params: EmbedParams) -> None:
    if unknown := [name for name in params.types if name not in _wanted(params)]:
        raise InvalidStep(f"types: {', '.join(unknown)} is not among columns")
    columns = [sql.SQL("{} text primary key").format(sql.Identifier(params.key))]
    for name in _wanted(params):
        if name != params.key:
            kind = "jsonb" if params.columns is None else params.types.get(name, "text")
            columns.append(sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind)))
    await connection.execute(sql.SQL("create table {} ({})").format(table.identifier, sql.SQL(", ").join(columns)))


def _check_key(target: Target, key: str) -> None:
    column = next((one for one in target.columns if one.name == key), None)
    if column is None:
        raise InvalidStep(f'key: {target.table} has no column "{key}"')
    if column.type != "text" and not column.type.startswith("character varying"):
        raise InvalidStep(
            f'key: the column "{key}" of {target.table} is {column.type}; embed needs ids of type text. '
            "Add a text column with a unique constraint and name it under key"
        )


def _wanted(params: EmbedParams) -> dict[str, str]:
    """Return column → field, the key and the metadata included."""
    match params.columns:
        case None:
            named = {"metadata": METADATA}
        case dict():
            named = dict(params.columns)
        case _:
            named = {name: name for name in params.columns}
    return {**named, params.key: ID}


def _fields(params: EmbedParams) -> list[str]:
    return list(_wanted(params).values())


async def _takes_copy(connection: Connection, table: TableName) -> bool:
    """Say whether the table is empty, and has no policies, which refuse a COPY, and no rules, which it passes by."""
    look = sql.SQL(
        "select not relrowsecurity and not relhasrules and not exists (select from {})"
        " from pg_class where oid = cast({} as regclass)"
    )
    name = sql.Literal(table.identifier.as_string(connection))
    row = await (await connection.execute(look.format(table.identifier, name))).fetchone()
    return bool(row and row[0])


async def _current_shape(connection: Connection, found: Target) -> Shape:
    columns = {column.name: column for column in found.columns}
    if missing := [name for name in _COLUMNS if name not in columns]:
        raise InvalidStep(
            f"embeddings: {found.table} has no column {', '.join(missing)}; it needs id text primary key, embedding, "
            "model text, dimensions integer, content_hash bytea and updated_at timestamptz. Add what is missing, "
            "or drop it and set create: true"
        )
    binds = {"schema": found.table.schema, "name": found.table.name}
    row = await (await connection.execute(read_sql("runners.embedding", "current_type"), binds)).fetchone()
    kind, dimensions = row or (None, 0)
    if kind not in ("vector", "halfvec") or dimensions < 1:
        raise InvalidStep(f"embeddings: the column embedding of {found.table} is no vector(n) or halfvec(n)")
    first = sql.SQL("select model from {} limit 1").format(found.table.identifier)
    model = await (await connection.execute(first)).fetchone()
    return Shape(kind, dimensions, None if model is None else str(model[0]))
