"""A real ``batchdag worker`` that is told to stop: what runs ends or is handed back in time, and nothing is lost."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from engine.access import Access, Role
from engine.embedded import reader_url
from tests.faults.processes import until
from tests.harness import Harness, engine_on, step
from tests.ports import free_port
from tests.slow_runners import Blocking, Hogging, Stubborn

Connection = psycopg.Connection[tuple[Any, ...]]

ROOT = Path(__file__).parents[2]
COMMAND = "from engine.cli import main; main()"
RUNNERS = """
[batchdag.runners]
noop = tests.runners:Noop
stubborn = tests.slow_runners:Stubborn
blocking = tests.slow_runners:Blocking
hogging = tests.slow_runners:Hogging
"""
LOST_ONCE = "select losses = 1 from batch_step where batch_instance_id = %s and step_key = 'a'"
LONG = step("a", "b", params={"seconds": 600})
WAITS_FOR_A_BODY = (
    "POST /definitions/preview HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
    "Content-Type: application/json\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n"
)


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    """A folder that is to Python an installed package with the tests' runners."""
    folder = tmp_path / "plugins" / "slow_runners-1.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: slow-runners\nVersion: 1\n")
    (folder / "entry_points.txt").write_text(RUNNERS)
    return folder.parent


class Process:
    """A running command, with the events that it logs."""

    def __init__(self, popen: subprocess.Popen[str]) -> None:
        self._popen = popen

    def stop(self) -> None:
        self._popen.send_signal(signal.SIGTERM)

    def logs(self, event: str) -> Mapping[str, Any]:
        """Return the next line of this event, once it is there."""
        assert self._popen.stderr is not None
        for line in self._popen.stderr:
            fields: dict[str, Any] = json.loads(line)
            if fields["event"] == event:
                return fields
        raise AssertionError(f"it ended without {event}")

    def ended(self, *, within: float) -> int:
        return self._popen.wait(within)


@contextmanager
def command(name: str, plugin: Path, url: str, *, stop_seconds: float) -> Iterator[Process]:
    environment = os.environ | {
        "PYTHONPATH": f"{plugin}{os.pathsep}{ROOT}",
        "BATCHDAG_DATABASE_URL": url,
        "BATCHDAG_READER_URL": reader_url(url),
        "BATCHDAG_HOME": str(plugin.parent),
        "BATCHDAG_LEASE_SECONDS": "3",
        "BATCHDAG_STOP_SECONDS": str(stop_seconds),
        "BATCHDAG_LOG_LEVEL": "INFO",
    }
    arguments = [sys.executable, "-c", COMMAND, *name.split()]
    popen = subprocess.Popen(
        arguments, env=environment, cwd=plugin.parent, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        yield Process(popen)
    finally:
        popen.kill()
        popen.wait()
        assert popen.stderr is not None
        popen.stderr.close()


@pytest.fixture
async def idle_with_slow_runners(idle: Harness) -> Harness:
    await idle.engine.register(Stubborn())
    await idle.engine.register(Blocking())
    await idle.engine.register(Hogging())
    return idle


async def running(harness: Harness, connection: Connection, *steps: Mapping[str, Any]) -> int:
    """Start an instance and return once its first step runs."""
    await harness.define(*steps)
    instance = await harness.engine.start("pipeline")
    await until(connection, "select exists (select from batch_step where state = 'running')", within=90)
    return instance


def first_step(connection: Connection) -> tuple[Any, ...]:
    return connection.execute("select state, reason, leased_by from batch_step where step_key = 'a'").fetchall()[0]


@pytest.mark.parametrize("name", ["worker", "serve --port 0"])
async def test_a_step_that_takes_long_is_handed_back_in_time(
    idle: Harness, connection: Connection, database_url: str, plugin: Path, name: str
) -> None:
    with command(name, plugin, database_url, stop_seconds=4) as worker:
        await running(idle, connection, LONG, step("b"))
        asked = time.monotonic()
        worker.stop()
        assert worker.ended(within=10) == 0
        assert time.monotonic() - asked < 5
    assert first_step(connection) == ("ready", "handed_back", None)
    assert connection.execute("select count(*) from batch_step_result").fetchall() == [(0,)]


async def test_an_open_request_keeps_no_step_from_being_handed_back(
    idle: Harness, connection: Connection, database_url: str, plugin: Path
) -> None:
    port = free_port()
    token = await Access(idle.engine.database).create(Role.VIEWER, name="slow")
    with command(f"serve --port {port}", plugin, database_url, stop_seconds=4) as server:
        await running(idle, connection, LONG, step("b"))
        with socket.create_connection(("127.0.0.1", port)) as opened:
            opened.sendall(WAITS_FOR_A_BODY.format(token=token.secret).encode())
            assert opened.recv(100).startswith(b"HTTP/1.1 100 Continue")
            server.stop()
            assert server.ended(within=10) == 0
    assert first_step(connection) == ("ready", "handed_back", None)


async def test_a_step_that_ends_in_time_is_finished_and_the_next_one_left(
    idle: Harness, connection: Connection, database_url: str, plugin: Path
) -> None:
    with command("worker", plugin, database_url, stop_seconds=30) as worker:
        instance = await running(idle, connection, step("a", "b", params={"seconds": 1}), step("b"))
        worker.stop()
        assert worker.ended(within=20) == 0
    assert await idle.states(instance) == {"a": "succeeded", "b": "ready"}
    async with idle.engine.working():
        assert (await idle.engine.wait(instance)).is_success


async def test_a_second_signal_ends_it_at_once_and_the_step_is_rescued(
    database_url: str, connection: Connection, plugin: Path
) -> None:
    async with engine_on(database_url, reader_url(database_url), rescue_seconds=0.1) as harness:
        with command("worker", plugin, database_url, stop_seconds=300) as worker:
            instance = await running(harness, connection, LONG, step("b"))
            worker.stop()
            worker.logs("worker.stopping")
            worker.stop()
            assert worker.ended(within=5) == -signal.SIGTERM
        assert first_step(connection)[0] == "running"
        async with harness.engine.working():
            await until(connection, LOST_ONCE, instance)


@pytest.mark.parametrize("runner", ["stubborn", "blocking"], ids=["a task that does not stop", "a thread"])
async def test_what_does_not_stop_is_left_behind(
    idle_with_slow_runners: Harness, connection: Connection, database_url: str, plugin: Path, runner: str
) -> None:
    with command("worker", plugin, database_url, stop_seconds=10) as worker:
        await running(idle_with_slow_runners, connection, step("a", runner=runner))
        worker.stop()
        assert worker.ended(within=15) == 0
    assert first_step(connection) == ("ready", "handed_back", None)


async def test_a_stop_that_hangs_is_cut_off_at_the_deadline(
    idle: Harness, connection: Connection, database_url: str, plugin: Path
) -> None:
    with command("worker", plugin, database_url, stop_seconds=2) as worker:
        await running(idle, connection, LONG, step("b"))
        with psycopg.connect(database_url) as blocker:
            blocker.execute("select from batch_step for update")
            worker.stop()
            assert worker.ended(within=10) == 1
    assert first_step(connection)[0] == "running"


async def test_a_loop_that_hangs_is_cut_off_at_the_deadline(
    idle_with_slow_runners: Harness, connection: Connection, database_url: str, plugin: Path
) -> None:
    with command("worker", plugin, database_url, stop_seconds=2) as worker:
        await running(idle_with_slow_runners, connection, step("a", runner="hogging"))
        worker.stop()
        assert worker.ended(within=10) == 1
    assert first_step(connection)[0] == "running"
