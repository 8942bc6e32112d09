"""Definitions in the database: applied, read, exported. The database has the last word on every edit."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from definitions.errors import DefinitionError, Problem
from definitions.files import normal
from definitions.validation import check
from engine.database import Connection, Database, sql
from runners.base import Json
from runners.registry import Registry

_COLUMNS = (
    "name", "description", "steps", "cron", "timezone", "params_schema", "enabled", "priority", "max_active", "misfire",
    "overlap", "budget_usd",
)  # fmt: skip
_PROBLEM = re.compile(r"^\s*(?P<path>[^\s:]+): (?P<message>.+)$")


class UnknownDefinition(LookupError):
    """There is no definition of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"there is no definition {name!r}; `batchdag export` lists the names, `batchdag apply` adds one"
        )
        self.name = name


@dataclass(frozen=True, slots=True)
class Applied:
    """What an apply did to one definition: its version before (0: it is new) and after."""

    name: str
    before: int
    after: int

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


class Catalog:
    """The definitions of one database."""

    def __init__(self, database: Database, registry: Registry) -> None:
        self._database = database
        self._registry = registry

    def check(self, row: Mapping[str, Any]) -> list[Problem]:
        """Return everything that Python finds wrong with a definition; the database is not asked."""
        return check(row, runners=self._registry.schemas())

    async def apply(self, rows: Sequence[Mapping[str, Any]]) -> list[Applied]:
        """Insert or edit definitions, all of them or none.

        Raises:
            DefinitionError: one is refused, by Python's check or by the database's.
        """
        for row in rows:
            if problems := self.check(row):
                raise DefinitionError(problems, name=str(row.get("name", "")))
        async with self._database.transaction() as connection:
            return [await self._apply(connection, normal(row)) for row in rows]

    async def _apply(self, connection: Connection, row: Mapping[str, Any]) -> Applied:
        known = await self._find(connection, str(row["name"]))
        binds = {column: _bind(column, row[column]) for column in _COLUMNS}
        try:
            cursor = await connection.execute(sql("upsert_definition"), binds)
        except psycopg.Error as error:
            if error.sqlstate != "BD001":
                raise
            raise DefinitionError(problems_of(error), name=str(row["name"])) from error
        after = (await cursor.fetchone() or (0,))[0]
        return Applied(str(row["name"]), known["version"] if known else 0, after)

    async def find(self, name: str) -> dict[str, Json]:
        """Return a definition: what people set, and ``id`` and ``version``."""
        async with self._database.transaction() as connection:
            row = await self._find(connection, name)
        if row is None:
            raise UnknownDefinition(name)
        return row

    async def _find(self, connection: Connection, name: str) -> dict[str, Json] | None:
        cursor = await connection.execute(sql("load_definition"), {"name": name})
        row = await cursor.fetchone()
        names = [column.name for column in cursor.description or ()]
        return None if row is None else dict(zip(names, row, strict=True))

    async def names(self) -> list[str]:
        async with self._database.transaction() as connection:
            cursor = await connection.execute("select name from batch_definition order by name")
            return [row[0] for row in await cursor.fetchall()]

    async def register_runners(self) -> None:
        """Write this process's runners into ``batch_runner``; unchanged ones are left alone."""
        async with self._database.transaction() as connection:
            await connection.execute(sql("register_runners"), {"runners": Jsonb(self._registry.describe())})


def editable(row: Mapping[str, Json]) -> dict[str, Json]:
    """Return only the columns that people set."""
    return {column: row[column] for column in _COLUMNS}


def problems_of(error: psycopg.Error) -> list[Problem]:
    """Read the database's list of problems back: one line each, ``path: message``."""
    lines = (error.diag.message_primary or "").splitlines() + (error.diag.message_detail or "").splitlines()
    matches = [match for line in lines if (match := _PROBLEM.match(line)) and line.startswith(" ")]
    found = [Problem(match["path"], match["message"]) for match in matches]
    return found or [Problem("definition", error.diag.message_primary or str(error))]


def _bind(column: str, value: Json) -> Any:
    return Jsonb(value) if column in ("steps", "params_schema") else value
