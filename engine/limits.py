"""Whether runners are limited at all. While they are, what is claimed is counted; while they are not, nothing is.

Knows no limit and counts nothing: the statements that claim and publish do, with the functions of ``batch_limit``.
"""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from engine.database import Database, sql
from engine.service import Service

_POLL = 1.0
_LOOK = 0.2
"""Seconds between two looks for room: what makes room, a step of another process or the time, tells nobody."""
_FORGET = 30.0


class Limits:
    """What this process believes. To count where nothing is limited is slow and right, so in doubt it counts."""

    def __init__(self) -> None:
        self.may_exist = True


class LimitWatcher(Service):
    """Keeps ``Limits`` true, and makes who could claim look often while there are any."""

    name = "limits"

    def __init__(self, limits: Limits, database: Database, *, look: Callable[[], None]) -> None:
        super().__init__(every=timedelta(seconds=_POLL))
        self._limits = limits
        self._database = database
        self._look = look
        self._forget_at = 0.0

    async def start(self) -> None:
        """Return once it is known whether there are limits, or that this cannot be known now."""
        await self._pass()
        await super().start()

    def edited(self) -> None:
        """Somebody has edited the limits, or may have: believe that there are some until it is known."""
        self._limits.may_exist = True
        self.wake()

    async def once(self) -> bool:
        before, exist = self._limits.may_exist, await self._exist()
        if not self._wake.is_set():  # an edit that was heard meanwhile may be newer than the answer
            self._limits.may_exist = exist
        self._every = _LOOK if exist else _POLL
        if before or exist:
            self._look()
            await self._forget(asyncio.get_running_loop().time())
        return False

    async def _exist(self) -> bool:
        async with self._database.transaction() as connection:
            [row] = await (await connection.execute(sql("find_limits"), {})).fetchall()
        return bool(row[0])

    async def _forget(self, now: float) -> None:
        if now < self._forget_at:
            return
        self._forget_at = now + _FORGET
        async with self._database.transaction() as connection:
            await connection.execute(sql("forget_limit_uses"), {})
