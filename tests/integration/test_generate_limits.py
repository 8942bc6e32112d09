"""Jobs that are too large, and providers that are of no use: what was planned is planned again, smaller or elsewhere."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.emulators import RunningEmulator, running_emulator
from tests.generating import answers, generating, jobs
from tests.harness import Harness, engine_on


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


async def test_a_job_beyond_the_enqueued_token_limit_is_split_until_it_fits(
    harness: Harness, emulator: RunningEmulator
) -> None:
    emulator.settings(max_enqueued_tokens=400)
    ended = await harness.run(*generating(16, provider="openai"))
    assert ended.is_success, ended.error
    assert len(await answers(harness, ended.instance_id)) == 16
    assert max(items for (items,) in await harness.rows("select items from provider_batch where cost_usd > 0")) < 16
    assert emulator.bill("repeated")["requests"] == []


async def test_the_definition_can_say_how_many_tokens_a_job_may_hold(harness: Harness) -> None:
    ended = await harness.run(*generating(10, provider="openai", jobTokens=600))
    assert ended.is_success, ended.error
    held = await harness.rows("select items, tokens from provider_batch")
    assert len(held) > 1
    assert all(tokens <= 600 for _, tokens in held)


async def test_the_rest_goes_to_the_second_provider_when_the_first_refuses(
    harness: Harness, emulator: RunningEmulator
) -> None:
    emulator.fault("server_error", route="openai.batches.create", status=400, count=1)
    fallback = {"provider": "gemini", "model": "gemini-2.5-flash"}
    ended = await harness.run(*generating(5, provider="openai", fallback=fallback))
    assert ended.is_success, ended.error
    assert await jobs(harness, "provider, state, items") == [("openai", "abandoned", 5), ("gemini", "ingested", 5)]


async def test_a_stuck_job_is_cancelled_at_its_deadline_and_the_rest_goes_to_the_second_provider(
    harness: Harness, emulator: RunningEmulator
) -> None:
    emulator.fault("stuck", route="openai.batches.create", count=1)
    poll = {"intervalSeconds": 0.05, "settleSeconds": 0.1, "deadlineHours": 0.0003}
    fallback = {"provider": "gemini", "model": "gemini-2.5-flash"}
    ended = await harness.run(*generating(5, provider="openai", fallback=fallback, poll=poll))
    assert ended.is_success, ended.error
    assert await jobs(harness, "provider, state, cancelled_at is not null") == [
        ("openai", "ingested", True),
        ("gemini", "ingested", False),
    ]
    assert emulator.bill("repeated")["requests"] == []


async def test_a_job_that_is_refused_without_a_second_provider_fails_the_step_with_the_providers_words(
    harness: Harness, emulator: RunningEmulator
) -> None:
    emulator.fault("server_error", route="openai.batches.create", status=400, count=1)
    ended = await harness.run(*generating(5, provider="openai"))
    assert not ended.is_success
    assert "openai" in (ended.error or "").lower()
    assert await harness.reason(ended.instance_id, "generate") == "invalid"
    await harness.engine.retry(ended.instance_id)
    again = await harness.engine.wait(ended.instance_id)
    assert again.is_success, again.error
