"""The ledger of paid jobs, as a list of verbs: one statement each. Decides nothing; every change is guarded in SQL.

A caller brings the transaction; it commits only while the step's attempt, or the janitor's hold, is still its own. The
verbs for requests are in ``asks``, those for answers in ``answers``.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any, TypeAlias

from psycopg import AsyncCursor
from psycopg.types.json import Jsonb

from runners.base import Connection, Json
from runners.generation.requests import Frame
from runners.generation.rows import JobRow, State
from runners.generation.terms import Terms
from runners.providers.prices import PriceList, PriceRow
from runners.sql_files import read_sql
from runners.storable import safe_text, to_json

Transact: TypeAlias = Callable[[], AbstractAsyncContextManager[Connection]]

NOW = timedelta(0)


async def send(connection: Connection, name: str, **binds: Any) -> AsyncCursor[tuple[Any, ...]]:
    """Run one statement of the ledger."""
    return await connection.execute(read_sql("runners.generation", name), binds)


async def load_job(connection: Connection, job_id: int) -> JobRow:
    cursor = await send(connection, "load_job", job_id=job_id)
    row = await cursor.fetchone()
    if row is None:
        raise LookupError(f"there is no provider batch {job_id}")
    names = [column.name for column in cursor.description or ()]
    found = dict(zip(names, row, strict=True))
    found["instance_id"] = found.pop("batch_instance_id")
    found["frame"] = Frame.from_json(found.pop("request"))
    found["terms"] = Terms.from_json(found["terms"])
    found["state"] = State(found["state"])
    found["is_overdue"] = bool(found["is_overdue"])
    return JobRow(**found)


async def open_jobs(connection: Connection, *, step_id: int, build: int) -> list[int]:
    cursor = await send(connection, "open_jobs", step_id=step_id, build=build)
    return [job_id for (job_id,) in await cursor.fetchall()]


async def move(
    connection: Connection,
    job: JobRow,
    to: State,
    *,
    wait: timedelta = NOW,
    staged_sha256: str | None = None,
    provider_file: str | None = None,
    provider_job: str | None = None,
    provider_status: str | None = None,
    raw_status: Json = None,
    outputs: Sequence[Json] | None = None,
    error: str | None = None,
) -> bool:
    """Move a job on; False when it is no longer where it was seen."""
    cursor = await send(
        connection,
        "move_job",
        job_id=job.id,
        seen=job.state,
        to=to,
        wait=wait,
        staged_sha256=staged_sha256,
        provider_file=provider_file,
        provider_job=provider_job,
        provider_status=provider_status,
        raw_status=_json(raw_status),
        outputs=_json(outputs),
        error=storable(error),
        deadline=job.terms.deadline,
    )
    return await cursor.fetchone() is not None


async def watch(
    connection: Connection,
    job: JobRow,
    *,
    wait: timedelta,
    provider_job: str | None = None,
    provider_status: str | None = None,
    raw_status: Json = None,
    looks: int = 0,
    has_ended: bool = False,
    cancelled: bool = False,
    duplicates: Sequence[Json] = (),
    error: str | None = None,
) -> None:
    """Write down what a look has shown, and when to look again."""
    await send(
        connection,
        "watch_job",
        job_id=job.id,
        seen=job.state,
        wait=wait,
        provider_job=provider_job,
        provider_status=provider_status,
        raw_status=_json(raw_status),
        looks=looks,
        has_ended=has_ended,
        cancelled=cancelled,
        duplicates=_json(list(duplicates)),
        error=storable(error),
    )


async def abandon(connection: Connection, job: JobRow, *, error: str | None) -> None:
    """Give up a job that was never accepted; nothing was paid for it."""
    said = storable(error)
    cursor = await send(connection, "abandon_job", job_id=job.id, seen=job.state, error=said)
    if await cursor.fetchone() is not None:
        await send(connection, "unsend_asks", job_id=job.id, error=said)


async def count_lost(connection: Connection, job: JobRow, lost: int) -> None:
    """Count answers that may have been paid for and cannot be had, and charge what they can have cost."""
    if lost:
        await send(connection, "count_lost", job_id=job.id, lost=lost)


async def close_books(connection: Connection, job: JobRow) -> bool:
    """Close a job whose requests all have an end; the database refuses if the sums do not agree."""
    cursor = await send(connection, "close_job", job_id=job.id, seen=job.state)
    return await cursor.fetchone() is not None


async def load_prices(connection: Connection) -> PriceList:
    """Return the price list, with the operator's own prices on top."""
    rows = await (await send(connection, "load_prices")).fetchall()
    return PriceList([PriceRow(*row) for row in rows])


def storable(text: str | None) -> str | None:
    """Return what providers and models say as PostgreSQL can hold it."""
    return None if text is None else safe_text(text)


def _json(value: Json) -> Jsonb | None:
    return None if value is None else Jsonb(value, dumps=to_json)
