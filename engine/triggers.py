"""Starts definitions for callers outside: one by name, or all that are enabled. The database decides what may start."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import psycopg
from psycopg.types.json import Jsonb

from engine.asking import RequestRefused
from engine.database import Database, sql
from runners.base import Json


@dataclass(frozen=True, slots=True)
class Started:
    """An instance that was asked for; not new, if the idempotency key had been used for it before."""

    definition: str
    instance_id: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class NotStarted:
    """A definition that could not be started, and why."""

    definition: str
    problem: str
    hint: str | None


class BudgetTooHigh(ValueError):
    """More was asked for than the definition allows each of its instances."""

    def __init__(self, name: str, *, asked: Decimal, allowed: Decimal) -> None:
        super().__init__(
            f"is ${asked}, and definition {name!r} allows ${allowed:.2f}; ask for less, or edit its budget_usd"
        )
        self.allowed = allowed


class Triggers:
    """Starts instances in one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def start(
        self, name: str, *, params: Mapping[str, Json], key: str | None, budget_usd: Decimal | None = None
    ) -> Started:
        """Ask for an instance; the same key and params give the same instance again, with the budget it had.

        ``budget_usd``: what it may spend; None: what its definition allows.

        Raises:
            RequestRefused: there is no such definition, the params do not fit, or the key was used with others.
            BudgetTooHigh: the definition allows less.
        """
        binds = {"name": name, "params": Jsonb(dict(params)), "key": key, "budget": budget_usd}
        try:
            async with self._database.transaction() as connection:
                row = await (await connection.execute(sql("begin_instance"), binds)).fetchone()
                assert row is not None
                _refuse_more(name, asked=budget_usd, allowed=row[2])  # which undoes the start
        except psycopg.Error as error:
            if (error.sqlstate or "").startswith("BD"):
                raise RequestRefused(error) from error
            raise
        return Started(name, row[0], row[1])

    async def start_all(self, *, key: str | None) -> list[Started | NotStarted]:
        """Ask for an instance of every enabled definition, by name; one that is refused holds up none of the others."""
        return [await self._start_or_say_why(name, key) for name in await self._enabled()]

    async def _enabled(self) -> list[str]:
        async with self._database.transaction() as connection:
            cursor = await connection.execute("select name from batch_definition where enabled order by name")
            return [row[0] for row in await cursor.fetchall()]

    async def _start_or_say_why(self, name: str, key: str | None) -> Started | NotStarted:
        try:
            return await self.start(name, params={}, key=key)
        except RequestRefused as error:
            return NotStarted(name, str(error), error.hint)


def _refuse_more(name: str, *, asked: Decimal | None, allowed: Decimal | None) -> None:
    if asked is not None and allowed is not None and asked > allowed:
        raise BudgetTooHigh(name, asked=asked, allowed=allowed)
