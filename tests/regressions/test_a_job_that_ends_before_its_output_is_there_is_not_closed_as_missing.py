"""A job that was called completed while no file was named for its answers was once closed: all of it was bought again."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.emulators import RunningEmulator, running_emulator
from tests.faults.ledger_books import assert_bought_once
from tests.generating import answers, generating
from tests.harness import Harness, engine_on

MODELS = {"openai": "gpt-5-mini", "gemini": "gemini-3.5-flash", "vertex": "gemini-3.5-flash"}
SUMS = "select state, items, succeeded, dead, lost_replies, cost_usd > 0 from provider_batch"


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningEmulator]:
    with running_emulator(batch_seconds=0.05) as emulator:
        for name, value in emulator.environment.items():
            monkeypatch.setenv(name, value)
        yield emulator


@pytest.fixture
async def harness(
    emulator: RunningEmulator, database_url: str, test_reader_url: str, tmp_path: Path
) -> AsyncIterator[Harness]:
    async with engine_on(database_url, test_reader_url, storage=tmp_path) as harness, harness.engine.working():
        yield harness


def asking(provider: str, *, settle_seconds: float, **more: Any) -> dict[str, Any]:
    patience = {"intervalSeconds": 0.05, "settleSeconds": settle_seconds}
    return {"provider": provider, "model": MODELS[provider], "poll": patience, **more}


@pytest.mark.parametrize("provider", sorted(MODELS))
async def test_its_output_is_waited_for(
    harness: Harness, emulator: RunningEmulator, connection: psycopg.Connection[Any], provider: str
) -> None:
    emulator.fault("late_output", seconds=1)
    ended = await harness.run(*generating(6, **asking(provider, settle_seconds=2)))
    assert ended.is_success, ended.error
    assert len(await answers(harness, ended.instance_id)) == 6
    assert len(emulator.jobs()) == 1
    assert_bought_once(connection, emulator)


async def test_output_that_never_comes_is_waited_for_a_bounded_time_and_counted_as_lost(
    harness: Harness, emulator: RunningEmulator
) -> None:
    emulator.fault("late_output", seconds=1e6)
    ended = await harness.run(
        *generating(3, **asking("openai", settle_seconds=0.1, maxTries=1), tolerate={"percent": 100})
    )
    assert ended.is_success, ended.error
    assert await harness.rows(SUMS) == [("ingested", 3, 0, 3, 3, True)]
    assert (await harness.result(ended.instance_id, "generate"))["lost_replies"] == 3
