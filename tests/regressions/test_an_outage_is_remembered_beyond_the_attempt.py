"""What live calls had learned of an outage was once forgotten at every snooze, and a refusal with every attempt."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.emulators import RunningEmulator, running_emulator
from tests.generating import answers, generating, jobs
from tests.harness import QUICK, Harness, engine_on

LIVE = {"provider": "openai", "mode": "live", "concurrency": 8, "maxTries": 9}
TROUBLE = "select in_a_row >= 3 from provider_trouble where provider = 'openai' and model = 'gpt-5-mini'"
FOR_AN_HOUR = "update provider_trouble set resume_at = now() + interval '1 hour' returning 1"
NO_MORE = "update provider_trouble set resume_at = now() returning 1"
AT_ONCE = "update batch_step set run_after = now() where state = 'ready' returning 1"
SNOOZED = "select count(*) from batch_step where step_key = 'generate' and reason like 'snoozed%%'"


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
    """An engine that does not work yet."""
    async with engine_on(database_url, test_reader_url, storage=tmp_path) as harness:
        yield harness


async def until(harness: Harness, query: str, wanted: list[tuple[object, ...]]) -> None:
    async with asyncio.timeout(30):
        while await harness.rows(query) != wanted:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_who_starts_while_it_lasts_makes_no_call_and_the_first_answer_ends_it_for_all(
    harness: Harness, emulator: RunningEmulator
) -> None:
    emulator.fault("server_error", route="openai.chat", probability=1)
    await harness.define(*generating(12, **LIVE))
    await harness.define(*generating(12, **LIVE, template="Spell {{ item.word }}."), name="second")
    first = await harness.engine.start("pipeline")
    async with harness.engine.working():
        await until(harness, TROUBLE, [(True,)])
        await until(harness, SNOOZED, [(1,)])
    assert emulator.calls()["openai.chat"] <= 10, (
        "eight at once, and one more for each of the two failures before it is an outage"
    )
    await harness.rows(FOR_AN_HOUR)
    calls = emulator.calls()["openai.chat"]
    second = await harness.engine.start("second")
    await harness.rows(AT_ONCE)
    async with harness.engine.working():
        await until(harness, SNOOZED, [(2,)])
    assert emulator.calls()["openai.chat"] == calls
    emulator.clear_faults()
    await harness.rows(NO_MORE)
    await harness.rows(AT_ONCE)
    async with harness.engine.working():
        ended = [await harness.engine.wait(instance) for instance in (first, second)]
    assert [one.is_success for one in ended] == [True, True]
    assert [len(await answers(harness, instance)) for instance in (first, second)] == [12, 12]
    assert await harness.rows("select * from provider_trouble") == []


async def test_an_automatic_retry_does_not_ask_who_has_just_refused_and_a_persons_retry_does(
    harness: Harness, emulator: RunningEmulator
) -> None:
    emulator.fault("failed", code="invalid_model", count=1)
    collect, generate = generating(3, provider="openai")
    retried = {**generate, "retry": {**QUICK, "maxAttempts": 3, "on": ["invalid"]}}
    async with harness.engine.working():
        ended = await harness.run(collect, retried)
        assert "invalid_model" in (ended.error or "")
        assert await harness.rows("select attempt from batch_step where step_key = 'generate'") == [(3,)]
        assert await jobs(harness, "state, attempt") == [("abandoned", 1)]
        await harness.engine.retry(ended.instance_id)
        again = await harness.engine.wait(ended.instance_id)
    assert again.is_success, again.error
    assert await jobs(harness, "state") == [("abandoned",), ("ingested",)]
