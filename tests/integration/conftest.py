"""What many of these tests stand on: an HTTP API with an engine behind it, a bench for one step, and crons."""

from collections.abc import AsyncIterator

import pytest

from engine.database import Database
from tests.crons import Site, crons_on
from tests.harness import Harness
from tests.requests import Bench
from tests.serving import Served, served_on


@pytest.fixture
async def served(working: Harness) -> AsyncIterator[Served]:
    """The API of an engine that works."""
    async with served_on(working) as running:
        yield running


@pytest.fixture
async def idle_served(idle: Harness) -> AsyncIterator[Served]:
    """The API of an engine that has not begun to work."""
    async with served_on(idle) as running:
        yield running


@pytest.fixture
async def bench(database: Database, test_reader_url: str) -> Bench:
    """An instance of two steps: a source without items, and the step under test."""
    made = Bench(database, test_reader_url)
    await made.set_up()
    return made


@pytest.fixture
async def site(database_url: str) -> AsyncIterator[Site]:
    """Crons, and schedulers that tick when they are told to."""
    async with crons_on(database_url) as opened:
        yield opened
