"""Several worker processes want the same work: each piece is done once, and none is forgotten."""

from typing import Any

import psycopg
import pytest

from tests.faults.conftest import Note
from tests.faults.processes import ALL_ENDED, until, workers
from tests.faults.scenario import UNITS, assert_ended_right, assert_nothing_is_stuck, scenario
from tests.harness import Harness, step

pytestmark = pytest.mark.faults

SHARES = "select worker, count(*) from batch_step_result group by worker"
MOST_AT_ONCE = (
    "select max((select count(*) from batch_instance b where b.started_at <= a.started_at"
    " and b.finished_at > a.started_at)) from batch_instance a"
)


@pytest.mark.parametrize("count", [2, 4])
async def test_workers_that_race_for_the_same_ready_steps(
    healthy: Harness, database_url: str, connection: psycopg.Connection[Any], note: Note, count: int
) -> None:
    await healthy.define(*[step(f"s{n}", runner="noop") for n in range(2000)])
    connection.execute("update batch_definition set steps = replace(steps::text, '\"noop\"', '\"effect\"')::jsonb")
    await healthy.engine.start("pipeline")
    await healthy.engine._orchestrator.start()
    async with workers(database_url, count, lease=5.0, concurrency=20):
        await until(connection, ALL_ENDED, within=60)
    assert_nothing_is_stuck(connection)
    ran = connection.execute("select count(*), count(distinct step) from run_log").fetchall()
    assert ran == [(2000, 2000)], "a step was run by two, or by none"
    shares = dict(connection.execute(SHARES).fetchall())
    assert len(shares) == count, "all of them had a share"
    note(f"{count} workers, 2,000 ready steps; shares {sorted(shares.values())}", kills=0, steps=2000)


@pytest.mark.parametrize("count", [2, 4])
async def test_workers_that_race_for_the_same_instances(
    healthy: Harness, database_url: str, connection: psycopg.Connection[Any], note: Note, count: int
) -> None:
    await healthy.define(*scenario())
    instances = [await healthy.engine.start("pipeline") for _ in range(200)]
    async with workers(database_url, count, lease=5.0, concurrency=20):
        await until(connection, ALL_ENDED, within=60)
    assert_ended_right(connection, instances)
    note(f"{count} workers, 200 instances", kills=0, steps=200 * len(UNITS))


async def test_workers_that_race_never_exceed_max_active(
    healthy: Harness, database_url: str, connection: psycopg.Connection[Any], note: Note
) -> None:
    await healthy.define(step("a", "b", runner="effect"), step("b", runner="effect"), max_active=3)
    for _ in range(100):
        await healthy.engine.start("pipeline")
    async with workers(database_url, 4, lease=5.0, concurrency=20):
        await until(connection, ALL_ENDED, within=60)
    assert_nothing_is_stuck(connection)
    most = connection.execute(MOST_AT_ONCE).fetchall()[0][0]
    assert most <= 3
    note(f"4 workers, max_active 3; at most {most} at once", kills=0, steps=200)
