"""Several processes tick at once and are killed and frozen: each instant still has one row and at most one instance."""

import asyncio
import contextlib
import multiprocessing
import os
import random
import signal
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from multiprocessing.process import BaseProcess
from typing import Any

import psycopg
import pytest

from engine.database import Connection, Database
from engine.notifier import Notifier
from engine.scheduler.service import Scheduler
from engine.scheduler.tick import tick
from tests.faults.conftest import Note
from tests.faults.processes import until
from tests.faults.scenario import die

pytestmark = pytest.mark.faults

SPEED = 300
FAST_CLOCK = """
create or replace function clock_now() returns timestamptz language sql stable parallel safe
return '2026-03-01 00:00+00'::timestamptz + (statement_timestamp() - '{begun}'::timestamptz) * {speed}
"""
"""The database's clock, so fast that a cron of every minute fires several times a second."""

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.faults.test_scheduler_races"])


def _schedule(url: str) -> None:
    """Run a scheduler, and nothing else, until killed."""
    warnings.simplefilter("error")
    asyncio.run(_forever(url))


async def _forever(url: str) -> None:
    database = Database(url)
    await database.open()
    notifier = Notifier(database)
    await notifier.start()
    await Scheduler(database, notifier, every=timedelta(seconds=0.02)).start()
    await asyncio.Event().wait()


class Dying:
    """A connection that kills its process before or after the n-th statement of a tick."""

    def __init__(self, connection: Connection, *, statement: int, when: str) -> None:
        self._connection = connection
        self._left = statement
        self._when = when

    async def execute(self, query: Any, binds: Any = None) -> Any:
        self._left -= 1
        if self._left == 0 and self._when == "before":
            die()
        cursor = await self._connection.execute(query, binds)
        if self._left == 0 and self._when == "after":
            die()
        return cursor


def _tick_and_die(url: str, statement: int, when: str) -> None:
    asyncio.run(_one_tick(url, statement, when))


async def _one_tick(url: str, statement: int, when: str) -> None:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        async with connection.transaction():
            await tick(Dying(connection, statement=statement, when=when))  # type: ignore[arg-type]
        die()


def start(target: Any, *arguments: Any) -> BaseProcess:
    process = _FORKS.Process(target=target, args=arguments, daemon=True)
    process.start()
    return process


def define(connection: psycopg.Connection[Any], count: int, **columns: str) -> None:
    connection.execute("insert into batch_runner (name, version, params_schema) values ('noop', '1', '{}')")
    row = {"steps": '[{"key": "noop"}]', "cron": "* * * * *", "misfire": "all", "overlap": "allow"} | columns
    for n in range(count):
        connection.execute(
            "insert into batch_definition (name, steps, cron, misfire, overlap) values (%s, %s, %s, %s, %s)",
            (f"d{n}", row["steps"], row["cron"], row["misfire"], row["overlap"]),
        )


def run_fast(connection: psycopg.Connection[Any]) -> None:
    begun = str((connection.execute("select statement_timestamp()").fetchone() or ("",))[0])
    connection.execute(FAST_CLOCK.format(begun=begun, speed=SPEED))
    connection.execute("update batch_cron set decided_at = '2026-03-01 00:00+00', upcoming = '{}'")


EACH_ONCE = """
select
    count(*) filter (where wanted.fire_at is null or fire.fire_at is null),
    count(*) filter (where fire.outcome = 'fired'),
    count(*) filter (where fire.outcome = 'fired' and instances.count <> 1)
from (
    select definition_id, generate_series('2026-03-01 00:01+00', max(fire_at), '1 minute') as fire_at
    from batch_cron_fire group by definition_id
) as wanted
full join batch_cron_fire as fire using (definition_id, fire_at)
left join lateral (
    select count(*) from batch_instance as i
    where i.definition_id = fire.definition_id and i.scheduled_at = fire.fire_at
) as instances on true
"""
"""Instants without a row or rows without an instant; instants fired; those fired without exactly one instance."""


