"""The collections of embeddings and the passes that load them, as an operator sees them. Reads only."""

from psycopg import sql

from engine.database import Database
from engine.rows import Row, file_rows

_MOST_COUNTED = 100_000
"""Rows that are counted; of larger tables the planner's estimate is shown."""

_LOOK = """
select (select model from {table} limit 1), (select count(*) from (select from {table} limit {most}) as counted)
"""


async def passes(database: Database, *, after: str | None, limit: int) -> list[Row]:
    """Return the passes that load embeddings, by stream."""
    return await file_rows(database, "list_passes", after=after or "", limit=limit)


async def collections(database: Database) -> list[Row]:
    """Return the collections with how many rows each has; null: its table is not there, or not one of embeddings."""
    return [row | await _looked_at(database, row) for row in await file_rows(database, "list_collections")]


async def _looked_at(database: Database, row: Row) -> Row:
    """Say of which model the vectors are, and how many there are: counted, or of a large table estimated."""
    if row["type"] is None or not row["has_model"]:
        return {"model": None, "rows": None, "is_estimate": False}
    table = sql.Identifier(*str(row["embeddings_table"]).split("."))
    async with database.transaction() as connection:
        cursor = await connection.execute(sql.SQL(_LOOK).format(table=table, most=_MOST_COUNTED))
        [(model, counted)] = await cursor.fetchall()
    if counted < _MOST_COUNTED:
        return {"model": model, "rows": counted, "is_estimate": False}
    return {"model": model, "rows": max(row["estimate"] or 0, counted), "is_estimate": True}
