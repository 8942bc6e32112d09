"""The answers that were paid for, as a list of verbs. Each is kept and charged by one statement, together and once."""

from collections.abc import Sequence
from datetime import datetime

from runners.base import Connection
from runners.generation.ledger import send
from runners.generation.rows import Bought, JobRow, KnownAnswer


async def find_answers(
    connection: Connection, hashes: Sequence[str], *, since: datetime | None = None
) -> dict[str, KnownAnswer]:
    """Return what is known of these requests; what was answered before ``since`` is old."""
    cursor = await send(connection, "find_answers", hashes=list(hashes), since=since)
    rows = await cursor.fetchall()
    return {key: KnownAnswer(text, finish, inputs + outputs, old) for key, text, finish, inputs, outputs, old in rows}


async def keep_answers(connection: Connection, job: JobRow, bought: Sequence[Bought]) -> None:
    """Keep answers as they came and charge them to their job; one that is there already stays, and costs no more."""
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
