"""What many of these tests stand on: an HTTP API with an engine behind it, a bench for one step, crons, and the command line."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.database import Database
from tests.crons import Site, crons_on
from tests.harness import Harness
from tests.rehearsing import rehearsing_on
from tests.requests import Bench
from tests.serving import Served, served_on
from tests.typing_commands import Type, typed

WORDS = {"name": "words", "steps": [{"key": "collect", "params": {"items": [{"n": 1}, {"n": 2}]}}]}


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


@pytest.fixture
async def rehearsing(
    database_url: str, test_reader_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Harness]:
    """An engine that rehearses, with a table to load into and no key of any provider."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    async with rehearsing_on(database_url, test_reader_url, storage=tmp_path / "storage") as harness:
        yield harness


@pytest.fixture
def command(database_url: str, test_reader_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Type:
    """Type ``batchdag`` and these words in an empty folder, beside a definition ``words`` that has one step."""
    monkeypatch.setenv("BATCHDAG_DATABASE_URL", database_url)
    monkeypatch.setenv("BATCHDAG_READER_URL", test_reader_url)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "words.json").write_text(json.dumps(WORDS))
    assert typed("apply", "words.json").exit_code == 0
    return typed
