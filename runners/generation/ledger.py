"""The ledger of paid calls, as a list of verbs: one statement each. Decides nothing; every change is guarded in SQL.

A caller brings the transaction; it commits only while the step's attempt, or the janitor's hold, is still its own.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeAlias

from psycopg import AsyncCursor
from psycopg.types.json import Jsonb

from runners.base import Connection, Json
from runners.generation.requests import Frame, Pending, Request
from runners.generation.terms import Terms
from runners.providers.prices import PriceList, PriceRow
from runners.sql_files import read_sql
from runners.storable import safe_text, to_json

Transact: TypeAlias = Callable[[], AbstractAsyncContextManager[Connection]]

NOW = timedelta(0)


class State(StrEnum):
    """Where a job is on its way through the ledger; see the page on crash windows."""

    PLANNED = "planned"
    STAGED = "staged"
    UPLOADING = "uploading"
    UPLOADED = "uploaded"
    SUBMITTING = "submitting"
    SUBMITTED = "submitted"
    TERMINAL = "terminal"
    DOWNLOADED = "downloaded"
    INGESTED = "ingested"
    ABANDONED = "abandoned"

    @property
    def is_closed(self) -> bool:
        return self in (State.INGESTED, State.ABANDONED)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRow:
    """A row of ``provider_batch``; times as seconds by the database's clock."""

    id: int
    intent: str
    step_id: int
    step_key: str
    instance_id: int
    build: int
    provider: str
    model: str
    mode: str
    state: State
    frame: Frame
    items: int
    terms: Terms
    is_simulated: bool
    staged_sha256: str | None
    provider_file: str | None
    provider_job: str | None
    outputs: Sequence[Mapping[str, Json]]
    duplicates: Sequence[str]
    """The ids of those that are known."""
    looks: int
    submissions: int
    error: str | None
    seconds_since_submitting: float | None
    seconds_to_wait: float
    is_begun: bool
    is_overdue: bool
    is_cancelled: bool
    is_past_hope: bool
    """Its end was asked for two hours ago, and has not come."""
    created_at: datetime

    def key(self, ordinal: int) -> str:
        """Return our key for one request of the job."""
        return f"{self.intent}-{ordinal}"

    def ordinal(self, key: str | None) -> int | None:
        """Return which request of this job a key is for; None if it is none of ours."""
        head, _, tail = (key or "").rpartition("-")
        return int(tail) if head == self.intent and tail.isdecimal() else None


@dataclass(frozen=True, slots=True)
class OpenAsk:
    """A request without an answer, and its item if that still waits for it."""

    ordinal: int
    seq: int
    tried: int
    hash: str
    payload: dict[str, Json] | None


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """An answer that was paid for before."""

    text: str | None
    finish: str
    tokens: int


@dataclass(frozen=True, slots=True)
class Bought:
    """An answer to be kept."""

    hash: str
    raw: str
    text: str | None
    finish: str
    input_tokens: int
    output_tokens: int
    cost_usd: Decimal


@dataclass(frozen=True, slots=True)
class ClosedAsk:
    """What became of a request."""

    ordinal: int
    state: str
    reason: str | None = None
    error: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_usd: Decimal | None = None


@dataclass(frozen=True, slots=True)
class SettledItem:
    """What became of an item; ``state`` pending means that it is asked again."""

    seq: int
    state: str
    payload: str | None = None
    """JSON text; None leaves it as it is."""
    error: str | None = None
    tries: int = 0
    tokens: int = 0
    cost_usd: Decimal = Decimal(0)


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
        error=_text(error),
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
        cancelled=cancelled,
        duplicates=_json(list(duplicates)),
        error=_text(error),
    )


async def abandon(connection: Connection, job: JobRow, *, error: str | None) -> None:
    """Give up a job that was never accepted; nothing was paid for it."""
    said = _text(error)
    cursor = await send(connection, "abandon_job", job_id=job.id, seen=job.state, error=said)
    if await cursor.fetchone() is not None:
        await send(connection, "unsend_asks", job_id=job.id, error=said)


async def pending_items(connection: Connection, *, step_id: int, build: int, after: int, size: int) -> list[Pending]:
    cursor = await send(connection, "pending_items", step_id=step_id, build=build, after=after, size=size)
    return [Pending(*row) for row in await cursor.fetchall()]


async def find_answers(connection: Connection, hashes: Sequence[str]) -> dict[str, KnownAnswer]:
    cursor = await send(connection, "find_answers", hashes=list(hashes))
    rows = await cursor.fetchall()
    return {key: KnownAnswer(text, finish, inputs + outputs) for key, text, finish, inputs, outputs in rows}


async def add_asks(
    connection: Connection, job_id: int, *, step_id: int, first: int, asks: Sequence[Request]
) -> set[int]:
    """Write requests with ordinals from ``first``; return those written: the others are being asked elsewhere."""
    cursor = await send(
        connection,
        "add_asks",
        job_id=job_id,
        step_id=step_id,
        ordinals=list(range(first, first + len(asks))),
        seqs=[ask.seq for ask in asks],
        tries=[ask.tried for ask in asks],
        hashes=[ask.hash for ask in asks],
        prompts=[ask.prompt for ask in asks],
    )
    written = {ordinal for (ordinal,) in await cursor.fetchall()}
    cursor = await send(connection, "drop_answered", job_id=job_id, ordinals=sorted(written))
    return written - {ordinal for (ordinal,) in await cursor.fetchall()}


