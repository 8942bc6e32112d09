"""What runs now, at whom, and what holds it back: workers, leases, limits, jobs at providers, circuit breakers, caches.

Reads, but for one push: an operator who knows that a server is there again closes its breaker.
"""

from engine.database import Database
from engine.rows import Row, file_rows
from runners.sql_files import read_sql

_NO_ID = 2**63 - 1


class UnknownBreaker(LookupError):
    """No circuit breaker has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no circuit breaker {name!r}: it has never failed, or is another server's")
        self.name = name


async def workers(database: Database, *, after: str | None, limit: int) -> list[Row]:
    """Return the workers that hold steps, by name."""
    return await file_rows(database, "list_workers", after=after or "", limit=limit)


async def leases(database: Database, *, worker: str | None, after: int | None, limit: int) -> list[Row]:
    """Return the running steps and shards, of one worker or of all, by id."""
    return await file_rows(database, "list_leases", worker=worker, after=after or 0, limit=limit)


async def limits(database: Database) -> list[Row]:
    """Return the limits and how each is used now."""
    return await file_rows(database, "list_limits")


async def provider_batches(
    database: Database, *, is_open: bool, instance_id: int | None, before: int | None, limit: int
) -> list[Row]:
    """Return the jobs at providers, or only those whose books are open, the newest first."""
    return await file_rows(
        database,
        "list_provider_batches",
        open=is_open,
        instance=instance_id,
        before=_NO_ID if before is None else before,
        limit=limit,
    )


async def cache_readers(database: Database) -> list[Row]:
    """Return the processes that keep what they have read, by name."""
    return await file_rows(database, "list_cache_readers")


async def breakers(database: Database) -> list[Row]:
    """Return the circuit breakers, those first that let nobody through."""
    return await file_rows(database, "list_breakers", name=None)


async def breaker(database: Database, name: str) -> Row:
    """Return one circuit breaker.

    Raises:
        UnknownBreaker: there is none of this name.
    """
    found = await file_rows(database, "list_breakers", name=name)
    if not found:
        raise UnknownBreaker(name)
    return found[0]


async def close_breaker(database: Database, name: str) -> bool:
    """Let everybody through again, as if the server had answered; False if nothing was held against it."""
    async with database.transaction() as connection:
        closed = await connection.execute(read_sql("runners.embedding", "close_breaker"), {"name": name})
        return closed.rowcount > 0
