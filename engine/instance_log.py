"""What has happened to an instance, told from its rows: there is no log beside them that could say something else.

Knows attempts, changes that were asked for and alerts; not what runners say while they run.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from engine.database import Database
from engine.rows import Row, file_rows


@dataclass(frozen=True, slots=True)
class EventKey:
    """The key of an event; what happens at the same time goes by kind, step and attempt."""

    at: datetime = datetime(1, 1, 2, tzinfo=UTC)
    rank: int = 0
    id: int = 0
    attempt: int = 0


async def instance_log(
    database: Database, instance_id: int, *, step_key: str | None, with_names: bool, after: EventKey, limit: int
) -> list[Row]:
    """Return what happened to an instance, or to one of its steps, the oldest first.

    ``with_names``: who asked for changes is said, too.
    """
    return await file_rows(
        database,
        "instance_log",
        instance=instance_id,
        step=step_key,
        with_names=with_names,
        after_at=after.at,
        after_rank=after.rank,
        after_id=after.id,
        after_attempt=after.attempt,
        limit=limit,
    )
