"""A run of live calls once went on for 300 s, whatever the step's timeout: the attempt failed, its calls were cut off."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.emulators import RunningEmulator, running_emulator
from tests.faults.ledger_books import assert_bought_once
from tests.generating import answers, generating
from tests.harness import Harness, engine_on

LIVE = {"provider": "openai", "mode": "live", "concurrency": 1, "poll": {"settleSeconds": 0.2}}
ONE_ATTEMPT = {"maxAttempts": 1}


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningEmulator]:
    with running_emulator() as emulator:
        for name, value in emulator.environment.items():
            monkeypatch.setenv(name, value)
        yield emulator


@pytest.fixture
async def harness(
    emulator: RunningEmulator, database_url: str, test_reader_url: str, tmp_path: Path
) -> AsyncIterator[Harness]:
    async with engine_on(database_url, test_reader_url, storage=tmp_path) as harness, harness.engine.working():
        yield harness


async def test_more_calls_than_fit_into_the_timeout_are_made_in_one_attempt(
    harness: Harness, emulator: RunningEmulator, connection: object
) -> None:
    emulator.settings(live_seconds=0.6)
    collect, generate = generating(14, **LIVE)
    ended = await harness.run(collect, {**generate, "timeoutSeconds": 6, "retry": ONE_ATTEMPT})
    assert ended.is_success, ended.error
    assert len(await answers(harness, ended.instance_id)) == 14
    attempt, snoozes = (await harness.rows("select attempt, snoozes from batch_step where step_key = 'generate'"))[0]
    assert (attempt, snoozes > 0) == (1, True)
    assert_bought_once(connection, emulator)  # type: ignore[arg-type]


async def test_a_call_that_outlasts_the_timeout_is_broken_off_and_the_attempt_goes_on(
    harness: Harness, emulator: RunningEmulator
) -> None:
    emulator.settings(live_seconds=60)
    collect, generate = generating(1, **LIVE, maxTries=1, tolerate={"percent": 100})
    ended = await harness.run(collect, {**generate, "timeoutSeconds": 5, "retry": ONE_ATTEMPT})
    assert ended.is_success, ended.error
    said = await harness.rows("select state, error from batch_item where error is not null")
    assert said == [("failed", "no_reply: the calls broke before an answer came")]