async def asks_of(connection: Connection, job_id: int, *, after: int, size: int) -> list[tuple[int, str]]:
    cursor = await send(connection, "load_asks", job_id=job_id, after=after, size=size)
    return [(ordinal, prompt) for ordinal, prompt in await cursor.fetchall()]


async def lock_open_asks(
    connection: Connection, job_id: int, *, ordinals: Sequence[int], is_current: bool
) -> list[OpenAsk]:
    cursor = await send(connection, "open_asks", job_id=job_id, ordinals=list(ordinals), is_current=is_current)
    return [OpenAsk(*row) for row in await cursor.fetchall()]


async def save_answers(connection: Connection, job: JobRow, bought: Sequence[Bought]) -> None:
    """Keep answers and count what they cost."""
    if not bought:
        return
    await keep_answers(connection, job, bought)
    await send(
        connection,
        "count_cost",
        job_id=job.id,
        cost=sum((one.cost_usd for one in bought), Decimal(0)),
        input_tokens=sum(one.input_tokens for one in bought),
        output_tokens=sum(one.output_tokens for one in bought),
    )


async def keep_answers(connection: Connection, job: JobRow, bought: Sequence[Bought]) -> None:
    """Keep answers as they came; one that is there already stays."""
    if not bought:
        return
    await send(
        connection,
        "keep_answers",
        provider=job.provider,
        model=job.model,
        mode=job.mode,
        job_id=job.id,
        is_simulated=job.is_simulated,
        hashes=[one.hash for one in bought],
        raws=[one.raw for one in bought],
        answers=[one.text for one in bought],
        finishes=[one.finish for one in bought],
        inputs=[one.input_tokens for one in bought],
        outputs=[one.output_tokens for one in bought],
        costs=[one.cost_usd for one in bought],
    )


async def begin_calls(connection: Connection, job: JobRow, size: int) -> list[tuple[int, str, str]]:
    """Write down that the next live calls are being made; return ordinal, prompt and hash of each."""
    cursor = await send(connection, "begin_calls", job_id=job.id, size=size)
    return [(ordinal, prompt, hashed) for ordinal, prompt, hashed in await cursor.fetchall()]


async def take_back(connection: Connection, job: JobRow, ordinals: Sequence[int], *, lost: int = 0) -> None:
    """Let calls be made again: certainly not accepted, or their answers are ``lost`` once more."""
    if ordinals:
        await send(connection, "take_back_calls", job_id=job.id, ordinals=list(ordinals), lost=lost)


async def close_asks(connection: Connection, job_id: int, closed: Sequence[ClosedAsk]) -> None:
    if not closed:
        return
    await send(
        connection,
        "close_asks",
        job_id=job_id,
        ordinals=[one.ordinal for one in closed],
        states=[one.state for one in closed],
        reasons=[_text(one.reason) for one in closed],
        errors=[_text(one.error) for one in closed],
        inputs=[one.input_tokens for one in closed],
        outputs=[one.output_tokens for one in closed],
        costs=[one.cost_usd for one in closed],
    )


async def settle_items(connection: Connection, step_id: int, items: Sequence[SettledItem]) -> None:
    if not items:
        return
    await send(
        connection,
        "settle_items",
        step_id=step_id,
        seqs=[one.seq for one in items],
        states=[one.state for one in items],
        payloads=[one.payload for one in items],
        errors=[_text(one.error) for one in items],
        tries=[one.tries for one in items],
        tokens=[one.tokens for one in items],
        costs=[one.cost_usd for one in items],
    )


async def close_books(connection: Connection, job: JobRow) -> bool:
    """Close a job whose requests all have an end; the database refuses if the sums do not agree."""
    cursor = await send(connection, "close_job", job_id=job.id, seen=job.state)
    return await cursor.fetchone() is not None


async def each_ask(transact: Transact, job_id: int, *, size: int = 2_000) -> AsyncIterator[list[tuple[int, str]]]:
    """Yield a job's requests in order, a chunk at a time, each read in a transaction of its own."""
    after = -1
    while True:
        async with transact() as connection:
            chunk = await asks_of(connection, job_id, after=after, size=size)
        if not chunk:
            return
        yield chunk
        after = chunk[-1][0]


def _json(value: Json) -> Jsonb | None:
    return None if value is None else Jsonb(value, dumps=to_json)


def _text(text: str | None) -> str | None:
    """Return what providers and models say as PostgreSQL can hold it."""
    return None if text is None else safe_text(text)


async def load_prices(connection: Connection) -> PriceList:
    """Return the price list, with the operator's own prices on top."""
    rows = await (await send(connection, "load_prices")).fetchall()
    return PriceList([PriceRow(*row) for row in rows])
