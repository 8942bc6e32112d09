"""Takes answers in: raw lines become replies, replies become rows, and at the end the job's books are closed.

Everything here can be done again: a request that has its end is left as it is.
"""

import asyncio
from collections.abc import Mapping

from runners.base import Connection
from runners.generation.answers import keep_answers
from runners.generation.asks import close_asks, lock_open_asks
from runners.generation.desk import Desk
from runners.generation.ledger import close_books, count_lost, send
from runners.generation.matching import Matcher
from runners.generation.outcome import NO_ANSWER, weigh
from runners.generation.rows import JobRow
from runners.providers.base import Reply

_CHUNK = 1_000


async def ingest(desk: Desk, job: JobRow) -> None:
    """Take in all output files of a job and close its books; what may have been paid for and is gone is counted."""
    matcher = Matcher(desk, job, desk.providers.get(job.provider))
    for output in job.outputs:
        if "name" in output:
            async for lines in desk.archive.lines(str(output["name"]), size=_CHUNK):
                await save_replies(desk, job, await matcher.match(lines))
    await _close_unanswered(desk, job)
    async with desk.transact() as connection:
        if await close_books(connection, job):
            await count_lost(connection, job, matcher.refused + await _count_gone(connection, job))


async def save_replies(desk: Desk, job: JobRow, replies: Mapping[int, Reply]) -> None:
    """Write what became of these requests of a job, in one transaction."""
    if replies:
        async with desk.transact() as connection:
            await settle(connection, desk, job, replies)


async def settle(connection: Connection, desk: Desk, job: JobRow, replies: Mapping[int, Reply]) -> None:
    """Keep answers, give requests their end, and items theirs. A request that has its end stays as it is."""
    items = desk.items_of(job)
    asks = await lock_open_asks(connection, job.id, ordinals=sorted(replies), is_current=items is not None)
    merger = items.merger if items is not None else None
    outcomes = await asyncio.to_thread(weigh, job, asks, replies, merger=merger)
    await keep_answers(connection, job, outcomes.bought)
    await close_asks(connection, job.id, outcomes.closed)
    if items is not None:
        await items.settle(connection, outcomes)


async def _close_unanswered(desk: Desk, job: JobRow) -> None:
    """Give every request of a job that has no reply its end."""
    while True:
        async with desk.transact() as connection:
            cursor = await send(connection, "unanswered_asks", job_id=job.id, size=_CHUNK)
            ordinals = [ordinal for (ordinal,) in await cursor.fetchall()]
        if not ordinals:
            return
        replies = {number: Reply(key=job.key(number), raw=None, failure=NO_ANSWER) for number in ordinals}
        await save_replies(desk, job, replies)


async def _count_gone(connection: Connection, job: JobRow) -> int:
    """Return how many answers may have been in files that cannot be had."""
    if not any("gone" in output for output in job.outputs):
        return 0
    (missing,) = await (await send(connection, "count_missing", job_id=job.id)).fetchone() or (0,)
    return int(missing)
