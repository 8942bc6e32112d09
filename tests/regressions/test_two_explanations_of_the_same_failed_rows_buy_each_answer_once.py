"""Two runs over failed rows at the same time once bought everything twice: each asked as if nobody else did."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from runners.generation.plan import Planned, Planner
from tests.emulators import RunningEmulator, running_emulator
from tests.harness import Harness, engine_on, step

ROWS = 5
TABLE = """
create table question (
    id int primary key, word text, explanation text, explanation_status text, explanation_generated_at timestamptz,
    explanation_error text)
"""
STATUSES = "select explanation_status, count(*)::int from question group by 1"


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningEmulator]:
    with running_emulator(live_seconds=0.2, batch_seconds=0.2) as emulator:
        for name, value in emulator.environment.items():
            monkeypatch.setenv(name, value)
        yield emulator


@pytest.fixture
async def harness(
    emulator: RunningEmulator, database_url: str, test_reader_url: str, tmp_path: Path
) -> AsyncIterator[Harness]:
    async with engine_on(database_url, test_reader_url, storage=tmp_path) as harness, harness.engine.working():
        yield harness


async def explaining(harness: Harness, connection: psycopg.Connection[Any], mode: str) -> None:
    """Define the explanation of questions that have all failed."""
    connection.execute(TABLE)
    connection.execute("insert into question select n, 'word' || n from generate_series(1, %s) as n", [ROWS])
    params = {
        "provider": "openai",
        "model": "gpt-5-mini",
        "template": "{{ item.word }}?",
        "table": "question",
        "states": ["failed"],
        "mode": mode,
        "poll": {"intervalSeconds": 0.05, "settleSeconds": 0.2},
    }
    await harness.define(step("explain", runner="explain", params=params))


def meet_before_planning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the first two plans wait for each other, so that both runs have taken the same rows."""
    plan, arrived, both = Planner.plan, [], asyncio.Event()

    async def planned(planner: Planner) -> Planned:
        arrived.append(planner)
        if len(arrived) == 2:
            both.set()
        await both.wait()
        return await plan(planner)

    monkeypatch.setattr(Planner, "plan", planned)


def billed(emulator: RunningEmulator) -> tuple[int, int]:
    totals = emulator.bill("none")["totals"]
    return totals["billed"], totals["repeated"]


@pytest.mark.parametrize("mode", ["batch", "live"])
async def test_the_second_waits_for_the_answers_of_the_first(
    harness: Harness,
    emulator: RunningEmulator,
    connection: psycopg.Connection[Any],
    monkeypatch: pytest.MonkeyPatch,
    mode: str,
) -> None:
    await explaining(harness, connection, mode)
    connection.execute("update question set explanation_status = 'failed'")
    meet_before_planning(monkeypatch)
    both = await asyncio.gather(harness.engine.run("pipeline"), harness.engine.run("pipeline"))
    assert [ended.is_success for ended in both] == [True, True]
    assert connection.execute(STATUSES).fetchall() == [("completed", ROWS)]
    assert billed(emulator) == (ROWS, 0)


async def test_a_later_run_over_failed_rows_asks_for_them_anew(
    harness: Harness, emulator: RunningEmulator, connection: psycopg.Connection[Any]
) -> None:
    await explaining(harness, connection, "live")
    for run in range(1, 4):
        connection.execute("update question set explanation_status = 'failed'")
        ended = await harness.engine.run("pipeline")
        assert ended.is_success, ended.error
        assert emulator.bill("none")["totals"]["billed"] == run * ROWS
