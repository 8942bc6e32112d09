"""Dispatch by queue: throughput with one to four workers, what binds it, and how soon a ready step runs.

Each worker is a process of its own; this one starts instances and looks at the rows. Brokers that are not installed are
left out, and said so.
"""

import asyncio
import shutil
import statistics
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import psutil
import psycopg

from benchmarks.limits import commit_limit
from benchmarks.setting import Noop, fresh_database, print_table
from benchmarks.steps import chain, fan_out
from benchmarks.usage import Parties, Rate, Used, postmaster
from engine.app import Engine, open_engine
from engine.embedded import EmbeddedServer, reader_url
from engine.schema import schema_sql
from engine.settings import Settings
from tests.brokers import RABBITMQ, Server, rabbitmq_server, redis_server

STEPS = 3_000
WORKERS = (1, 2, 3, 4)
ROUNDS = 2
"""Throughput is measured so often, and the best of each counts: what else runs on the machine only slows."""

TRICKLE, PAUSE = 150, 0.05
CHAIN = 150

_DIRECT = "none: direct dispatch"


def measure(server: EmbeddedServer, folder: Path) -> None:
    rates: dict[tuple[str, int], Rate] = {}
    delays: dict[str, tuple[list[float], list[float]]] = {}
    for name, broker in _brokers(folder):
        with _running(broker):
            for count in WORKERS:
                runs = [_throughput(server, broker, count) for _ in range(ROUNDS)]
                rates[name, count] = max(runs, key=lambda run: run.steps)
            delays[name] = _latency(server, broker)
    _print(rates, delays)


def _brokers(folder: Path) -> Iterator[tuple[str, Server | None]]:
    yield _DIRECT, None
    made = {
        "RabbitMQ": (RABBITMQ.exists(), rabbitmq_server),
        "Redis": (bool(shutil.which("redis-server")), redis_server),
    }
    for name, (is_there, make) in made.items():
        if not is_there:
            print(f"{name} is not installed, and not measured")
            continue
        own = folder / name
        own.mkdir()
        yield name, make(own)


@contextmanager
def _running(broker: Server | None) -> Iterator[None]:
    if broker is not None:
        broker.start()
    try:
        yield
    finally:
        if broker is not None:
            broker.stop()


def _throughput(server: EmbeddedServer, broker: Server | None, count: int) -> Rate:
    url = _prepared(server)
    limit = commit_limit(url, rows=500)
    with _workers(url, broker, count) as workers:
        own = psutil.Process(broker.process.pid) if broker and broker.process else None
        return asyncio.run(_rate(url, Parties(workers, postmaster(server), own), commits=limit))


def _prepared(server: EmbeddedServer) -> str:
    """Return an empty database with its tables: workers that start at the same moment must not all create them."""
    url = fresh_database(server, "bench_queue")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(schema_sql())
    return url


async def _rate(url: str, parties: Parties, *, commits: float) -> Rate:
    async with _asking(url) as engine:
        await engine.apply([{"name": "warm", "steps": fan_out(100)}, {"name": "fan", "steps": fan_out(STEPS)}])
        assert (await engine.run("warm")).is_success
        before = Used.now(url, parties)
        assert (await engine.run("fan")).is_success
        used = Used.now(url, parties)
    return used.since(before, steps=STEPS + 2, commits=commits)


def _latency(server: EmbeddedServer, broker: Server | None) -> tuple[list[float], list[float]]:
    url = _prepared(server)
    with _workers(url, broker, 2):
        return asyncio.run(_delays(url))


async def _delays(url: str) -> tuple[list[float], list[float]]:
    """Return the milliseconds from ready to running, of instances of one step that come singly, and within a chain."""
    async with _asking(url) as engine:
        await engine.apply([{"name": "single", "steps": chain(1)}, {"name": "chain", "steps": chain(CHAIN)}])
        assert (await engine.run("single")).is_success
        assert (await engine.run("chain")).is_success
        ids = []
        for _ in range(TRICKLE):
            ids.append(await engine.start("single"))
            await asyncio.sleep(PAUSE)
        for instance in ids:
            assert (await engine.wait(instance)).is_success
        last = (await engine.run("chain")).instance_id
    with psycopg.connect(url) as connection:
        single = connection.execute(_SINGLE, (ids,)).fetchall()
        chained = connection.execute(_CHAINED, (last,)).fetchall()
    return [float(delay) for (delay,) in single], [float(delay) for (delay,) in chained]


_SINGLE = """
select extract(epoch from started_at - run_after) * 1000
from batch_step
where batch_instance_id = any(%s)
"""
_CHAINED = """
select extract(epoch from next.started_at - step.finished_at) * 1000
from batch_step as step
join batch_step as next
    on next.batch_instance_id = step.batch_instance_id
    and next.step_key = 's' || cast(substr(step.step_key, 2) as int) + 1
where step.batch_instance_id = %s
"""


@contextmanager
def _workers(url: str, broker: Server | None, count: int) -> Iterator[list[psutil.Process]]:
    """Run so many workers; yield once all of them work."""
    command = [sys.executable, "-m", "benchmarks.queue", url, broker.url if broker else ""]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(count)
    ]
    try:
        for process in started:
            assert process.stdout is not None
            assert process.stdout.readline() == "working\n"
        yield [psutil.Process(process.pid) for process in started]
    finally:
        for process in started:
            process.communicate(timeout=60)  # closes its standard input, which ends it


@asynccontextmanager
async def _asking(url: str) -> AsyncIterator[Engine]:
    """An engine that starts instances and runs nothing."""
    async with open_engine(Settings(database_url=url, reader_url=reader_url(url))) as engine:
        await engine.register(Noop())
        yield engine


def main() -> None:
    """Work until standard input is closed."""
    url, broker = sys.argv[1:]
    asyncio.run(_work(url, broker or None))


async def _work(url: str, broker: str | None) -> None:
    settings = Settings(database_url=url, reader_url=reader_url(url), broker_url=broker)
    async with open_engine(settings) as engine:
        await engine.register(Noop())
        queues = settings.for_queues().consumed(()) if broker else None
        async with engine.working(queues=queues):
            print("working", flush=True)
            await asyncio.to_thread(sys.stdin.read)


def _print(rates: Mapping[tuple[str, int], Rate], delays: Mapping[str, tuple[list[float], list[float]]]) -> None:
    rows = [
        [f"{name}, {count} worker{'s' * (count > 1)}", rate.steps, *rate.cost, rate.binding]
        for (name, count), rate in rates.items()
    ]
    print_table(
        f"Dispatch by queue: a fan-out of {STEPS:,} steps that do nothing; processor time in ms a step",
        ["", "steps/s", "workers", "database", "broker", "limit that binds (use)"],
        rows,
    )
    rows = [
        [f"{name}: {what}", *(_percentile(values, part) for part in (50, 95))]
        for name, both in delays.items()
        for what, values in zip((f"{1 / PAUSE:.0f} single steps a second", f"a chain of {CHAIN}"), both, strict=True)
    ]
    print_table("From ready to running, two workers, ms", ["", "p50", "p95"], rows)


def _percentile(values: Sequence[float], part: int) -> float:
    return statistics.quantiles(values, n=100)[part - 1]


if __name__ == "__main__":
    main()
