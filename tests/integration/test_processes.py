"""Several processes on one database: who hears of what, how soon, and what is left when old instances are deleted."""

import asyncio
import statistics
import time
from importlib.metadata import EntryPoint
from typing import Any

import psycopg
import pytest

from engine.app import RequestRefused
from runners.base import Outcome, Params, StepRequest, Succeeded
from tests.harness import Harness, engine_on, step

WELL_UNDER_A_SECOND = 0.7
"""The median of several; whoever only polls needs half a second for each wait on average, and there are two."""

EDIT = "update batch_definition set steps = jsonb_set(steps, '{0,params,result}', %s::jsonb) where name = 'pipeline'"


async def _run_from_sql(harness: Harness, connection: psycopg.Connection[Any]) -> int:
    instance = int(connection.execute("select start_instance('pipeline')").fetchall()[0][0])
    assert (await harness.engine.wait(instance)).is_success
    return instance


async def test_an_edit_is_effective_for_the_next_instance_within_a_second(
    working: Harness, connection: psycopg.Connection[Any]
) -> None:
    await working.run(step("a", params={"result": {"v": 0}}))
    seconds = []
    for version in range(1, 6):
        begun = time.monotonic()
        connection.execute(EDIT, (f'{{"v": {version}}}',))
        instance = await _run_from_sql(working, connection)
        seconds.append(time.monotonic() - begun)
        assert await working.result(instance, "a") == {"v": version}
    assert statistics.median(seconds) < WELL_UNDER_A_SECOND, seconds


async def test_an_instance_that_is_started_in_sql_is_taken_up_at_once(
    working: Harness, connection: psycopg.Connection[Any]
) -> None:
    await working.define(step("a"))
    for _ in range(5):
        await _run_from_sql(working, connection)
    taken = await working.rows("select extract(epoch from started_at - created_at) from batch_instance")
    assert statistics.median(float(seconds) for (seconds,) in taken) < WELL_UNDER_A_SECOND / 2, taken


async def test_what_was_started_while_nobody_worked_is_taken_up_when_someone_comes(
    idle: Harness, connection: psycopg.Connection[Any]
) -> None:
    await idle.define(step("a"))
    connection.execute("select start_instance('pipeline') from generate_series(1, 3)")
    assert await idle.rows("select distinct status from batch_instance") == [("pending",)]
    async with idle.engine.working():
        for instance in (1, 2, 3):
            assert (await idle.engine.wait(instance)).is_success


async def test_one_process_waits_for_what_another_one_runs(idle: Harness, database_url: str) -> None:
    await idle.define(step("a"))
    async with engine_on(database_url) as other, other.engine.working():
        assert (await idle.engine.run("pipeline")).is_success
    assert (idle.noop.runs, len(other.noop.runs)) == ([], 1)


async def test_the_same_idempotency_key_starts_one_instance_however_many_ask(idle: Harness) -> None:
    await idle.define(step("a"))
    asked = [idle.engine.start("pipeline", idempotency_key="once") for _ in range(8)]
    assert len(set(await asyncio.gather(*asked))) == 1
    with pytest.raises(RequestRefused, match="other params"):
        await idle.engine.start("pipeline", params={"n": 1}, idempotency_key="once")


async def test_a_runner_is_registered_from_an_entry_point(working: Harness) -> None:
    entry = EntryPoint(name="effect", value="tests.faults.scenario:Effect", group="batchdag.runners")
    await working.engine.register(entry.load()(working.engine.database.url))
    assert await working.rows("select description from batch_runner where name = 'effect'") != []


class Special:
    """A runner that only one of two processes has."""

    name = "special"
    version = "1"
    description = "Known in one process only."

    Params = Params

    async def run(self, request: StepRequest) -> Outcome:
        return Succeeded()


async def test_a_step_that_one_process_cannot_run_is_left_for_one_that_can(idle: Harness, database_url: str) -> None:
    async with engine_on(database_url) as other:
        await other.engine.register(Special())
        await other.define(step("a", runner="special", retry={"maxAttempts": 100, "intervalSeconds": 0.1}))
        instance = await idle.engine.start("pipeline")
        async with idle.engine.working(), asyncio.timeout(20):
            while await idle.rows("select 1 from batch_step_result") == []:
                pass
        async with other.engine.working(), asyncio.timeout(20):
            assert (await other.engine.wait(instance)).is_success


async def test_a_worker_without_the_runner_of_a_step_goes_on_working(idle: Harness, database_url: str) -> None:
    async with engine_on(database_url) as other:
        await other.engine.register(Special())
        await other.define(step("a", runner="special", retry={"maxAttempts": 1}), name="elsewhere")
        stuck = await other.engine.start("elsewhere")
        await other.engine._orchestrator.start()
    async with idle.engine.working(), asyncio.timeout(30):
        assert (await idle.run(step("a"))).is_success
        ended = await idle.engine.wait(stuck)
    assert "special" in (ended.error or "")


AGE = "update batch_instance set finished_at = clock_now() - make_interval(days => %s) where id = %s"


async def test_prune_deletes_only_what_it_may(working: Harness, connection: psycopg.Connection[Any]) -> None:
    once = {"maxAttempts": 1}
    await working.define(step("a", params={"failTimes": "{{ params.fails }}"}, retry=once))
    kept = []
    for fails, days, is_deleted in [(0, 91, True), (0, 89, False), (1, 91, False), (1, 181, True)]:
        ended = await working.engine.run("pipeline", params={"fails": fails})
        connection.execute(AGE, (days, ended.instance_id))
        kept += [] if is_deleted else [ended.instance_id]
    asked_again = await _failed_long_ago(working, connection)
    connection.execute("update batch_definition set max_active = 1")
    running = await _still_running(working)
    assert await working.engine.prune() == 2
    left = {row[0] for row in await working.rows("select id from batch_instance")}
    assert set(kept) | {running} <= left
    assert left - set(kept) - {running} <= {asked_again}
    orphans = "select count(*) from batch_step where batch_instance_id <> all(%s)"
    assert await working.rows(orphans, list(left)) == [(0,)]


async def _failed_long_ago(working: Harness, connection: psycopg.Connection[Any]) -> int:
    """A failed instance of old whose retry was asked for; nobody carries it out, for its definition has no room."""
    ended = await working.engine.run("pipeline", params={"fails": 1})
    connection.execute(AGE, (365, ended.instance_id))
    connection.execute("update batch_instance set retry_requested_at = clock_now() where id = %s", (ended.instance_id,))
    return ended.instance_id


async def _still_running(working: Harness) -> int:
    await working.define(step("slow", params={"seconds": 30}), name="slow")
    return await working.engine.start("slow")
