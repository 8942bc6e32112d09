"""Sets of questions in the database: what an upload saves, how explanations stand, and who is started to write them.

Decides that an upload is one transaction: its questions, the instance that explains them, and its answer, or nothing.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from engine.asking import RequestRefused
from engine.database import Connection, Database
from runners.sql_files import read_sql
from services.http.explanations.questions import Known
from services.http.explanations.shapes import EndedOut, JobOut, QuestionOut, QueueStatus, SetOut, StatusOut
from services.http.problems import Conflict, Missing

_PACKAGE = "services.http.explanations"
_PLACEHOLDERS = {"ko": "해설을 준비하고 있습니다.", "en": "The explanation is being written."}
_NO_TABLES = "Apply questions_schema.sql of definitions/library: batchdag psql -f ...; it can be applied again."
_NO_STATES = "Give it one, as `explanation` has; or set explanation_status to pending in SQL."


class OpenSet:
    """One set, locked until its transaction ends."""

    def __init__(self, connection: Connection, set_id: str) -> None:
        self._connection = connection
        self._set_id = set_id

    async def earlier(self, key: str) -> tuple[str, dict[str, Any]] | None:
        """Return the digest and the answer of the upload that had this key."""
        rows = await self._ask("find_upload", key=key)
        return (rows[0]["digest"], rows[0]["answer"]) if rows else None

    async def known(self) -> Known:
        cursor = await self._connection.execute(read_sql(_PACKAGE, "known_codes"))
        subjects, types = await cursor.fetchone() or ((), ())
        return Known(subjects, types)

    async def save(self, rows: Sequence[dict[str, Any]]) -> set[int]:
        """Insert questions; return the lines of those that are new."""
        saved = await self._ask("save_questions", rows=Jsonb(list(rows)), placeholders=Jsonb(_PLACEHOLDERS))
        return {row["line"] for row in saved}

    async def status(self) -> QueueStatus:
        return QueueStatus.model_validate((await self._ask("count_questions"))[0])

    async def explain(self) -> None:
        """See to it that an instance begins after this transaction."""
        run = await self._run()
        await self._ensure(run.definition, run.params)

    async def explain_failed(self, *, question_id: str | None = None) -> None:
        """See to it that an instance asks anew for the questions that failed, or for one of them.

        Raises:
            Conflict: the set's definition cannot be told to.
        """
        run = await self._run()
        if not run.chooses_states:
            what = f"the definition {run.definition!r} has no param `states`, so it cannot take failed questions"
            raise Conflict(what, hint=_NO_STATES)
        params = run.params | {"states": ["failed"]}
        if question_id is not None:
            if "where" not in params:
                what = f"the definition {run.definition!r} has no param `where`, so it cannot take one question alone"
                raise Conflict(what, hint="Have all that failed in the set asked anew.")
            params["where"] = params["where"] | {"id": question_id}
        await self._ensure(run.definition, params)

    async def jobs(self) -> list[JobOut]:
        """Return the instances that explain the set, or will."""
        rows = await self._ask("jobs_of_set", name=(await self._run()).definition)
        return [JobOut.model_validate(row) for row in rows]

    async def last_ended(self) -> EndedOut | None:
        """Return the newest instance that explained the set, and does not any more."""
        rows = await self._ask("last_ended_of_set", name=(await self._run()).definition)
        return EndedOut.model_validate(rows[0]) if rows else None

    async def keep(self, answer: dict[str, Any], *, key: str, digest: str) -> None:
        binds = {"set_id": self._set_id, "key": key, "digest": digest, "answer": Jsonb(answer)}
        await self._connection.execute(read_sql(_PACKAGE, "keep_upload"), binds)

    async def _run(self) -> "_Run":
        return await _run_of(self._connection, self._set_id)

    async def _ensure(self, name: str, params: dict[str, Any]) -> None:
        binds = {"name": name, "params": Jsonb(params)}
        if not await _rows(self._connection, "hold_waiting", **binds):
            await _rows(self._connection, "start_run", **binds)

    async def _ask(self, statement: str, **binds: Any) -> list[dict[str, Any]]:
        return await _rows(self._connection, statement, set_id=self._set_id, **binds)


class Sets:
    """The sets of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def uploading(self, set_id: str) -> AsyncIterator[OpenSet]:
        """Make the set if it is new, and hold it: committed on a normal exit, nothing is saved otherwise."""
        async with self._asking() as connection:
            await connection.execute(read_sql(_PACKAGE, "make_set"), {"set_id": set_id})
            await connection.execute(read_sql(_PACKAGE, "lock_set"), {"set_id": set_id})
            yield OpenSet(connection, set_id)

    @asynccontextmanager
    async def trying(self, set_id: str) -> AsyncIterator[OpenSet]:
        """Hold a set as an upload does; nothing of what is done to it stays."""
        async with self._asking() as connection:
            await connection.execute(read_sql(_PACKAGE, "make_set"), {"set_id": set_id})
            await connection.execute(read_sql(_PACKAGE, "lock_set"), {"set_id": set_id})
            yield OpenSet(connection, set_id)
            raise psycopg.Rollback

    @asynccontextmanager
    async def opened(self, set_id: str) -> AsyncIterator[OpenSet]:
        """Hold a set that there is: committed on a normal exit, nothing is changed otherwise."""
        async with self._asking() as connection:
            if not await _rows(connection, "lock_set", set_id=set_id):
                raise _no_set(set_id)
            yield OpenSet(connection, set_id)

    async def overview(self) -> list[SetOut]:
        """Return every set, the newest first, and how each stands."""
        async with self._asking() as connection:
            return [SetOut.model_validate(row) for row in await _rows(connection, "list_sets")]

    async def queue(self, set_id: str) -> tuple[QueueStatus, list[JobOut]]:
        """Return how the questions of a set stand, and the instances that are not done."""
        async with self._asking() as connection:
            found = OpenSet(connection, set_id)
            return await found.status(), await found.jobs()

    async def last_ended(self, set_id: str) -> EndedOut | None:
        """Return the newest instance that explained a set, and does not any more."""
        async with self._asking() as connection:
            return await OpenSet(connection, set_id).last_ended()

    async def questions(self, set_id: str, *, state: str | None, after: str, limit: int) -> list[StatusOut]:
        binds = {"set_id": set_id, "state": state, "after": after, "limit": limit}
        async with self._asking() as connection:
            rows = await _rows(connection, "list_questions", **binds)
        return [StatusOut.model_validate(row) for row in rows]

    async def question(self, question_id: str) -> StatusOut:
        return StatusOut.model_validate(await self._question("find_question", question_id))

    async def whole_question(self, question_id: str) -> QuestionOut:
        return QuestionOut.model_validate(await self._question("find_whole_question", question_id))

    async def sample(self, *, limit: int) -> list[dict[str, Any]]:
        """Return some questions as a prompt sees them."""
        async with self._asking() as connection:
            return [row["item"] for row in await _rows(connection, "sample_questions", limit=limit)]

    async def restart(self) -> list[JobOut]:
        """Start what explains the sets whose questions wait, where nothing runs that might; return what was started."""
        started: list[JobOut] = []
        async with self._asking() as connection:
            if not (await _rows(connection, "has_tables"))[0]["is_there"]:
                return []
            for row in await _rows(connection, "hold_waiting_sets"):
                waiting = OpenSet(connection, row["id"])
                if not await waiting.jobs():
                    await waiting.explain()
                    started += await waiting.jobs()
        return started

    async def _question(self, statement: str, question_id: str) -> dict[str, Any]:
        async with self._asking() as connection:
            rows = await _rows(connection, statement, id=question_id)
        if not rows:
            raise Missing(f"there is no question {question_id}", hint="See /admin/sets/{setId}/explanation-status.")
        return rows[0]

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


@dataclass(frozen=True, slots=True)
class _Run:
    """What explains a set, and what it is started with."""

    definition: str
    params: dict[str, Any]
    chooses_states: bool


async def _run_of(connection: Connection, set_id: str) -> _Run:
    found = await _rows(connection, "run_of_set", set_id=set_id)
    if not found:
        raise _no_set(set_id)
    return _Run(**found[0])


def _no_set(set_id: str) -> Missing:
    return Missing(f"there is no set {set_id!r}", hint="The first upload makes it.")


async def _rows(connection: Connection, statement: str, **binds: Any) -> list[dict[str, Any]]:
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(read_sql(_PACKAGE, statement), binds)
        return await cursor.fetchall()
