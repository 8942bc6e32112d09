"""Takes answers in: raw lines become replies, replies become rows, and at the end the job's books are closed.

Everything here can be done again: a request that has its end is left as it is.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence

from runners.generation.desk import Desk
from runners.generation.ledger import JobRow, close_asks, close_books, lock_open_asks, save_answers, send
from runners.generation.outcome import NO_ANSWER, weigh
from runners.providers.base import Failure, Provider, Reply

log = logging.getLogger("batchdag")

_CHUNK = 1_000


async def ingest(desk: Desk, job: JobRow) -> None:
    """Take in all output files of a job and close its books."""
    provider = desk.providers.get(job.provider)
    for output in job.outputs:
        async for lines in desk.archive.lines(str(output["name"]), size=_CHUNK):
            replies = await asyncio.to_thread(_read, provider, job, lines)
            await save_replies(desk, job, ordinals=sorted(replies), replies=replies)
    await close_unanswered(desk, job)
    async with desk.transact() as connection:
        await close_books(connection, job)


async def close_unanswered(desk: Desk, job: JobRow, *, failure: Failure = NO_ANSWER) -> None:
    """Give every request of a job that has no reply its end."""
    while True:
        async with desk.transact() as connection:
            cursor = await send(connection, "unanswered_asks", job_id=job.id, size=_CHUNK)
            ordinals = [ordinal for (ordinal,) in await cursor.fetchall()]
        if not ordinals:
            return
        replies = {ordinal: Reply(key=job.key(ordinal), raw=None, failure=failure) for ordinal in ordinals}
        await save_replies(desk, job, ordinals=ordinals, replies=replies)


async def save_replies(desk: Desk, job: JobRow, *, ordinals: Sequence[int], replies: Mapping[int, Reply]) -> None:
    """Write what became of these requests of a job, in one transaction."""
    if not ordinals:
        return
    items = desk.items_of(job)
    async with desk.transact() as connection:
        asks = await lock_open_asks(connection, job.id, ordinals=ordinals, is_current=items is not None)
        merger = items.merger if items is not None else None
        outcomes = await asyncio.to_thread(weigh, job, asks, replies, merger=merger)
        await save_answers(connection, job, outcomes.bought)
        await close_asks(connection, job.id, outcomes.closed)
        if items is not None:
            await items.settle(connection, outcomes)


def _read(provider: Provider, job: JobRow, lines: Sequence[bytes]) -> dict[int, Reply]:
    replies: dict[int, Reply] = {}
    for line in lines:
        try:
            reply = provider.read(line)
        except ValueError as error:
            log.warning("ledger.line_unreadable", extra={"provider_batch": job.id, "error": str(error)})
            continue
        ordinal = job.ordinal(reply.key)
        if ordinal is None:
            log.warning("ledger.line_of_nobody", extra={"provider_batch": job.id, "key": reply.key})
        elif ordinal not in replies or replies[ordinal].failure is not None:
            # A doubled line: the first answer counts, and an answer counts more than a failure.
            replies[ordinal] = reply
    return replies