@asynccontextmanager
async def schedulers(url: str, count: int) -> AsyncIterator[list[BaseProcess]]:
    running = [start(_schedule, url) for _ in range(count)]
    try:
        yield running
    finally:
        for process in running:
            process.kill()
            process.join()


async def test_each_instant_fires_once_while_four_schedulers_are_killed_and_frozen(
    database_url: str, connection: psycopg.Connection[Any], note: Note
) -> None:
    define(connection, 20)
    run_fast(connection)
    chance = random.Random(7)
    kills = 0
    async with schedulers(database_url, 4) as running:
        for _ in range(30):
            await asyncio.sleep(chance.uniform(0.1, 0.5))
            n = chance.randrange(len(running))
            if chance.random() < 0.3:
                await _freeze(running[n], seconds=chance.uniform(0.1, 1.0))
            else:
                running[n].kill()
                running[n] = start(_schedule, database_url)
                kills += 1
        await until(connection, "select not exists (select from batch_cron where decided_at < clock_now() - %s)",
                    timedelta(minutes=5), within=60)  # fmt: skip
    wrong, fired, not_one = connection.execute(EACH_ONCE).fetchall()[0]
    assert (wrong, not_one) == (0, 0)
    assert connection.execute("select count(*) from batch_instance").fetchall() == [(fired,)]
    assert fired > 500
    note("4 schedulers killed and frozen at random; instants fired", kills=kills, steps=fired)


async def _freeze(process: BaseProcess, *, seconds: float) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process.pid or 0, signal.SIGSTOP)
        await asyncio.sleep(seconds)
        os.kill(process.pid or 0, signal.SIGCONT)


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_scheduler_that_dies_at_any_statement_of_a_tick_has_fired_nothing_and_the_next_one_fires_all(
    database_url: str, connection: psycopg.Connection[Any], note: Note, when: str
) -> None:
    define(connection, 3, misfire="latest")
    connection.execute("update batch_cron set decided_at = clock_now() - interval '1 hour', upcoming = '{}'")
    statements = 5  # begin, claim, fire, give up, plan
    for n in range(1, statements + 1):
        process = start(_tick_and_die, database_url, n, when)
        await asyncio.to_thread(process.join)
        assert process.exitcode == -signal.SIGKILL
        assert connection.execute("select count(*) from batch_cron_fire").fetchall() == [(0,)]
        assert connection.execute("select count(*) from batch_instance").fetchall() == [(0,)]
    process = start(_tick_and_die, database_url, statements + 1, when)
    await asyncio.to_thread(process.join)
    assert connection.execute("select outcome, count(*) from batch_cron_fire group by 1").fetchall() == [("fired", 3)]
    assert connection.execute("select count(*) from batch_instance").fetchall() == [(3,)]
    note(f"a scheduler killed {when} each statement of a tick", kills=statements + 1, steps=3)


async def test_a_scheduler_that_freezes_within_a_tick_is_cut_off_by_the_server_and_another_fires(
    database_url: str, connection: psycopg.Connection[Any], note: Note
) -> None:
    define(connection, 3)
    connection.execute("update batch_cron set decided_at = clock_now() - interval '90 s', upcoming = '{}'")
    async with await psycopg.AsyncConnection.connect(database_url) as frozen:
        await tick(frozen)
        async with schedulers(database_url, 1):
            await until(connection, "select count(distinct definition_id) = 3 from batch_cron_fire", within=30)
        with pytest.raises(psycopg.errors.IdleInTransactionSessionTimeout):
            await frozen.commit()
    wrong = connection.execute(
        "select count(*) from batch_cron_fire as f where (select count(*) from batch_instance as i"
        " where i.definition_id = f.definition_id and i.scheduled_at = f.fire_at) <> 1"
    ).fetchall()
    assert wrong == [(0,)]
    note("a scheduler frozen with its locks held", kills=0, steps=3)
