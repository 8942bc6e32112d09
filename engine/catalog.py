"""Definitions in the database: applied, read, exported. The database has the last word on every edit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.types.json import Jsonb
from pydantic import ValidationError

from definitions.errors import DefinitionError, ExpressionError, Problem, did_you_mean
from definitions.files import normal
from definitions.templates import render_params
from definitions.validation import check
from engine.asking import listed_problems
from engine.database import Connection, Database, sql
from runners.base import Json
from runners.invalid import problems_in
from runners.registry import Registry

_COLUMNS = (
    "name", "description", "steps", "cron", "timezone", "params_schema", "enabled", "priority", "max_active", "misfire",
    "overlap", "budget_usd",
)  # fmt: skip


class UnknownDefinition(LookupError):
    """There is no definition of that name."""

    def __init__(self, name: str, *, known: Sequence[str] = ()) -> None:
        super().__init__(
            f"there is no definition {name!r}{did_you_mean(name, known)}; `batchdag export` lists the names, `batchdag"
            " apply` adds one"
        )
        self.name = name


class VersionConflict(RuntimeError):
    """Somebody else was faster: the row is not at the version that the edit was made from."""

    def __init__(self, what: str, *, expected: int, found: int) -> None:
        stands = f"is at version {found}" if found else "does not exist"
        meant = f"the edit was made from version {expected}" if expected else "the edit was meant to make it"
        super().__init__(f"{what} {stands}, but {meant}; nothing was changed: read it again and repeat the edit")
        self.expected = expected
        self.found = found


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
        return check(row, runners=self._registry.schemas()) or list(self._params_problems(row))

    def checked(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return a definition with every default filled in.

        Raises:
            DefinitionError: Python finds something wrong with it.
        """
        if problems := self.check(row):
            raise DefinitionError(problems, name=str(row.get("name", "")))
        return normal(row)

    def _params_problems(self, row: Mapping[str, Any]) -> Iterator[Problem]:
        """What no JSON Schema can say of params is found by the runner's own model, where nothing is rendered."""
        for number, step in enumerate(row["steps"]):
            runner = self._registry.get(step.get("runner") or step["key"])
            schema = self._registry.schemas()[runner.name]
            try:
                runner.Params.model_validate(render_params(step.get("params") or {}, values={}, schema=schema))
            except ExpressionError:
                continue  # it reads what only an instance has
            except ValidationError as error:
                yield from problems_in(error, path=f"steps[{number}].params")

    async def apply(
        self, rows: Sequence[Mapping[str, Any]], *, expected: Mapping[str, int] | None = None, editor: str = ""
    ) -> list[Applied]:
        """Insert or edit definitions, all of them or none.

        ``expected``: by name, the version that an edit was made from; 0: there must be none yet. ``editor``: for whom;
        the history names the login of the database if it is empty, or if that is not the owner.

        Raises:
            DefinitionError: one is refused, by Python's check or by the database's.
            VersionConflict: one is not at the version that was expected.
        """
        whole = [self.checked(row) for row in rows]
        async with self._database.transaction() as connection:
            await connection.execute(sql("name_editor"), {"editor": editor})
            applied = [await self._apply(connection, row) for row in whole]
            refuse_conflicts("definition", applied, expected or {})
            return applied

    async def _apply(self, connection: Connection, row: Mapping[str, Any]) -> Applied:
        await connection.execute(sql("lock_definition"), {"name": str(row["name"])})
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
            raise UnknownDefinition(name, known=await self.names())
        return row

    async def _find(self, connection: Connection, name: str) -> dict[str, Json] | None:
        cursor = await connection.execute(sql("load_definition"), {"name": name})
        row = await cursor.fetchone()
        names = [column.name for column in cursor.description or ()]
        return None if row is None else dict(zip(names, row, strict=True))

    async def foreign_runners(self, name: str) -> list[str]:
        """Return the runners that steps of a definition name and this process does not have."""
        steps = (await self.find(name))["steps"]
        return sorted({step.get("runner") or step["key"] for step in steps} - set(self._registry.names))

    async def names(self) -> list[str]:
        async with self._database.transaction() as connection:
            cursor = await connection.execute("select name from batch_definition order by name")
            return [row[0] for row in await cursor.fetchall()]

    async def register_runners(self) -> None:
        """Write this process's runners into ``batch_runner``; unchanged ones are left alone."""
        async with self._database.transaction() as connection:
            await connection.execute(sql("register_runners"), {"runners": Jsonb(self._registry.describe())})


def refuse_conflicts(what: str, applied: Sequence[Applied], expected: Mapping[str, int]) -> None:
    """Raise ``VersionConflict`` for a row that was not at the version expected; the caller's transaction undoes all."""
    for one in applied:
        # New to us, but not at version 1: somebody else made it while we did.
        found = one.before if one.before or one.after == 1 else one.after
        if one.name in expected and expected[one.name] != found:
            raise VersionConflict(f"{what} {one.name!r}", expected=expected[one.name], found=found)


def editable(row: Mapping[str, Json]) -> dict[str, Json]:
    """Return only the columns that people set."""
    return {column: row[column] for column in _COLUMNS}


def problems_of(error: psycopg.Error) -> list[Problem]:
    """Read the database's list of problems back: one line each, ``path: message``."""
    words = error.diag.message_primary or str(error)
    found = listed_problems(f"{words}\n{error.diag.message_detail or ''}")
    return found or [Problem("definition", words)]


def _bind(column: str, value: Json) -> Any:
    return Jsonb(value) if column in ("steps", "params_schema") else value
