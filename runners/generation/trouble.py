"""What is remembered of a provider's troubles beyond one run of calls: a row that all processes and attempts heed."""

from dataclasses import dataclass
from datetime import timedelta

from runners.generation.desk import Desk
from runners.generation.ledger import send, storable
from runners.generation.rows import JobRow


@dataclass(frozen=True, slots=True)
class Trouble:
    """Calls have broken, or were too many, and nothing was answered since."""

    in_a_row: int
    pause: float
    """Seconds for which to leave the provider alone from now on."""


async def find_trouble(desk: Desk, job: JobRow) -> Trouble | None:
    """Return the trouble with the provider and model of this job, if there is one."""
    async with desk.transact() as connection:
        cursor = await send(connection, "find_trouble", provider=job.provider, model=job.model)
        row = await cursor.fetchone()
    return Trouble(*row) if row else None


async def note_trouble(desk: Desk, job: JobRow, trouble: Trouble, *, why: str) -> None:
    """Let everybody leave the provider alone for so long."""
    async with desk.transact() as connection:
        await send(
            connection,
            "note_trouble",
            provider=job.provider,
            model=job.model,
            in_a_row=trouble.in_a_row,
            why=storable(why),
            pause=timedelta(seconds=trouble.pause),
        )


async def end_trouble(desk: Desk, job: JobRow) -> None:
    """Tell everybody that a call was answered."""
    async with desk.transact() as connection:
        await send(connection, "end_trouble", provider=job.provider, model=job.model)
