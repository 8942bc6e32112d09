"""The rows of ready steps, as an outbox: which are to be published, which have been, which were lost on the way."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from engine.claims import Message
from engine.database import Database, sql
from engine.limits import Limits


class Ready(NamedTuple):
    """A ready step, as far as its message needs it."""

    step_id: int
    attempt: int
    priority: int
    runner: str | None

    @property
    def message(self) -> Message:
        return Message(self.step_id, self.attempt)


class Published(NamedTuple):
    """A ready step whose message was sent at this moment."""

    step: Ready
    published_at: datetime


class Outbox:
    """Ready steps and whether a message of theirs is on its way.

    What is written here may be lost in a crash of the server: a step is then published twice, and claimed once. So
    no commit waits for the disk.
    """

    def __init__(self, database: Database, limits: Limits) -> None:
        self._database = database
        self._limits = limits

    async def publish(self, *, limit: int, window: int) -> list[Ready]:
        """Mark up to so many steps as published and return them; none while ``window`` are on their way.

        Of a limited runner no more are on their way than may be claimed.
        """
        async with self._database.transaction() as connection:
            await connection.execute("set local synchronous_commit = off")
            statement = "publish_limited_steps" if self._limits.may_exist else "publish_steps"
            cursor = await connection.execute(sql(statement), {"limit": limit, "window": window})
            return [Ready(*row) for row in await cursor.fetchall()]

    async def unpublish(self, ids: Collection[int]) -> None:
        """Let these steps be published again, as far as nobody has claimed them."""
        async with self._database.transaction() as connection:
            await connection.execute("set local synchronous_commit = off")
            await connection.execute(sql("unpublish_steps"), {"ids": sorted(ids)})

    async def published(self) -> list[Published]:
        """Return the steps that are published and that nobody has claimed, the oldest first."""
        async with self._database.transaction() as connection:
            cursor = await connection.execute(sql("find_published"), {})
            return [Published(Ready(*step), published_at) for *step, published_at in await cursor.fetchall()]
