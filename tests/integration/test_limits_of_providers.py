"""Limits of providers: what all processes ask of one together, counted from the ledger by the statement that begins."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.emulators import RunningEmulator, running_emulator
from tests.generating import answers, generating
from tests.harness import Harness, engine_on
from tests.limiting import limit

Database = psycopg.Connection[Any]


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningEmulator]:
    with running_emulator(batch_seconds=0.1, live_seconds=0.02) as emulator:
        for name, value in emulator.environment.items():
            monkeypatch.setenv(name, value)
        yield emulator


@asynccontextmanager
async def engines(count: int, url: str, reader: str, storage: Path) -> AsyncIterator[list[Harness]]:
    """So many engines in this process that work on one database."""
    async with AsyncExitStack() as stack:
        opened = []
        for _ in range(count):
            harness = await stack.enter_async_context(engine_on(url, reader, storage=storage))
            await stack.enter_async_context(harness.engine.working())
            opened.append(harness)
        yield opened


async def run(harness: Harness, definitions: int, *, items: int, **params: Any) -> list[int]:
    """Run so many definitions together, each with prompts of its own, and return their instances when all succeeded."""
    for number in range(definitions):
        asked = generating(items, provider="openai", template=f"{number}: {{{{ item.word }}}}", **params)
        await harness.define(*asked, name=f"d{number}")
    instances = [await harness.engine.start(f"d{number}") for number in range(definitions)]
    async with asyncio.timeout(60):
        found = [await harness.engine.wait(instance) for instance in instances]
    assert [one.error for one in found if not one.is_success] == []
    return instances


async def test_all_engines_together_never_have_more_live_calls_under_way_than_the_limit(
    emulator: RunningEmulator, connection: Database, database_url: str, test_reader_url: str, tmp_path: Path
) -> None:
    emulator.settings(max_concurrent_calls=3)
    limit(connection, "openai", scope="provider_calls", at_once=3)
    async with engines(3, database_url, test_reader_url, tmp_path) as [first, *_]:
        instances = await run(first, 4, items=30, mode="live", concurrency=8)
        for instance in instances:
            assert len(await answers(first, instance)) == 30
    assert emulator.calls()["openai.chat"] == 120, (
        "a call more than there are items is one that was refused as too many"
    )


async def test_one_call_at_a_time_is_made_without_a_pause_between_two(
    emulator: RunningEmulator, connection: Database, database_url: str, test_reader_url: str, tmp_path: Path
) -> None:
    limit(connection, "openai", scope="provider_calls", at_once=1)
    async with engines(1, database_url, test_reader_url, tmp_path) as [harness]:
        [instance] = await run(harness, 1, items=20, mode="live", concurrency=8)
    snoozes = connection.execute("select sum(snoozes) from batch_step where batch_instance_id = %s", (instance,))
    assert snoozes.fetchall() == [(0,)]


FULL = "It has to wait because openai has been called 10 of 10 times per minute"


async def test_no_more_live_calls_begin_in_a_minute_than_the_limit_says(
    emulator: RunningEmulator, connection: Database, database_url: str, test_reader_url: str, tmp_path: Path
) -> None:
    limit(connection, "openai", scope="provider_calls", per_minute=10)
    async with engines(2, database_url, test_reader_url, tmp_path) as [harness, _]:
        running = asyncio.create_task(run(harness, 2, items=12, mode="live", concurrency=4))
        for calls in (10, 20):
            async with asyncio.timeout(20):
                while emulator.calls().get("openai.chat", 0) < calls or FULL not in await said(harness):  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
            assert emulator.calls()["openai.chat"] == calls
            connection.execute("update batch_limit_use set used_at = used_at - interval '1 minute'")
            connection.execute("update batch_step set run_after = clock_now() where state = 'ready'")
        await running
    assert emulator.calls()["openai.chat"] == 24


async def said(harness: Harness) -> str:
    """Return what people are told of the steps that wait."""
    rows = await harness.rows(
        "select explain_step(batch_instance_id, step_key) from batch_step where state = 'ready' and run_after > now()"
    )
    return " ".join(text for (text,) in rows)


async def test_no_more_jobs_are_under_way_at_a_provider_than_the_limit(
    emulator: RunningEmulator, connection: Database, database_url: str, test_reader_url: str, tmp_path: Path
) -> None:
    emulator.settings(max_active_jobs=1)
    limit(connection, "openai", scope="provider_jobs", at_once=1)
    async with engines(2, database_url, test_reader_url, tmp_path) as [harness, _]:
        await run(harness, 4, items=5, mode="batch")
    assert emulator.calls()["openai.batches.create"] == 4, "a job was created that the provider refused as too many"


async def test_no_more_jobs_are_created_in_a_minute_than_the_limit_says(
    emulator: RunningEmulator, connection: Database, database_url: str, test_reader_url: str, tmp_path: Path
) -> None:
    limit(connection, "openai", scope="provider_jobs", per_minute=2)
    async with engines(2, database_url, test_reader_url, tmp_path) as [harness, _]:
        poll = {"intervalSeconds": 0.5, "settleSeconds": 0.2}
        running = asyncio.create_task(run(harness, 3, items=5, mode="batch", poll=poll))
        async with asyncio.timeout(20):
            while "openai has been sent 2 of 2 jobs per minute" not in await said(harness):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        assert emulator.calls()["openai.batches.create"] == 2
        assert await harness.rows("select count(*) from provider_batch where error ~ 'batch_limit'") == [(1,)]
        connection.execute("update batch_limit_use set used_at = used_at - interval '1 minute'")
        await running
    assert emulator.calls()["openai.batches.create"] == 3


async def test_calls_of_another_provider_are_not_counted(
    emulator: RunningEmulator, connection: Database, database_url: str, test_reader_url: str, tmp_path: Path
) -> None:
    limit(connection, "gemini", scope="provider_calls", per_minute=1)
    async with engines(1, database_url, test_reader_url, tmp_path) as [harness]:
        await run(harness, 1, items=10, mode="live")
    assert connection.execute("select count(*) from batch_limit_use").fetchone() == (0,)
