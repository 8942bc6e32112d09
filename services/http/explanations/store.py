"""Sets of questions in the database: what an upload saves, how explanations stand, and who is started to write them.

Decides that an upload is one transaction: its questions, the instance that explains them, and its answer, or nothing.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, LiteralString

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from engine.app import RequestRefused
from engine.database import Connection, Database
from services.http.explanations import statements
from services.http.explanations.questions import Known
from services.http.explanations.shapes import JobOut, QueueStatus, StatusOut
from services.http.problems import Conflict, Missing

_PLACEHOLDERS = {"ko": "해설을 준비하고 있습니다.", "en": "The explanation is being written."}
_NO_TABLES = "Apply questions_schema.sql of definitions/library: batchdag psql -f ...; it can be applied again."


class OpenSet:
    """One set, locked by an upload until its transaction ends."""

    def __init__(self, connection: Connection, set_id: str) -> None:
        self._connection = connection
        self._set_id = set_id

    async def earlier(self, key: str) -> tuple[str, dict[str, Any]] | None:
        """Return the digest and the answer of the upload that had this key."""
        rows = await self._ask(statements.FIND_UPLOAD, key=key)
        return (rows[0]["digest"], rows[0]["answer"]) if rows else None

    async def known(self) -> Known:
        cursor = await self._connection.execute(statements.KNOWN)
        subjects, types = await cursor.fetchone() or ((), ())
        return Known(subjects, types)

    async def save(self, rows: Sequence[dict[str, Any]]) -> set[int]:
        """Insert questions; return the lines of those that are new."""
        saved = await self._ask(statements.SAVE, rows=Jsonb(list(rows)), placeholders=Jsonb(_PLACEHOLDERS))
        return {row["line"] for row in saved}

    async def status(self) -> QueueStatus:
        return QueueStatus.model_validate((await self._ask(statements.COUNT))[0])

    async def explain(self) -> list[JobOut]:
        """See to it that an instance begins after this transaction; return all that are not done."""
        name = await ensure_run(self._connection, self._set_id)
        return [JobOut.model_validate(row) for row in await self._ask(statements.JOBS, names=[name])]

    async def keep(self, answer: dict[str, Any], *, key: str, digest: str) -> None:
        await self._connection.execute(
            statements.KEEP_UPLOAD, {"set_id": self._set_id, "key": key, "digest": digest, "answer": Jsonb(answer)}
        )

    async def _ask(self, statement: LiteralString, **binds: Any) -> list[dict[str, Any]]:
        return await _rows(self._connection, statement, set_id=self._set_id, **binds)


class Sets:
    """The sets of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def uploading(self, set_id: str) -> AsyncIterator[OpenSet]:
        """Make the set if it is new, and hold it: committed on a normal exit, nothing is saved otherwise."""
        async with self._asking() as connection:
            await connection.execute(statements.MAKE_SET, {"set_id": set_id})
            await connection.execute(statements.LOCK_SET, {"set_id": set_id})
            yield OpenSet(connection, set_id)

    async def queue(self, set_id: str) -> tuple[QueueStatus, list[JobOut]]:
        """Return how the questions of a set stand, and the instances that are not done."""
        async with self._asking() as connection:
            name = await _definition(connection, set_id)
            (counts,) = await _rows(connection, statements.COUNT, set_id=set_id)
            jobs = await _rows(connection, statements.JOBS, names=[name])
        return QueueStatus.model_validate(counts), [JobOut.model_validate(row) for row in jobs]

    async def questions(self, set_id: str, *, state: str | None, after: str, limit: int) -> list[StatusOut]:
        binds = {"set_id": set_id, "state": state, "after": after, "limit": limit}
        async with self._asking() as connection:
            rows = await _rows(connection, statements.STATUS_OF_SET, **binds)
        return [StatusOut.model_validate(row) for row in rows]

    async def question(self, question_id: str) -> StatusOut:
        async with self._asking() as connection:
            rows = await _rows(connection, statements.STATUS_OF_ONE, id=question_id)
        if not rows:
            raise Missing(f"there is no question {question_id}", hint="See /admin/sets/{setId}/explanation-status.")
        return StatusOut.model_validate(rows[0])

    async def restart(self) -> list[JobOut]:
        """Start what explains the sets whose questions wait, where nothing runs that might; return what was started."""
        async with self._asking() as connection:
            if not (await _rows(connection, f"{statements.INSTALLED} as is_there"))[0]["is_there"]:
                return []
            sets = await _rows(connection, statements.SETS_THAT_WAIT)
            names = sorted({row["definition"] for row in sets})
            busy = {row["definition"] for row in await _rows(connection, statements.JOBS, names=names)}
            idle = [row for row in sets if row["definition"] not in busy]
            for row in idle:
                await ensure_run(connection, row["id"])
            started = await _rows(connection, statements.JOBS, names=sorted({row["definition"] for row in idle}))
        return [JobOut.model_validate(row) for row in started]

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator[Connection]:
        try:
            async with self._database.transaction() as connection:
                yield connection
        except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn) as error:
            raise Conflict("the tables of questions are not there, or older than this", hint=_NO_TABLES) from error
        except psycopg.Error as error:
            if (error.sqlstate or "").startswith("BD"):
                raise RequestRefused(error) from error
            raise


async def ensure_run(connection: Connection, set_id: str) -> str:
    """Hold an instance that waits, or start one, for the set's definition; return the definition's name."""
    ((name, params),) = await (await connection.execute(statements.RUN_OF_SET, {"set_id": set_id})).fetchall()
    binds = {"name": name, "params": Jsonb(params)}
    if await (await connection.execute(statements.HOLD_WAITING, binds)).fetchone() is None:
        await connection.execute(statements.START, binds)
    return str(name)


async def _definition(connection: Connection, set_id: str) -> str:
    found = await (await connection.execute(statements.RUN_OF_SET, {"set_id": set_id})).fetchone()
    if found is None:
        raise Missing(f"there is no set {set_id!r}", hint="The first upload makes it.")
    return str(found[0])


async def _rows(connection: Connection, statement: LiteralString, **binds: Any) -> list[dict[str, Any]]:
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(statement, binds)
        return await cursor.fetchall()
