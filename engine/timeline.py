"""When each attempt of an instance waited, began and ended, in pages. Reads only; decides nothing of what is drawn."""

from engine.database import Database
from engine.rows import Row, file_rows

Place = tuple[int, int, int]
"""The key of a row: step, attempt, and whether it is what the step does now."""


async def attempts(
    database: Database, instance_id: int, *, shards_of: str | None, after: Place | None, limit: int
) -> list[Row]:
    """Return the attempts of the steps, or of one step's shards, and what each does now, by step and attempt."""
    step, attempt, now = after or (0, 0, 0)
    return await file_rows(
        database,
        "timeline",
        instance=instance_id,
        shards_of=shards_of,
        after_step=step,
        after_attempt=attempt,
        after_now=now,
        limit=limit,
    )
