"""Applies schema.sql, and knows by its revision whether a database has been brought up to date."""

import re
from functools import cache
from pathlib import Path

from psycopg import errors

from engine.database import Connection

_TRIES = 10
_COLLISIONS = (
    errors.UniqueViolation,
    errors.DuplicateObject,
    errors.DuplicateTable,
    errors.DeadlockDetected,
    errors.InternalError_,  # "tuple concurrently updated"
)
_REVISION = re.compile(r"function schema_revision\(\).*?\nreturn (\d+);", re.DOTALL)


class SchemaOutdated(Exception):
    """The database was set up by an earlier version of batchdag."""

    def __init__(self, *, found: int, needed: int) -> None:
        super().__init__(
            f"the database was set up by an earlier version of batchdag (its schema has revision {found}; this one"
            f" needs {needed}). Run `batchdag init` once: it keeps all rows, and is safe while other processes work"
        )
        self.found = found
        self.needed = needed


def schema_sql() -> str:
    """Return ``schema.sql``: beside this package in a wheel, at the top of a checkout."""
    packaged = Path(__file__).with_name("schema.sql")
    path = packaged if packaged.exists() else Path(__file__).parents[1] / "schema.sql"
    return path.read_text("utf-8")


@cache
def revision() -> int:
    """Return the revision of ``schema.sql``, which every change of it raises."""
    [number] = _REVISION.findall(schema_sql())
    return int(number)


async def initialise(connection: Connection) -> None:
    """Apply schema.sql: creates what is missing, replaces what has changed, keeps all rows; all of it or nothing.

    Whoever does so at the same moment as another one is refused by PostgreSQL's catalogue, waits by that for the other,
    and does it again. (No advisory lock: schema.sql itself takes the right to them from whoever is no superuser.)
    """
    for _ in range(_TRIES - 1):
        try:
            await connection.execute(schema_sql(), prepare=False)
        except _COLLISIONS:
            continue
        return
    await connection.execute(schema_sql(), prepare=False)


async def ensure_schema(connection: Connection, *, is_own: bool) -> None:
    """Set up an empty database; bring an older one up to date if the server is our own.

    Raises:
        SchemaOutdated: it is older, and others may have a say in when it is changed.
    """
    found = await _found(connection)
    if found is None or (is_own and found < revision()):
        await initialise(connection)
    elif found < revision():
        raise SchemaOutdated(found=found, needed=revision())


async def _found(connection: Connection) -> int | None:
    """Return the revision that a database has; None: no tables, 0: of before there were revisions."""
    query = "select to_regclass('batch_step_result') is not null, to_regprocedure('schema_revision()') is not null"
    has_tables, has_revision = await (await connection.execute(query)).fetchone() or (False, False)
    if not has_revision:
        return 0 if has_tables else None
    [(number,)] = await (await connection.execute("select schema_revision()")).fetchall()
    return int(number)
