"""Fixtures of the fault tests, and the table that they print at the end."""

import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import psycopg
import pytest

from tests.faults.processes import LEASE
from tests.faults.scenario import TABLES, Effect
from tests.harness import Harness, engine_on

_ROWS = pytest.StashKey[list[tuple[str, int, int, float]]]()

Note = Callable[..., None]


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_ROWS] = []


@pytest.fixture
def note(request: pytest.FixtureRequest) -> Note:
    """Note ``(what, kills=..., steps=...)`` for the table; the time is that since the test began."""
    begun = time.monotonic()
    rows = request.config.stash[_ROWS]

    def add(what: str, *, kills: int, steps: int) -> None:
        rows.append((what, kills, steps, time.monotonic() - begun))

    return add


@pytest.fixture
async def healthy(database_url: str, connection: psycopg.Connection[Any]) -> AsyncIterator[Harness]:
    """An engine in this process that knows the runner and does not work yet, with a lease that is soon over."""
    connection.execute(TABLES)
    async with engine_on(database_url, lease_seconds=LEASE, rescue_seconds=0.1) as harness:
        effect = Effect(database_url)
        await harness.engine.register(effect)
        yield harness
        await effect.close()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    rows = config.stash.get(_ROWS, [])
    if not rows:
        return
    terminalreporter.section("what was broken, and ended right")
    terminalreporter.write_line(f"{'what':<62} {'kills':>6} {'steps':>7} {'seconds':>8}")
    for what, kills, steps, seconds in rows:
        terminalreporter.write_line(f"{what:<62} {kills:>6} {steps:>7} {seconds:>8.1f}")
