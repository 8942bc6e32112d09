"""The requests of the ledger and their items, as a list of verbs: one statement each. Decides nothing."""

from collections.abc import AsyncIterator, Sequence

from runners.base import Connection
from runners.generation.ledger import Transact, send, storable
from runners.generation.requests import Pending, Request
from runners.generation.rows import BegunCall, ClosedAsk, JobRow, OpenAsk, SettledItem


async def pending_items(connection: Connection, *, step_id: int, build: int, after: int, size: int) -> list[Pending]:
    cursor = await send(connection, "pending_items", step_id=step_id, build=build, after=after, size=size)
    return [Pending(*row) for row in await cursor.fetchall()]


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


async def each_ask(transact: Transact, job_id: int, *, size: int = 2_000) -> AsyncIterator[list[tuple[int, str]]]:
    """Yield a job's requests in order, a chunk at a time, each read in a transaction of its own."""
    after = -1
    while True:
        async with transact() as connection:
            cursor = await send(connection, "load_asks", job_id=job_id, after=after, size=size)
            chunk = [(ordinal, prompt) for ordinal, prompt in await cursor.fetchall()]
        if not chunk:
            return
        yield chunk
        after = chunk[-1][0]


async def prompts_of(connection: Connection, job_id: int, ordinals: Sequence[int]) -> dict[int, str]:
    """Return the prompts of these requests of a job."""
    cursor = await send(connection, "load_prompts", job_id=job_id, ordinals=list(ordinals))
    return dict(await cursor.fetchall())


async def lock_open_asks(
    connection: Connection, job_id: int, *, ordinals: Sequence[int], is_current: bool
) -> list[OpenAsk]:
    cursor = await send(connection, "open_asks", job_id=job_id, ordinals=list(ordinals), is_current=is_current)
    return [OpenAsk(*row) for row in await cursor.fetchall()]


async def close_asks(connection: Connection, job_id: int, closed: Sequence[ClosedAsk]) -> None:
    if not closed:
        return
    await send(
        connection,
        "close_asks",
        job_id=job_id,
        ordinals=[one.ordinal for one in closed],
        states=[one.state for one in closed],
        reasons=[storable(one.reason) for one in closed],
        errors=[storable(one.error) for one in closed],
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
        errors=[storable(one.error) for one in items],
        tries=[one.tries for one in items],
        tokens=[one.tokens for one in items],
        costs=[one.cost_usd for one in items],
    )


# Live calls


async def begin_calls(connection: Connection, job: JobRow, size: int) -> list[BegunCall]:
    """Write down that the next live calls are being made, and return them."""
    cursor = await send(connection, "begin_calls", job_id=job.id, size=size)
    return [BegunCall(*row) for row in await cursor.fetchall()]


async def break_calls(connection: Connection, job: JobRow, ordinals: Sequence[int]) -> None:
    """Write down that calls have ended without an answer: it is not known whether they were accepted."""
    if ordinals:
        await send(connection, "break_calls", job_id=job.id, ordinals=list(ordinals))


async def take_back(connection: Connection, job: JobRow, ordinals: Sequence[int], *, lost: int = 0) -> None:
    """Let calls be made again: certainly not accepted, or their answers are ``lost`` once more."""
    if ordinals:
        await send(connection, "take_back_calls", job_id=job.id, ordinals=list(ordinals), lost=lost)
