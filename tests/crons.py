"""A database whose clock stands where a test puts it, with definitions that have a cron."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from engine.database import Connection
from engine.scheduler.gaps import write_gaps
from engine.scheduler.tick import tick

NEEDS_TOPIC = {"type": "object", "required": ["topic"], "properties": {"topic": {"type": "string"}}}
Rows = list[tuple[Any, ...]]


class Site:
    """One definition's cron, the clock, and the scheduler's pass, all in the test's hands."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def clock(self, text: str) -> None:
        await self.connection.execute("select set_config('batchdag.clock', %s, false)", (f"{text}+00",))

    async def define(self, at: str, *, name: str = "daily", **columns: Any) -> None:
        await self.clock(at)
        row = {"name": name, "steps": Jsonb([{"key": "noop"}]), "cron": "0 * * * *", "misfire": "all"} | columns
        names, marks = ", ".join(row), ", ".join(["%s"] * len(row))
        await self.connection.execute(f"insert into batch_definition ({names}) values ({marks})", list(row.values()))

    async def edit(self, at: str, **columns: Any) -> None:
        await self.clock(at)
        sets = ", ".join(f"{name} = %s" for name in columns)
        await self.connection.execute(f"update batch_definition set {sets}", list(columns.values()))

    async def tick(self, at: str) -> None:
        """Do the scheduler's passes until nothing is left to do."""
        await self.clock(at)
        while True:
            decided = await tick(self.connection)
            async with self.connection.transaction():
                if not await write_gaps(self.connection) and not decided:
                    return

    async def rows(self, query: str, *binds: Any) -> Rows:
        return await (await self.connection.execute(query, binds)).fetchall()

    async def outcomes(self, name: str = "daily") -> dict[str, str]:
        """What became of each instant, by its time in UTC."""
        found = await self.rows(
            "select to_char(fire_at at time zone 'UTC', 'DD HH24:MI'), outcome from batch_cron_calendar"
            " where definition = %s and outcome not in ('planned', 'due') order by fire_at",
            name,
        )
        return dict(found)

    async def reason(self, fire_at: str) -> str:
        found = await self.rows("select reason from batch_cron_fire where fire_at = %s", f"{fire_at}+00")
        return str(found[0][0])

    async def scheduled(self) -> list[str]:
        """The instants that have an instance."""
        found = await self.rows(
            "select to_char(scheduled_at at time zone 'UTC', 'DD HH24:MI') from batch_instance"
            " where trigger = 'cron' order by id"
        )
        return [row[0] for row in found]

    async def end_all(self) -> None:
        await self.connection.execute("select cancel_instance(id) from batch_instance where status = 'pending'")


@asynccontextmanager
async def crons_on(database_url: str) -> AsyncIterator[Site]:
    """A site on a connection of its own."""
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as connection:
        await connection.execute("insert into batch_runner (name, version, params_schema) values ('noop', '1', '{}')")
        yield Site(connection)
