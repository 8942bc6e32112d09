"""What pruning takes, and what it leaves because a restart, a provider or the books need it."""

import asyncio
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from engine.operations import operating
from tests.harness import Harness, step

Connection = psycopg.Connection[tuple[Any, ...]]

AGE = "update batch_instance set finished_at = clock_now() - make_interval(days => %s) where id = %s"
JOB = """
insert into provider_batch (intent, batch_instance_id, step_id, step_key, build, attempt, provider, model, mode, state,
    request, terms, provider_job, items, succeeded, cost_usd, finished_at)
values ('job', %s, %s, 'a', 1, 1, 'openai', 'small', 'batch', %s, '{}', '{}', 'job', 1, 1, 0.5, %s)
returning id
"""
ASK = """
insert into provider_batch_item (provider_batch_id, ordinal, step_id, seq, try, request_hash, prompt, state)
values (%s, 1, %s, 1, 1, 'hash', 'a long prompt', %s)
"""
ANSWER = """
insert into provider_answer (request_hash, provider, model, mode, provider_batch_id, raw, answer, finish, input_tokens,
    output_tokens, cost_usd)
values ('hash', 'openai', 'small', 'batch', %s, '{}', 'an answer', 'stop', 1, 1, 0.5)
"""


@pytest.fixture
async def old(working: Harness, connection: Connection) -> int:
    """An instance that succeeded long ago."""
    ended = await working.run(step("a", params={"items": 3}))
    connection.execute(AGE, (91, ended.instance_id))
    return ended.instance_id


def count(connection: Connection, table: str) -> int:
    return int(connection.execute(f"select count(*) from {table}").fetchall()[0][0])


def bought(connection: Connection, instance: int, *, is_open: bool) -> None:
    """Let the instance's step have bought an answer, by a job whose books are open or closed."""
    (step_id,) = connection.execute("select id from batch_step where batch_instance_id = %s", (instance,)).fetchall()[0]
    state, finished = ("submitted", None) if is_open else ("ingested", "2020-01-01")
    connection.execute("set session_replication_role = replica")
    (job,) = connection.execute(JOB, (instance, step_id, state, finished)).fetchall()[0]
    connection.execute(ASK, (job, step_id, "open" if is_open else "succeeded"))
    connection.execute(ANSWER, (job,))
    connection.execute("set session_replication_role = origin")


async def test_an_old_instance_goes_with_its_steps_items_and_results(
    working: Harness, connection: Connection, old: int
) -> None:
    assert await working.engine.prune() == 1
    tables = ("batch_instance", "batch_step", "batch_item", "batch_step_result")
    assert {table: count(connection, table) for table in tables} == dict.fromkeys(tables, 0)


async def test_an_instance_whose_job_is_open_at_a_provider_stays_until_its_books_are_closed(
    working: Harness, connection: Connection, old: int
) -> None:
    bought(connection, old, is_open=True)
    assert await working.engine.prune() == 0
    connection.execute("set session_replication_role = replica")
    connection.execute("update provider_batch set state = 'ingested', finished_at = clock_now()")
    assert await working.engine.prune() == 1


async def test_the_books_and_the_answers_stay_and_what_was_sent_goes(
    working: Harness, connection: Connection, old: int
) -> None:
    bought(connection, old, is_open=False)
    assert await working.engine.prune() == 1
    left = {table: count(connection, table) for table in ("provider_batch", "provider_answer", "provider_batch_item")}
    assert left == {"provider_batch": 1, "provider_answer": 1, "provider_batch_item": 0}
    assert connection.execute("select sum(spent_usd) from batch_spend").fetchall() == [(0.5,)]


async def test_an_instance_whose_rows_of_the_users_table_are_not_released_stays(
    working: Harness, connection: Connection, old: int
) -> None:
    connection.execute(
        "insert into generation (step_id, fingerprint, sink) select id, 'x', %s from batch_step",
        (Jsonb({"table": "q"}),),
    )
    assert await working.engine.prune() == 0
    connection.execute("update generation set sink = null")
    assert await working.engine.prune() == 1


async def test_an_instance_that_a_live_rehearsal_reads_from_stays(idle: Harness, connection: Connection) -> None:
    async with idle.engine.working():
        read = (await idle.run(step("a"))).instance_id
    connection.execute(AGE, (91, read))
    rehearsal = await idle.engine.rehearse_step("pipeline", "a", using=read)
    assert await idle.engine.prune() == 0
    await idle.engine.cancel(rehearsal)
    assert await idle.engine.prune() == 1


async def test_a_failed_instance_can_be_continued_for_twice_the_retention(
    working: Harness, connection: Connection
) -> None:
    ended = await working.run(step("a", params={"failTimes": 1}, retry={"maxAttempts": 1}))
    connection.execute(AGE, (179, ended.instance_id))
    assert await working.engine.prune() == 0
    await working.engine.retry(ended.instance_id)
    assert (await working.engine.wait(ended.instance_id)).is_success


async def test_dead_letters_outlive_their_instance(working: Harness, connection: Connection, old: int) -> None:
    connection.execute(
        "insert into dead_letter (batch_instance_id, step_key, source, payload, reason) values (%s, 'a', 's', '{}', 'bad')",
        (old,),
    )
    assert await working.engine.prune() == 1
    assert connection.execute("select batch_instance_id, reason from dead_letter").fetchall() == [(None, "bad")]


async def test_alerts_go_when_they_are_old_and_settled(working: Harness, connection: Connection) -> None:
    connection.execute("insert into alert_webhook (name, url) values ('ops', 'https://example.org/hook')")
    rows = [("old", "sent", "2020-01-01"), ("new", "sent", "now"), ("waits", "waiting", None)]
    for key, state, settled in rows:
        connection.execute(
            "insert into alert_delivery (webhook_id, event, event_key, payload, state, created_at, settled_at)"
            " values (1, 'failed', %s, '{}', %s, '2020-01-01', %s)",
            (key, state, settled),
        )
    await working.engine.prune()
    assert connection.execute("select event_key from alert_delivery order by 1").fetchall() == [("new",), ("waits",)]


async def test_what_became_of_an_old_instant_goes_with_its_instance(
    working: Harness, connection: Connection, old: int
) -> None:
    connection.execute(
        "insert into batch_cron_fire (definition_id, fire_at, outcome, batch_instance_id)"
        " select definition_id, '2020-01-01', 'fired', id from batch_instance"
    )
    assert await working.engine.prune() == 1
    assert count(connection, "batch_cron_fire") == 0


async def test_more_than_one_batch_is_pruned(idle: Harness, connection: Connection) -> None:
    await idle.define(step("a"))
    connection.execute("set session_replication_role = replica")
    connection.execute(
        "insert into batch_instance (definition_id, version, status, finished_at)"
        " select 1, 1, 'succeeded', '2020-01-01' from generate_series(1, 250)"
    )
    assert await idle.engine.prune() == 250


async def test_a_process_that_stays_prunes_by_itself(idle: Harness, connection: Connection) -> None:
    await idle.define(step("a"))
    connection.execute("select start_instance('pipeline')")
    connection.execute("select cancel_instance(1)")
    connection.execute(AGE, (365, 1))
    async with operating(idle.engine), asyncio.timeout(20):
        while count(connection, "batch_instance"):
            await idle.rows("select 1")
