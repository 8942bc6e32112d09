"""Several processes tick at once and are killed and frozen: each instant still has one row and at most one instance."""

import asyncio
import contextlib
import os
import random
import signal
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import psycopg
import pytest

from engine.database import Connection, Database
from engine.notifier import Notifier
from engine.scheduler.service import Scheduler
from engine.scheduler.tick import tick
from tests.faults.conftest import Note
from tests.faults.forks import FORKS
from tests.faults.processes import until

pytestmark = pytest.mark.faults

SPEED = 300
FAST_CLOCK = """
create or replace function clock_now() returns timestamptz language sql stable parallel safe
return '2026-03-01 00:00+00'::timestamptz + (statement_timestamp() - '{begun}'::timestamptz) * {speed}
"""
"""The database's clock, so fast that a cron of every minute fires several times a second."""


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


class Struck:
    """A connection that sends its process a signal before or after the n-th statement of a tick."""

    def __init__(self, connection: Connection, *, number: signal.Signals, statement: int, when: str) -> None:
        self._connection = connection
        self._number = number
        self._left = statement
        self._when = when

    async def execute(self, query: Any, binds: Any = None) -> Any:
        self._left -= 1
        self._strike("before")
        cursor = await self._connection.execute(query, binds)
        self._strike("after")
        return cursor

    def _strike(self, moment: str) -> None:
        if self._left == 0 and self._when == moment:
            os.kill(os.getpid(), self._number)


def _tick_struck(url: str, number: signal.Signals, statement: int, when: str) -> None:
    asyncio.run(_one_tick(url, number=number, statement=statement, when=when))


async def _one_tick(url: str, **blow: Any) -> None:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await tick(Struck(connection, **blow))  # type: ignore[arg-type]


def _tick(url: str) -> None:
    _tick_struck(url, signal.SIGKILL, 0, "never")


def start(target: Any, *arguments: Any) -> BaseProcess:
    process = FORKS.Process(target=target, args=arguments, daemon=True)
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


def define_an_hour_behind(connection: psycopg.Connection[Any], count: int) -> None:
    define(connection, count, misfire="latest")
    connection.execute("update batch_cron set decided_at = clock_now() - interval '1 hour', upcoming = '{}'")


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


FIRED = """
select (select count(*) from batch_cron_fire where outcome = 'fired'), (select count(*) from batch_instance)
"""

SLOW_START = """
create function take_time() returns trigger language plpgsql as $$ begin perform pg_sleep(0.5); return new; end $$;
create trigger take_time before insert on batch_instance for each row execute function take_time()
"""

WRITING = """
select exists (select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep')
"""


ALONE = """
select not exists (select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid())
"""
"""The server ends a statement that it has begun, even if who sent it is dead."""


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
    await until(connection, ALONE)
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


async def ended(process: BaseProcess) -> int | None:
    """Return how the process ended: minus the signal's number if one killed it."""
    await asyncio.to_thread(process.join, 20)
    return process.exitcode


async def _stopped(process: BaseProcess) -> None:
    """Return once it is stopped; nobody is told, so it is asked again and again."""
    async with asyncio.timeout(20):
        while not _is_stopped(process.pid or 0):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def _is_stopped(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


@pytest.mark.parametrize(
    ("statement", "when", "fired"), [(1, "before", 0), (1, "after", 0), (2, "before", 0), (2, "after", 3)]
)
async def test_a_scheduler_that_dies_at_any_statement_has_fired_all_or_nothing_and_the_next_one_fires_the_rest(
    database_url: str, connection: psycopg.Connection[Any], note: Note, statement: int, when: str, fired: int
) -> None:
    define_an_hour_behind(connection, 3)
    assert await ended(start(_tick_struck, database_url, signal.SIGKILL, statement, when)) == -signal.SIGKILL
    assert connection.execute(FIRED).fetchall() == [(fired, fired)]
    assert await ended(start(_tick, database_url)) == 0
    assert connection.execute(FIRED).fetchall() == [(3, 3)]
    note(f"a scheduler killed {when} statement {statement} of a tick", kills=1, steps=3)


async def test_a_scheduler_that_dies_while_the_server_writes_for_it_has_fired_all(
    database_url: str, connection: psycopg.Connection[Any], note: Note
) -> None:
    define_an_hour_behind(connection, 3)
    connection.execute(SLOW_START)
    process = start(_tick, database_url)
    await until(connection, WRITING)
    process.kill()
    assert await ended(process) == -signal.SIGKILL
    assert connection.execute(FIRED).fetchall() == [(0, 0)]
    await until(connection, f"select fires = 3 and instances = 3 from ({FIRED}) as fired(fires, instances)")
    note("a scheduler killed while the server wrote for it", kills=1, steps=3)


async def test_a_scheduler_that_freezes_within_a_tick_holds_up_nobody_and_fires_nothing_when_it_wakes(
    database_url: str, connection: psycopg.Connection[Any], note: Note
) -> None:
    define_an_hour_behind(connection, 3)
    frozen = start(_tick_struck, database_url, signal.SIGSTOP, 1, "after")
    await _stopped(frozen)
    assert await ended(start(_tick, database_url)) == 0
    assert connection.execute(FIRED).fetchall() == [(3, 3)]
    before = connection.execute("select * from batch_cron").fetchall()
    os.kill(frozen.pid or 0, signal.SIGCONT)
    assert await ended(frozen) == 0
    assert connection.execute(FIRED).fetchall() == [(3, 3)]
    assert connection.execute("select * from batch_cron").fetchall() == before
    note("a scheduler frozen between looking and writing", kills=0, steps=3)
