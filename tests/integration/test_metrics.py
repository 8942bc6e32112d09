"""What an operator reads off the live rows, and that reading it stays cheap."""

import asyncio
import time
from typing import Any

import psycopg

from engine.app import Engine
from engine.loop_lag import LoopLag
from engine.metrics import HELP, measure, metrics_query
from engine.operations import operating
from tests.harness import Harness, step

JOB = """
insert into provider_batch (intent, batch_instance_id, step_id, step_key, build, attempt, provider, model, mode, state,
    request, terms, provider_job, cost_usd, lost_replies, duplicates, deadline_at, finished_at)
values (%s, 1, 1, 'ask', 1, 1, 'openai', 'small', 'batch', %s, '{}', '{}', 'job', %s, %s, %s, clock_now() - interval '1 s', %s)
"""


async def values(engine: Engine) -> dict[str, Any]:
    """Every value by its name and labels."""
    return {
        " ".join([metric.name, *sorted(sample.labels.values())]): sample.value
        for metric in await measure(engine.database)
        for sample in metric.samples
    }


async def test_an_empty_database_answers_with_zeros(idle: Harness) -> None:
    found = await values(idle.engine)
    assert found["queue_steps"] == found["queue_oldest_seconds"] == found["steps pending"] == 0
    assert [metric.name for metric in await measure(idle.engine.database)] == list(HELP)


async def test_what_waits_and_what_has_ended_is_counted(idle: Harness) -> None:
    await idle.define(step("a", "b"), step("b"), step("c", params={"failTimes": 9}, retry={"maxAttempts": 1}))
    async with idle.engine.working():
        await idle.engine.run("pipeline")
    await idle.engine.start("pipeline")
    await idle.engine._orchestrator.start()
    await idle.engine.start("pipeline")
    found = await values(idle.engine)
    assert (found["steps ready"], found["steps pending"], found["steps running"]) == (2, 1, 0)
    assert (found["instances running"], found["instances pending"]) == (1, 1)
    assert found["instances_ended_last_hour failed"] == 1
    assert found["steps_failed_last_hour transient"] == 1
    assert found["queue_steps"] == 2
    assert found["queue_oldest_seconds"] >= 0


async def test_a_lease_that_ran_out_is_seen(idle: Harness, connection: psycopg.Connection[Any]) -> None:
    await idle.define(step("a"))
    await idle.engine.start("pipeline")
    await idle.engine._orchestrator.start()
    connection.execute(
        "update batch_step set state = 'running', leased_by = 'gone', lease_expires_at = clock_now() - interval '1 s'"
    )
    found = await values(idle.engine)
    assert (found["steps running"], found["leases_expired"], found["workers_with_steps"]) == (1, 1, 1)


async def test_jobs_of_providers_are_counted_with_what_they_cost(
    idle: Harness, connection: psycopg.Connection[Any]
) -> None:
    connection.execute(JOB, ("open", "submitted", 0.5, 2, '[{"id": "other"}]', None))
    connection.execute(JOB, ("closed", "ingested", 0.25, 0, "[]", "now"))
    connection.execute(JOB, ("old", "ingested", 100, 0, "[]", "2020-01-01"))
    found = await values(idle.engine)
    assert found["provider_jobs openai submitted"] == 1
    assert found["provider_jobs_overdue"] == 1
    assert found["spend_usd_last_day false openai small"] == 0.75
    assert found["lost_replies_last_day false openai small"] == 2
    assert found["duplicate_jobs_last_day false openai small"] == 1


async def test_a_scrape_reads_no_ended_rows_but_recent_ones(idle: Harness, connection: psycopg.Connection[Any]) -> None:
    """A million ended steps cost a scrape nothing: what it reads is found by indexes of what is live or recent."""
    await idle.define(step("a"))
    connection.execute("select start_instance('pipeline')")
    connection.execute("set session_replication_role = replica")
    connection.execute(
        "insert into batch_step (batch_instance_id, step_key, shard, state, finished_at)"
        " select 1, 'a', n, case when n %% 9 = 0 then 'failed' else 'succeeded' end, '2020-01-01'"
        " from generate_series(1, 50000) as n",
        (),
    )
    connection.execute("analyze batch_step")
    plan = "\n".join(
        row[0] for row in connection.execute("explain (analyze, costs off, timing off) " + metrics_query())
    )
    assert "Seq Scan on batch_step" not in plan, plan


async def test_a_process_that_stays_measures_its_own_loop(idle: Harness) -> None:
    async with operating(idle.engine) as operations:
        found = {metric.name: metric.samples for metric in await operations.metrics()}
    assert [sample.value >= 0 for sample in found["event_loop_lag_seconds"]] == [True]


async def test_a_blocked_loop_is_noticed() -> None:
    lag = LoopLag()
    await lag.start()
    time.sleep(0.6)  # noqa: ASYNC251  (blocking the loop is what is tested)
    for _ in range(3):
        await asyncio.sleep(0)
    await lag.stop()
    assert 0.2 < lag.worst < 5
