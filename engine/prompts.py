"""Prompts in the database: applied, read, listed. The database has the last word on every edit."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from definitions.errors import Problem, did_you_mean
from engine.catalog import Applied, problems_of, refuse_conflicts
from engine.database import Connection, Database, sql
from runners.base import Json
from runners.prompts import check_prompt

Row = dict[str, Json]
_COLUMNS = ("key", "description", "system", "body", "response_schema")


class UnknownPrompt(LookupError):
    """There is no prompt of that key, or no such version of it."""

    def __init__(self, key: str, *, version: int | None = None, known: Sequence[str] = ()) -> None:
        if key in known:
            message = f"prompt {key!r} has no version {version}; `batchdag prompt show {key}` lists them"
        else:
            message = f"there is no prompt {key!r}{did_you_mean(key, known)}; `batchdag prompt list` lists them all"
        super().__init__(message)
        self.key = key
        self.version = version


class PromptRefused(RuntimeError):
    """A prompt is refused; ``problems`` lists everything wrong with it."""

    def __init__(self, problems: Sequence[Problem], *, key: str | None = None) -> None:
        self.problems = tuple(problems)
        self.key = key
        lines = "\n".join(f"  {problem}" for problem in self.problems)
        super().__init__(f"prompt{f' {key!r}' if key else ''} has {len(self.problems)} problem(s):\n{lines}")


class Prompts:
    """The prompts of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def apply(
        self, rows: Sequence[Mapping[str, Any]], *, expected: Mapping[str, int] | None = None, editor: str = ""
    ) -> list[Applied]:
        """Insert or edit prompts, all of them or none; what a row leaves out is empty. Returns them by key.

        ``expected``: by key, the version that an edit was made from; 0: there must be none yet. ``editor``: for whom;
        the history names the login of the database if it is empty, or if that is not the owner.

        Raises:
            PromptRefused: one is refused, by Python's check or by the database's.
            VersionConflict: one is not at the version that was expected.
        """
        for row in rows:
            if problems := check_prompt(row):
                raise PromptRefused(problems, key=str(row.get("key", ""))[:63])
        _refuse_doubles(rows)
        async with self._database.transaction() as connection:
            await connection.execute(sql("name_editor"), {"editor": editor})
            # By key: two applies that lock in two orders would wait for each other.
            applied = [await _apply(connection, row) for row in sorted(rows, key=lambda row: str(row["key"]))]
            refuse_conflicts("prompt", applied, expected or {})
            return applied

    async def find(self, key: str, *, version: int | None = None) -> Row:
        """Return a prompt as it stands, or one version of it: what people set, and who made it when.

        Raises:
            UnknownPrompt: there is none.
        """
        name = "load_prompt" if version is None else "load_prompt_version"
        rows = await self._rows(name, key=key, version=version)
        if not rows:
            raise UnknownPrompt(key, version=version, known=[row["key"] for row in await self.overview()])
        return rows[0]

    async def versions(self, key: str) -> list[Row]:
        """Return the history of a prompt, oldest first, without the texts; of a deleted prompt too."""
        return await self._rows("list_prompt_versions", key=key)

    async def overview(self) -> list[Row]:
        """Return every prompt by key, without the texts, with the definitions that name it."""
        return await self._rows("list_prompts")

    async def _rows(self, statement: str, **binds: Any) -> list[Row]:
        async with self._database.transaction() as connection:
            cursor = await connection.execute(sql(statement), binds)
            names = [column.name for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in await cursor.fetchall()]


def editable(row: Mapping[str, Json]) -> Row:
    """Return only the columns that people set."""
    return {column: row[column] for column in _COLUMNS}


def _refuse_doubles(rows: Sequence[Mapping[str, Any]]) -> None:
    for key, times in Counter(str(row["key"]) for row in rows).items():
        if times > 1:
            raise PromptRefused([Problem("key", f"is given {times} times")], key=key)


async def _apply(connection: Connection, row: Mapping[str, Any]) -> Applied:
    key = str(row["key"])
    await connection.execute(sql("lock_prompt"), {"key": key})
    known = await (await connection.execute(sql("load_prompt"), {"key": key})).fetchone()
    try:
        cursor = await connection.execute(sql("upsert_prompt"), _binds(row))
    except psycopg.Error as error:
        if error.sqlstate != "BD001":
            raise
        raise PromptRefused(problems_of(error), key=key) from error
    after = (await cursor.fetchone() or (0,))[0]
    return Applied(key, known[5] if known else 0, after)


def _binds(row: Mapping[str, Any]) -> dict[str, Any]:
    schema = row.get("response_schema")
    binds = {"key": row["key"], "description": row.get("description", ""), "system": row.get("system")}
    return binds | {"body": row["body"], "response_schema": None if schema is None else Jsonb(schema)}
