"""The audit log is only added to; pruning alone takes rows out of it, and only old ones."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from engine.pruner import DailyPruner, prune
from tests.harness import Harness, step

Connection = psycopg.Connection[tuple[Any, ...]]

ROW = """
insert into audit_log (at, token_id, actor, role, client, action, subject, outcome)
values (clock_now() - make_interval(days => %s), 1, 'bob', 'admin', '127.0.0.1', 'x', %s, 'done')
"""
AGES = (0, 29, 31, 399, 401, 5_000)
YEARS = timedelta(days=36_500)


@pytest.fixture
def log(connection: Connection) -> Connection:
    for days in AGES:
        connection.execute(ROW, (days, str(days)))
    return connection


def left(connection: Connection) -> list[int]:
    rows = connection.execute("select subject from audit_log order by at desc").fetchall()
    return [int(subject) for (subject,) in rows]


async def test_the_audit_log_is_kept_for_400_days(idle: Harness, log: Connection) -> None:
    await prune(idle.engine.database, keep=YEARS, keep_audit=timedelta(days=400))
    assert left(log) == [0, 29, 31, 399]


async def test_how_long_it_is_kept_can_be_chosen_but_not_below_30_days(idle: Harness, log: Connection) -> None:
    await prune(idle.engine.database, keep=YEARS, keep_audit=timedelta(days=35))
    assert left(log) == [0, 29, 31]
    await prune(idle.engine.database, keep=YEARS, keep_audit=timedelta(0))
    assert left(log) == [0, 29]


async def test_a_process_that_stays_prunes_the_log_as_it_was_told(idle: Harness, log: Connection) -> None:
    await DailyPruner(idle.engine.database, keep=YEARS, keep_audit=timedelta(days=100)).once()
    assert left(log) == [0, 29, 31]


async def test_more_than_one_batch_of_the_log_is_pruned(idle: Harness, connection: Connection) -> None:
    connection.execute(
        "insert into audit_log (at, token_id, actor, role, client, action, subject)"
        " select '2020-01-01', 1, 'bob', 'admin', 'c', 'x', 's' from generate_series(1, 250)"
    )
    await prune(idle.engine.database, keep=YEARS, keep_audit=timedelta(days=400))
    assert left(connection) == []


def test_nobody_else_deletes_from_the_log_however_old_it_is(log: Connection) -> None:
    for days in AGES:
        with pytest.raises(psycopg.Error, match="is not to be changed"):
            log.execute("delete from audit_log where subject = %s", (str(days),))
    log.execute("set batchdag.audit_kept = '0 days'")
    with pytest.raises(psycopg.Error, match="is not to be changed"):
        log.execute("delete from audit_log where subject = '29'")
    with pytest.raises(psycopg.Error, match="is not to be changed"):
        log.execute("update audit_log set actor = 'alice' where subject = '5000'")


async def test_pruning_lets_nobody_delete_afterwards(idle: Harness, log: Connection) -> None:
    await prune(idle.engine.database, keep=YEARS, keep_audit=timedelta(days=400))
    with pytest.raises(psycopg.Error, match="is not to be changed"):
        await idle.rows("delete from audit_log where subject = '399' returning id")


async def test_nothing_that_has_not_ended_goes_however_old_it_is(idle: Harness, connection: Connection) -> None:
    await idle.define(step("a", "b"), step("b"))
    await idle.engine.start("pipeline")
    connection.execute("update batch_instance set created_at = '2000-01-01', scheduled_at = '2000-01-01'")
    assert await prune(idle.engine.database, keep=timedelta(0), keep_audit=timedelta(days=400)) == 0
    async with idle.engine.working():
        assert (await idle.engine.wait(1)).is_success


async def test_a_rehearsal_that_a_live_one_reads_from_stays(idle: Harness, connection: Connection) -> None:
    await idle.define(step("a"))
    async with idle.engine.working():
        read = await idle.engine.rehearse("pipeline")
        await idle.engine.wait(read)
    connection.execute("update batch_instance set finished_at = clock_now() - interval '2 days'")
    live = await idle.engine.rehearse_step("pipeline", "a", using=read)
    assert await prune(idle.engine.database, keep=YEARS, keep_audit=timedelta(days=400)) == 0
    await idle.engine.cancel(live)
    assert await prune(idle.engine.database, keep=YEARS, keep_audit=timedelta(days=400)) == 1
