"""Writes down who changed what: a row before each change, and what became of it after. Knows nothing of the changes."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb

from engine.database import Database, sql
from runners.base import Json
from runners.storable import safe_text, to_json


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks for a change, and from where."""

    token_id: int
    name: str
    role: str
    client: str


class Entry:
    """A change under way: whoever makes it says what was there before, and what is there now."""

    def __init__(self) -> None:
        self.before: Json = None
        self.after: Json = None


class Audit:
    """The audit log of one database; ``refusals`` are errors of the caller, not failures of ours."""

    def __init__(self, database: Database, *, refusals: tuple[type[Exception], ...]) -> None:
        self._database = database
        self._refusals = refusals

    @asynccontextmanager
    async def recording(self, actor: Actor, *, action: str, subject: str) -> AsyncIterator[Entry]:
        """Write the row, let the change happen, and write its outcome."""
        binds = {"token_id": actor.token_id, "actor": actor.name, "role": actor.role, "client": actor.client}
        entry_id = await self._begin(binds | {"action": action, "subject": safe_text(subject)[:200], "before": None})
        entry = Entry()
        try:
            yield entry
        except BaseException as error:
            outcome = "refused" if isinstance(error, self._refusals) else "failed"
            await self._end(
                entry_id, entry, outcome=outcome, error=safe_text(str(error))[:2000] or type(error).__name__
            )
            raise
        await self._end(entry_id, entry, outcome="done", error=None)

    async def _begin(self, binds: Mapping[str, Any]) -> int:
        async with self._database.transaction() as connection:
            return int((await (await connection.execute(sql("begin_audit"), binds)).fetchone() or (0,))[0])

    async def _end(self, entry_id: int, entry: Entry, *, outcome: str, error: str | None) -> None:
        binds = {"id": entry_id, "outcome": outcome, "error": error}
        values = {"before": _json(entry.before), "after": _json(entry.after)}
        async with self._database.transaction() as connection:
            await connection.execute(sql("end_audit"), binds | values)


def _json(value: Json) -> Jsonb | None:
    return None if value is None else Jsonb(value, dumps=to_json)
