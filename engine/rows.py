"""Reads rows as dictionaries: of a query built with SQLAlchemy Core, or of a statement in a file."""

from typing import Any

from sqlalchemy import Select
from sqlalchemy.dialects.postgresql.psycopg import dialect

from engine.database import Connection, Database, sql
from runners.base import Json

Row = dict[str, Json]
_DIALECT = dialect()  # type: ignore[no-untyped-call]


async def query_rows(database: Database, query: Select[Any]) -> list[Row]:
    """Return the rows of a query by column name."""
    compiled = query.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    async with database.transaction() as connection:
        return await _named(connection, str(compiled), compiled.params)


async def file_rows(database: Database, statement: str, **binds: Any) -> list[Row]:
    """Return the rows of ``engine/sql/<statement>.sql`` by column name."""
    async with database.transaction() as connection:
        return await _named(connection, sql(statement), binds)


async def _named(connection: Connection, text: str, binds: Any) -> list[Row]:
    cursor = await connection.execute(text, binds)
    names = [column.name for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in await cursor.fetchall()]
