"""What became of the instants of crons, and what comes next. Reads only."""

from dataclasses import dataclass
from datetime import UTC, datetime

from engine.database import Database
from engine.rows import Row, file_rows

_BEGINNING = (datetime(1, 1, 2, tzinfo=UTC), "")


@dataclass(frozen=True, slots=True)
class Span:
    """Which instants: of one definition or of all, in a span of time; None: from a week ago, without an end."""

    definition: str | None = None
    begin: datetime | None = None
    end: datetime | None = None


async def fires(database: Database, span: Span, *, after: tuple[datetime, str] | None, limit: int) -> list[Row]:
    """Return what is decided, by time and definition; ``after`` is such a key."""
    after_at, after_definition = after or _BEGINNING
    return await file_rows(
        database,
        "list_fires",
        definition=span.definition,
        begin=span.begin,
        end=span.end,
        after_at=after_at,
        after_definition=after_definition,
        limit=limit,
    )


async def upcoming(database: Database, definition: str | None) -> list[Row]:
    """Return the next instants, and the crons that cannot be used (without a time)."""
    return await file_rows(database, "list_upcoming_fires", definition=definition)
