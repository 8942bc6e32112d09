"""What was spent on which day by which definition, beside what each may spend. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.database import Database
from engine.rows import Row, file_rows


@dataclass(frozen=True, slots=True)
class Spending:
    """By day and definition, and by definition."""

    days: Sequence[Row]
    definitions: Sequence[Row]


async def spending(database: Database, *, days: int) -> Spending:
    """Return what the jobs of the last days have cost. Simulated answers cost nothing: theirs is told apart."""
    return Spending(
        days=await file_rows(database, "spend_by_day", days=days),
        definitions=await file_rows(database, "spend_by_definition"),
    )
