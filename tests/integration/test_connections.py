"""Connections that break, and results that the database refuses."""

import asyncio
from typing import Any

import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool

from engine.claims import AnyDue, Report
from engine.database import Database
from engine.planner import StepState
from engine.settle import Finish
from runners.base import Outcome, Params, StepRequest, Succeeded
from tests.harness import Harness, step

CUT = (
    "select count(pg_terminate_backend(pid)) from pg_stat_activity"
    " where datname = current_database() and application_name = 'batchdag' and query ilike %s"
)


def _cut(connection: psycopg.Connection[Any], query: str = "%") -> int:
    return int(connection.execute(CUT, (query,)).fetchall()[0][0])


async def test_after_a_cut_the_listener_connects_again_and_everybody_looks_again(
    working: Harness, connection: psycopg.Connection[Any]
) -> None:
    looked = asyncio.Event()
    working.engine._notifier.subscribe(lambda kind, about: looked.set() if (kind, about) == ("", "") else None)
    assert _cut(connection, "listen%") == 1
    async with asyncio.timeout(30):
        await looked.wait()
    assert (await working.run(step("a"))).is_success


async def test_a_turn_whose_connection_was_cut_is_taken_again(
    idle: Harness, connection: psycopg.Connection[Any]
) -> None:
    await idle.define(step("a", "b"), step("b"))
    instance = await idle.engine.start("pipeline")
    orchestrator = idle.engine._orchestrator
    await orchestrator.start()
    [claim] = (await orchestrator.turn([], wanted=AnyDue(1))).claims
    _cut(connection)
    result = await orchestrator.turn([Report(claim, Finish(StepState.SUCCEEDED, result="{}"))], wanted=AnyDue(1))
    assert [claim.step_key for claim in result.claims] == ["b"]
    assert await idle.states(instance) == {"a": "succeeded", "b": "running"}


async def test_the_pool_replaces_what_was_cut(idle: Harness, connection: psycopg.Connection[Any]) -> None:
    await idle.rows("select 1")
    _cut(connection)
    assert await idle.rows("select 2") == [(2,)]


async def test_a_result_that_the_database_refuses_fails_its_own_step_and_no_other(
    working: Harness, connection: psycopg.Connection[Any]
) -> None:
    connection.execute("alter table batch_step_result add constraint no_secrets check (not result_payload ? 'secret')")
    ended = await working.run(step("a"), step("bad", params={"result": {"secret": 1}}), step("c"))
    assert await working.states(ended.instance_id) == {"a": "succeeded", "bad": "failed", "c": "succeeded"}
    assert "the result could not be stored" in (ended.error or "")
    assert "no_secrets" in (ended.error or "")


class Enormous:
    """Answers with a number that no JSON writer takes."""

    name = "enormous"
    version = "1"
    description = "Answers with a number of five thousand digits."
    Params = Params

    async def run(self, request: StepRequest) -> Outcome:
        return Succeeded({"n": 10**5000})


async def test_a_result_that_cannot_be_written_as_json_fails_the_step(working: Harness) -> None:
    await working.engine.register(Enormous())
    async with asyncio.timeout(30):
        ended = await working.run(step("a", runner="enormous"))
    assert ended.status == "failed"
    assert await working.reason(ended.instance_id, "a") == "result_not_json"


@pytest.mark.parametrize("text", ["nul \x00 byte", "lone \ud800 surrogate"])
async def test_text_that_postgresql_cannot_hold_is_made_safe(working: Harness, text: str) -> None:
    class Dirty:
        name = "dirty"
        version = "1"
        description = "Answers with text that PostgreSQL cannot hold."
        Params = Params

        async def run(self, request: StepRequest) -> Outcome:
            return Succeeded({"text": text})

    await working.engine.register(Dirty())
    ended = await working.run(step("a", runner="dirty"))
    assert ended.is_success, ended.error
    assert "\ufffd" in (await working.result(ended.instance_id, "a"))["text"]


@pytest.mark.parametrize("asked", range(3))
@pytest.mark.parametrize("cancelled", range(3))
async def test_a_task_that_is_cancelled_while_it_returns_a_connection_takes_it_from_nobody(
    database_url: str, monkeypatch: pytest.MonkeyPatch, asked: int, cancelled: int
) -> None:
    """The lease of a step may be lost at any moment: also when somebody has asked for its connection just before."""
    database = Database(database_url, pool_size=1)
    next_one: list[asyncio.Task[None]] = []

    async def returned(pool: AsyncConnectionPool[Any], lent: Any) -> None:
        if not next_one:
            next_one.append(asyncio.create_task(_use(database)))
            await _steps(asked)
            cancelling.append(asyncio.create_task(_cancel(first, after=cancelled)))
        await put(pool, lent)

    put, cancelling = AsyncConnectionPool.putconn, list[asyncio.Task[None]]()
    monkeypatch.setattr(AsyncConnectionPool, "putconn", returned)
    await database.open()
    first = asyncio.create_task(_use(database))
    await asyncio.wait([first])
    async with asyncio.timeout(10):
        await next_one[0]
    await asyncio.gather(*cancelling)
    await database.close()


async def _use(database: Database) -> None:
    async with database.transaction():
        pass


async def _cancel(task: asyncio.Task[None], *, after: int) -> None:
    await _steps(after)
    task.cancel()


async def _steps(count: int) -> None:
    """Let the event loop go round so often."""
    for _ in range(count):
        await asyncio.sleep(0)
