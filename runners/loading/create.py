"""Creates the table that ``load`` was asked to make: the columns of the items, the keys as its primary key."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

from psycopg import errors, sql

from runners.base import Column, Connection, InvalidStep
from runners.loading.target import TableName


def planned_columns(
    wanted: Mapping[str, str] | Sequence[str] | None, *, items: Sequence[Column], keys: Sequence[str]
) -> tuple[Column, ...]:
    """Return the columns of the table to be: those wanted, typed like the fields they are filled from."""
    types = {column.name: column.type for column in items}
    match wanted:
        case None:
            sources = {name: name for name in types}
        case Mapping():
            sources = dict(wanted)
        case _:
            sources = dict(zip(wanted, wanted, strict=True))
    unknown = [field for field in sources.values() if field not in types]
    missing = [key for key in keys if key not in sources]
    if not sources or unknown or missing:
        raise InvalidStep(
            f"the table cannot be created: the items have the fields {', '.join(types) or 'none'}; "
            f"asked for but not there: {', '.join([*unknown, *missing]) or 'any field'}"
        )
    return tuple(Column(name, types[field]) for name, field in sources.items())


async def create_table(
    connection: Connection, table: TableName, *, columns: Sequence[Column], keys: Sequence[str]
) -> None:
    """Create the table unless somebody else just has."""
    parts: list[sql.Composable] = []
    for column in columns:
        type_name = await _known_type(connection, column)
        parts.append(sql.SQL("{} {}").format(sql.Identifier(column.name), sql.SQL(type_name)))
    if keys:
        listed = sql.SQL(", ").join(sql.Identifier(key) for key in keys)
        parts.append(sql.SQL("primary key ({})").format(listed))
    create = sql.SQL("create table if not exists {} ({})").format(table.identifier, sql.SQL(", ").join(parts))
    # Two shards that create it at the same moment: the slower one gets an error in spite of "if not exists".
    with suppress(errors.UniqueViolation, errors.DuplicateTable, errors.DuplicateObject):
        async with connection.transaction():
            await connection.execute(create)


async def _known_type(connection: Connection, column: Column) -> str:
    """Return the type's name as PostgreSQL itself writes it, so that no text from an item set reaches the DDL."""
    cursor = await connection.execute("select format_type(to_regtype(%s), null)", (column.type,))
    row = await cursor.fetchone()
    if row is None or row[0] is None or row[0] == "-":
        raise InvalidStep(f'the table cannot be created: field "{column.name}" has the unknown type "{column.type}"')
    return str(row[0])
