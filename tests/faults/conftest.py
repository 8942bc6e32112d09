"""Fixtures of the fault tests, and what they have to say at the end: a table of all of them, and figures of a few.

A test may run in another process than the one that prints; what it noted travels with its report.
"""

import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import psycopg
import pytest

from engine.embedded import EmbeddedServer, start_embedded, stop_embedded
from tests.faults.processes import LEASE
from tests.faults.scenario import TABLES, Effect
from tests.harness import Harness, engine_on
from tests.servers import server_folder

_ROW, _FIGURES = "row of the table", "figures"

Note = Callable[..., None]
Show = Callable[[str], None]


@pytest.fixture
def note(request: pytest.FixtureRequest) -> Note:
    """Note ``(what, kills=..., steps=...)`` for the table; the time is that since the test began."""
    begun = time.monotonic()

    def add(what: str, *, kills: int, steps: int) -> None:
        request.node.user_properties.append((_ROW, (what, kills, steps, time.monotonic() - begun)))

    return add


@pytest.fixture
def show(request: pytest.FixtureRequest) -> Show:
    """Print a text at the end, whether the test has passed by then or not."""
    return lambda text: request.node.user_properties.append((_FIGURES, text))


@pytest.fixture
def durable_server() -> Iterator[EmbeddedServer]:
    """A server of this test's own, with fsync on, as people run it."""
    with server_folder() as folder:
        server = start_embedded(folder)
        yield server
        stop_embedded(server)


@pytest.fixture
async def healthy(database_url: str, connection: psycopg.Connection[Any]) -> AsyncIterator[Harness]:
    """An engine in this process that knows the runner and does not work yet, with a lease that is soon over."""
    connection.execute(TABLES)
    async with engine_on(database_url, lease_seconds=LEASE, rescue_seconds=0.1) as harness:
        effect = Effect(database_url)
        await harness.engine.register(effect)
        yield harness
        await effect.close()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    for text in _noted(terminalreporter, _FIGURES):
        terminalreporter.write_line(f"\n{text}")
    if rows := _noted(terminalreporter, _ROW):
        _write_table(terminalreporter, rows)


def _noted(terminalreporter: Any, what: str) -> list[Any]:
    """Return what the tests have noted, in the order in which they ended."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    return [
        value for report in reports if report.when == "call" for name, value in report.user_properties if name == what
    ]


def _write_table(terminalreporter: Any, rows: list[Any]) -> None:
    terminalreporter.section("what was broken, and ended right")
    terminalreporter.write_line(f"{'what':<62} {'kills':>6} {'steps':>7} {'seconds':>8}")
    for what, kills, steps, seconds in rows:
        terminalreporter.write_line(f"{what:<62} {kills:>6} {steps:>7} {seconds:>8.1f}")
