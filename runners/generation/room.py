"""Limits of providers: what all processes together may ask for. Counted from the ledger by the database, never here.

Live calls take their room in the statement that begins them; these are the verbs for everything else.
"""

from runners.base import Connection
from runners.generation.ledger import send
from runners.generation.rows import JobRow


async def has_room(connection: Connection, job: JobRow) -> bool:
    """Say whether this job may be created; nobody else decides that for its provider before the commit."""
    cursor = await send(connection, "take_room_for_job", job_id=job.id)
    (has_room,) = await cursor.fetchone() or (False,)
    return bool(has_room)


async def seconds_to_room(connection: Connection, job: JobRow) -> float:
    """Return when to try again to begin live calls, after there was room for none."""
    cursor = await send(connection, "time_to_room", job_id=job.id)
    (seconds,) = await cursor.fetchone() or (1.0,)
    return max(1.0, float(seconds))
