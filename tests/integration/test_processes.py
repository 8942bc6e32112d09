"""Several processes on one database: who hears of what, how soon, and what is left when old instances are deleted."""

import asyncio
import json
import os
import statistics
import sys
import time
from importlib.metadata import EntryPoint
from typing import Any

import psycopg
import pytest

from engine.asking import RequestRefused
from engine.embedded import reader_url
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


LIMIT_OF_SPECIAL = "insert into batch_limit (scope, name, max_running) values ('runner', 'special', 2)"


@pytest.mark.parametrize("limits", [[], [LIMIT_OF_SPECIAL]], ids=["no limits", "limits"])
async def test_each_step_is_run_by_a_process_that_has_its_runner(
    idle: Harness, database_url: str, connection: psycopg.Connection[Any], limits: list[str]
) -> None:
    chain = [step(f"s{n}", f"s{n + 1}", runner="special" if n % 3 else "noop") for n in range(29)]
    wide = [step(f"w{n}", runner="special" if n % 2 else "noop") for n in range(300)]
    last = step("s29", *(leaf["key"] for leaf in wide))
    async with engine_on(database_url) as other:
        await other.engine.register(Special())
        await other.define(*chain, last, *wide)
        for limit in limits:
            connection.execute(limit)
        async with idle.engine.working(), other.engine.working(), asyncio.timeout(60):
            assert (await idle.engine.run("pipeline")).is_success
    assert await idle.rows("select distinct attempt, failures, state from batch_step") == [(1, 0, "succeeded")]


async def test_what_no_process_can_run_waits_and_says_for_whom(idle: Harness, database_url: str) -> None:
    async with engine_on(database_url) as other:
        await other.engine.register(Special())
        await other.define(step("a", runner="special"), name="elsewhere")
        instance = await other.engine.start("elsewhere")
        async with idle.engine.working(), asyncio.timeout(30):
            for _ in range(3):
                assert (await idle.run(step("a"))).is_success
            why = await idle.rows(
                f"select state, explain_step(batch_instance_id, 'a') from batch_step where batch_instance_id = {instance}"
            )
        [(state, words)] = why
        assert state == "ready"
        assert 'no worker that has the runner "special" has claimed it' in words
        async with other.engine.working(), asyncio.timeout(20):
            assert (await idle.engine.wait(instance)).is_success


async def test_a_run_whose_steps_only_others_can_run_says_so_and_ends_when_they_have_run(
    idle: Harness, database_url: str
) -> None:
    await idle.define(step("a"), step("b"))
    command = [sys.executable, "-c", "from engine.cli import main; main()", "run", "pipeline", "--json"]
    environment = os.environ | {"BATCHDAG_DATABASE_URL": database_url, "BATCHDAG_READER_URL": reader_url(database_url)}
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=pipe, stderr=pipe)
    try:
        assert process.stderr is not None
        async with asyncio.timeout(60):
            warning = (await process.stderr.readuntil(b"brings")).decode().split()
            assert await idle.rows("select 1 from batch_step where state <> 'ready'") == []
            async with idle.engine.working():
                out, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert "no runner 'noop'" in " ".join(warning)
    assert (process.returncode, json.loads(out)["status"]) == (0, "succeeded")


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
