"""Bulk: rows go into a shadow of the table of vectors, which gets its index there and then takes the table's place.

Decides when that is better, and when it cannot be done. The old table serves until the swap; so a model is changed
without a moment in which vectors of two models are compared.
"""

from psycopg import sql

from runners.base import Connection, InvalidStep
from runners.embedding.index import build_index, has_index, index_name, plan_index
from runners.embedding.params import EmbedParams
from runners.embedding.passes import Mode, Wanted
from runners.embedding.tables import Collection, Shape, create_embeddings
from runners.loading.target import TableName
from runners.sql_files import read_sql

_SMALL_PART = 5
"""A table is all but empty if it has fewer rows than a fifth of those to come."""
_LOCK_SECONDS = 2


def shadow_of(collection: Collection) -> TableName:
    return TableName(collection.embeddings.schema, f"{collection.embeddings.name}_next")


async def choose_mode(connection: Connection, collection: Collection, params: EmbedParams, wanted: Wanted) -> Mode:
    """Say how the rows of a new pass get into the table.

    Raises:
        InvalidStep: only a swap would do, and it is not allowed or would take something along.
    """
    must = collection.changes_shape or params.bulk == "always"
    if must:
        await _check_swap(connection, collection, params, wanted)
        return Mode.BULK
    if params.bulk == "never" or params.index.method == "none" or wanted.rows < params.bulk_from:
        return Mode.MERGE
    if await _has_rows(connection, collection.embeddings, more_than=wanted.rows // _SMALL_PART):
        return Mode.MERGE
    return Mode.MERGE if await _attached(connection, collection.embeddings) else Mode.BULK


async def _check_swap(connection: Connection, collection: Collection, params: EmbedParams, wanted: Wanted) -> None:
    why = _change(collection) if collection.changes_shape else "bulk: always"
    if params.bulk == "never":
        raise InvalidStep(f"{why}; only a new table can hold the new ones, and bulk: never forbids it")
    if attached := await _attached(connection, collection.embeddings):
        raise InvalidStep(
            f"{why}: a new table would take the place of {collection.embeddings}, and this would be lost with the old "
            f"one: {'; '.join(attached)}. Drop it, and create it again afterwards"
        )
    if collection.changes_shape and (others := await _other_streams(connection, collection, wanted)):
        raise InvalidStep(
            f"{why}; but other sources load into {collection.embeddings} too, and their rows would be lost: "
            f"{', '.join(others)}. Load the new vectors into a table of their own: set embeddings"
        )


def _change(collection: Collection) -> str:
    old, new = (_words(shape) for shape in (collection.current, collection.shape))
    return f"{collection.embeddings} holds {old}, and what comes is {new}"


def _words(shape: Shape) -> str:
    by = "" if shape.model is None else f' by the model "{shape.model}"'
    return f"{shape.type}({shape.dimensions}){by}"


async def _has_rows(connection: Connection, table: TableName, *, more_than: int) -> bool:
    count = sql.SQL("select count(*) > {most} from (select from {table} limit {most} + 1) as some_rows")
    row = await (await connection.execute(count.format(table=table.identifier, most=sql.Literal(more_than)))).fetchone()
    return bool(row and row[0])


async def _attached(connection: Connection, table: TableName) -> list[str]:
    """Return what hangs on the table and would be dropped with it."""
    binds = {"schema": table.schema, "name": table.name, "index": index_name(table)}
    rows = await (await connection.execute(read_sql("runners.embedding", "attached"), binds)).fetchall()
    return [str(row[0]) for row in rows]


async def _other_streams(connection: Connection, collection: Collection, wanted: Wanted) -> list[str]:
    binds = {"prefix": stream_prefix(collection.embeddings), "stream": wanted.stream}
    rows = await (await connection.execute(read_sql("runners.embedding", "other_streams"), binds)).fetchall()
    return [str(row[0]).removeprefix(binds["prefix"]) for row in rows]


def stream_prefix(embeddings: TableName) -> str:
    """Return how the names of all passes into a table begin."""
    return f"embed:{embeddings}<-"


async def reset_shadow(connection: Connection, collection: Collection, mode: Mode) -> None:
    """Drop the shadow that an earlier pass has left; make a new one if this one needs it."""
    shadow = shadow_of(collection)
    await connection.execute(sql.SQL("drop table if exists {}").format(shadow.identifier))
    if mode is Mode.BULK:
        await create_embeddings(
            connection,
            shadow,
            of=collection.table,
            key=collection.key,
            shape=collection.shape,
            extension=collection.extension,
        )


async def finish_shadow(connection: Connection, collection: Collection, params: EmbedParams, *, rows: int) -> None:
    """Take over what only the old table has, and build the index, unless it is built."""
    shadow = shadow_of(collection)
    await _carry(connection, collection)
    if params.index.method == "hnsw" and not await has_index(connection, shadow):
        await build_index(connection, plan_index(collection, params.index, on=shadow, rows=rows))


async def _carry(connection: Connection, collection: Collection) -> None:
    if not collection.changes_shape:
        carry = sql.SQL(
            "insert into {shadow} (id, embedding, model, dimensions, content_hash, updated_at)"
            " select id, embedding, model, dimensions, content_hash, updated_at from {old} as old"
            " where not exists (select from {shadow} as new where new.id = old.id)"
        )
        await connection.execute(
            carry.format(shadow=shadow_of(collection).identifier, old=collection.embeddings.identifier)
        )


async def swap(connection: Connection, collection: Collection) -> int:
    """Put the shadow in the place of the table; return how many rows of the old table the new one has not.

    Raises:
        LockNotAvailable: somebody uses the old table for long; readers that come then wait for two seconds at most.
    """
    old, shadow = collection.embeddings, shadow_of(collection)
    await connection.execute(sql.SQL("set local lock_timeout = {}").format(sql.Literal(f"{_LOCK_SECONDS}s")))
    await connection.execute(sql.SQL("lock table {} in access exclusive mode").format(old.identifier))
    await _carry(connection, collection)
    left_behind = await _count_left_behind(connection, old, shadow)
    await _copy_grants(connection, old, shadow)
    await connection.execute(sql.SQL("drop table {}").format(old.identifier))
    for statement in _renames(old, shadow):
        await connection.execute(statement)
    return left_behind


async def _count_left_behind(connection: Connection, old: TableName, shadow: TableName) -> int:
    count = sql.SQL("select count(*) from {} as old where not exists (select from {} as new where new.id = old.id)")
    row = await (await connection.execute(count.format(old.identifier, shadow.identifier))).fetchone()
    return int(row[0]) if row else 0


async def _copy_grants(connection: Connection, old: TableName, shadow: TableName) -> None:
    binds = {"schema": old.schema, "name": old.name, "shadow": shadow.name}
    cursor = await connection.execute(read_sql("runners.embedding", "grants"), binds)
    for (grant,) in await cursor.fetchall():
        await connection.execute(grant)


def _renames(old: TableName, shadow: TableName) -> list[sql.Composed]:
    rename_constraint = sql.SQL("alter table {} rename constraint {} to {}")
    rename_index = sql.SQL("alter index if exists {} rename to {}")
    return [
        sql.SQL("alter table {} rename to {}").format(shadow.identifier, sql.Identifier(old.name)),
        *(
            rename_constraint.format(
                old.identifier, sql.Identifier(f"{shadow.name}_{suffix}"), sql.Identifier(f"{old.name}_{suffix}")
            )
            for suffix in ("pkey", "id_fkey")
        ),
        rename_index.format(sql.Identifier(shadow.schema, index_name(shadow)), sql.Identifier(index_name(old))),
    ]
