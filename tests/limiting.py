"""Limits in tests: setting them as people do, worker processes that race for them, and a witness of how many ran."""

import asyncio
import multiprocessing
import signal
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from multiprocessing.connection import Connection
from typing import Any

import psycopg

from engine.dispatch.queue.settings import QueueSettings
from tests.harness import engine_on
from tests.runners import Noop

_FORKS = multiprocessing.get_context("forkserver")

WITNESS = """
create table seen (at timestamptz not null default clock_timestamp(), runner text not null, running int not null);
create function see() returns trigger language plpgsql as $$
begin
    insert into seen (runner, running)
    select old.runner, count(*) from batch_step where state = 'running' and runner = old.runner;
    return new;
end $$;
create trigger witness before update of state on batch_step
for each row when (old.state = 'running' and new.state <> 'running') execute function see()
"""
"""Counts when a step is about to leave: whoever has claimed too many is seen, at the latest, when the first one leaves."""

SET = """
insert into batch_limit (scope, name, max_running, max_per_minute) values (%s, %s, %s, %s)
on conflict (scope, name) do update set max_running = excluded.max_running, max_per_minute = excluded.max_per_minute
"""


def limit(
    connection: psycopg.Connection[Any],
    name: str,
    *,
    scope: str = "runner",
    at_once: int | None = None,
    per_minute: int | None = None,
) -> None:
    connection.execute(SET, (scope, name, at_once, per_minute))


def most_at_once(connection: psycopg.Connection[Any], runner: str) -> int:
    """Return how many steps of a runner have run at the same moment, at most, since ``WITNESS`` was there."""
    row = connection.execute("select coalesce(max(running), 0) from seen where runner = %s", (runner,)).fetchone()
    assert row is not None
    return int(row[0])


class Other(Noop):
    """A second runner, which no limit is about."""

    name = "other"


@asynccontextmanager
async def worker_processes(
    count: int, database_url: str, *, queues: QueueSettings | None = None, **settings: Any
) -> AsyncIterator[None]:
    """Let so many processes work that begin at the same moment; stop them in order."""
    pipes, processes = [], []
    if queues is not None:
        settings |= {"broker_url": queues.url, "queue_prefix": queues.prefix}
    for _ in range(count):
        ours, theirs = _FORKS.Pipe()
        consumed = None if queues is None else queues.consumed(())
        process = _FORKS.Process(target=_main, args=(database_url, settings, consumed, theirs), daemon=True)
        await asyncio.to_thread(process.start)
        pipes.append(ours)
        processes.append(process)
    try:
        for pipe in pipes:
            assert await asyncio.to_thread(pipe.recv) == "open"
        for pipe in pipes:
            pipe.send("go")
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            await asyncio.to_thread(process.join, 20)
        assert [process.exitcode for process in processes] == [0] * count


def _main(url: str, settings: dict[str, Any], queues: list[str] | None, parent: Connection) -> None:
    warnings.simplefilter("error")
    asyncio.run(_work(url, settings, queues, parent))


async def _work(url: str, settings: dict[str, Any], queues: list[str] | None, parent: Connection) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with engine_on(url, **settings) as harness:
        await harness.engine.register(Other())
        parent.send("open")
        await asyncio.to_thread(parent.recv)
        async with harness.engine.working(queues=queues):
            await stop.wait()
