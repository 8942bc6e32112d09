"""Finds out what has changed, by looking at the rows. Costs what changes them nothing, and needs no table of events.

Every row names the transaction that wrote it. A look remembers the oldest transaction that it could not see the end of;
the next one reads the rows that this or a later transaction wrote. So no change is missed, whatever the order of the
commits, and a cursor is good in any process of the same database.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from engine.database import Connection, Database, sql
from runners.base import Json

_HORIZON = 2**31 - 10_000_000
"""Beyond so many transactions their names have wrapped around: everything is read again."""
_SLACK = timedelta(seconds=60)
"""An instance's end has the time of its statement; its commit may come a little later."""
_MOST = 20_000
"""Live instances of one look; of more, those that only wait to be started are left out."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Up to where somebody has seen: the oldest transaction not seen to its end, and the time of the look."""

    transaction: int
    at: datetime

    def __str__(self) -> str:
        return f"{self.transaction}-{round(self.at.timestamp() * 1_000_000)}"

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """Read what ``str`` wrote.

        Raises:
            ValueError: it is something else.
        """
        transaction, _, micros = text.partition("-")
        if not all(part.isascii() and part.isdigit() and len(part) <= 19 for part in (transaction, micros)):
            raise ValueError(f"{text[:60]!r} is no cursor; leave it out to begin with what there is now")
        try:
            return cls(int(transaction), datetime.fromtimestamp(int(micros) / 1_000_000, UTC))
        except (OverflowError, OSError, ValueError) as error:
            raise ValueError(f"{text[:60]!r} is no cursor: it is not of this time") from error


@dataclass(frozen=True, slots=True)
class Scope:
    """What is watched: everything, the instances of a definition, or one instance."""

    definition: str | None = None
    instance_id: int | None = None


class InstanceSeen(NamedTuple):
    """An instance as a look found it."""

    id: int
    definition: str
    version: int
    status: str
    open_steps: int
    failed_steps: int
    error: str | None
    cancel_requested: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class StepSeen(NamedTuple):
    """A step (not a shard) as a look found it; ``waiting_on`` counts parents, or unfinished shards of a spread one."""

    instance_id: int
    id: int
    step_key: str
    state: str
    reason: str | None
    attempt: int
    waiting_on: int
    run_after: datetime
    progress: Json
    error: str | None
    started_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look found: rows that may have changed since its cursor, and the cursor to go on from."""

    cursor: Cursor
    instances: list[InstanceSeen]
    steps: list[StepSeen]


class Watch:
    """Looks at one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def position(self) -> Cursor:
        """Return the cursor of now: nothing that was committed before is reported after it again."""
        async with self._database.transaction() as connection:
            cursor, _ = await _position(connection)
            return cursor

    async def look(self, since: Cursor, *, scope: Scope | None = None) -> Seen:
        """Return every live instance, those that have ended since, and the steps of both that may have changed.

        A row may be reported twice; none is left out.
        """
        async with self._database.transaction() as connection:
            cursor, following = await _position(connection)
            is_recent = 0 <= following - since.transaction < _HORIZON
            name = str(since.transaction % 2**32) if is_recent else None
            instances = await _instances(connection, since, name, scope or Scope())
            binds = {"ids": [instance.id for instance in instances], "since": name}
            rows = await (await connection.execute(sql("watch_steps"), binds)).fetchall()
        return Seen(cursor, instances, [StepSeen(*row) for row in rows])


async def _position(connection: Connection) -> tuple[Cursor, int]:
    row = await (await connection.execute(sql("watch_position"))).fetchone()
    assert row is not None
    return Cursor(row[0], row[2]), row[1]


async def _instances(connection: Connection, since: Cursor, name: str | None, scope: Scope) -> list[InstanceSeen]:
    binds = {
        "since": name,
        "ended_from": since.at - _SLACK,
        "definition": scope.definition,
        "instance": scope.instance_id,
        "limit": _MOST,
    }
    rows = await (await connection.execute(sql("watch_instances"), binds)).fetchall()
    return [InstanceSeen(*row) for row in rows]
