"""What ended steps leave behind is looked after: jobs are stopped or followed to their books, rows released, files swept.

The provider is an emulator that bills, reached with the real SDK.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from runners.base import Upkeep
from runners.generation.doubts import Doubts
from runners.generation.janitor import Janitor
from runners.generation.rows import JobRow
from runners.providers.registry import Providers
from tests.emulators import RunningEmulator, running_emulator
from tests.generating import answers, generating, jobs
from tests.harness import Harness, engine_on, step

OPENAI = {"provider": "openai", "model": "gpt-5-mini", "poll": {"intervalSeconds": 0.05, "settleSeconds": 0.2}}
HOUR = 3600.0
TABLE = """
create table question (
    id int primary key, word text, explanation text, explanation_status text, explanation_generated_at timestamptz,
    explanation_error text)
"""
GENERATING = "select bool_or(explanation_status = 'generating') from question"
OPEN = "select count(*) from provider_batch where finished_at is null"
UNDER_WAY_CALLS = "select count(*)::int from provider_batch_item where state = 'open' and sending_at is not null"
UNDER_WAY = "select state from provider_batch where provider_status is not null"


@pytest.fixture(scope="module")
def shared_emulator() -> Iterator[RunningEmulator]:
    with running_emulator() as emulator:
        yield emulator


@pytest.fixture
def emulator(shared_emulator: RunningEmulator, monkeypatch: pytest.MonkeyPatch) -> RunningEmulator:
    """An emulator that has forgotten everything, and whose jobs take an hour of its clock."""
    shared_emulator.reset()
    shared_emulator.settings(batch_seconds=HOUR)
    for name, value in shared_emulator.environment.items():
        monkeypatch.setenv(name, value)
    return shared_emulator


@pytest.fixture
async def harness(
    emulator: RunningEmulator, database_url: str, test_reader_url: str, tmp_path: Path
) -> AsyncIterator[Harness]:
    """An engine that does not work yet."""
    async with engine_on(
        database_url, test_reader_url, storage=tmp_path / "storage", lease_seconds=1, rescue_seconds=0.1
    ) as harness:
        yield harness


async def eventually(harness: Harness, query: str, wanted: Sequence[tuple[Any, ...]]) -> None:
    """Return once the query answers this; asked again and again, for nobody is told of the janitor's work."""
    found: Sequence[tuple[Any, ...]] = []
    try:
        async with asyncio.timeout(20):
            while found != wanted:
                await asyncio.sleep(0.02)
                found = await harness.rows(query)
    except TimeoutError:
        raise AssertionError(f"{query} still answers {found}, not {wanted}") from None


async def submitted(harness: Harness, *steps: Mapping[str, Any]) -> int:
    """Start an instance and return it once its job is under way at the provider."""
    await harness.define(*steps)
    instance = await harness.engine.start("pipeline")
    await eventually(harness, UNDER_WAY, [("submitted",)])
    return instance


def billed(emulator: RunningEmulator) -> tuple[int, int]:
    """Return how many answers were billed, and how many requests more than once."""
    totals = emulator.bill("none")["totals"]
    return totals["billed"], totals["repeated"]


async def test_a_cancelled_instance_cancels_its_job_and_what_was_finished_is_billed_and_kept(
    harness: Harness, emulator: RunningEmulator
) -> None:
    async with harness.engine.working():
        instance = await submitted(harness, *generating(20, **OPENAI))
        emulator.advance(HOUR / 2)
        await harness.engine.cancel(instance)
        await eventually(
            harness, "select state, items, succeeded + failed + dead from provider_batch", [("ingested", 20, 20)]
        )
    assert [job["phase"] for job in emulator.jobs()] == ["cancelled"]
    kept, cost = (await harness.rows("select count(*)::int, sum(cost_usd) from provider_answer"))[0]
    assert 0 < kept < 20
    assert billed(emulator) == (kept, 0)
    assert await harness.rows("select spent_usd, reserved_usd from batch_spend") == [(cost, None)]


async def test_the_running_job_of_a_failed_step_is_followed_to_its_end_and_the_retry_buys_nothing(
    harness: Harness, emulator: RunningEmulator
) -> None:
    async with harness.engine.working():
        instance = await submitted(harness, *generating(20, **OPENAI))
    await _lose_the_worker_for_the_last_time(harness)
    async with harness.engine.working():
        assert "was lost" in ((await harness.engine.wait(instance)).error or "")
        emulator.advance(HOUR)
        await eventually(harness, "select state from provider_batch", [("ingested",)])
        await harness.engine.retry(instance)
        ended = await harness.engine.wait(instance)
    assert ended.is_success, ended.error
    assert len(await answers(harness, instance)) == 20
    assert await jobs(harness, "items, succeeded") == [(20, 20)]
    assert (await harness.result(instance, "generate"))["from_cache"] == 20
    assert billed(emulator) == (20, 0)


async def test_a_retry_goes_on_with_the_job_that_is_still_under_way(
    harness: Harness, emulator: RunningEmulator
) -> None:
    async with harness.engine.working():
        instance = await submitted(harness, *generating(20, **OPENAI))
    await _lose_the_worker_for_the_last_time(harness)
    async with harness.engine.working():
        await harness.engine.wait(instance)
        await harness.engine.retry(instance)
        emulator.advance(HOUR)
        ended = await harness.engine.wait(instance)
    assert ended.is_success, ended.error
    assert len(await answers(harness, instance)) == 20
    assert len(emulator.jobs()) == 1
    assert billed(emulator) == (20, 0)


async def _lose_the_worker_for_the_last_time(harness: Harness) -> None:
    await harness.rows(
        "update batch_step set state = 'running', leased_by = 'ghost', lease_expires_at = now() - interval '1 s',"
        " losses = 2, started_at = now() where step_key = 'generate' returning 1"
    )


@pytest.mark.parametrize(
    ("mode", "asked"),
    [
        ("batch", "select bool_or(state = 'submitted') from provider_batch"),
        ("live", "select bool_or(sending_at is not null) from provider_batch_item"),
    ],
    ids=["batch", "live"],
)
async def test_rows_that_a_cancelled_explain_was_generating_are_pending_again_however_often(
    harness: Harness, emulator: RunningEmulator, connection: psycopg.Connection[Any], mode: str, asked: str
) -> None:
    emulator.settings(live_seconds=1)
    connection.execute(TABLE)
    connection.execute("insert into question select n, 'word' || n from generate_series(1, 12) as n")
    params = {**OPENAI, "template": "{{ item.word }}?", "table": "question", "mode": mode}
    await harness.define(step("explain", runner="explain", params=params))
    async with harness.engine.working():
        instance = await harness.engine.start("pipeline")
        for _ in range(2):
            await eventually(harness, asked, [(True,)])
            await eventually(harness, GENERATING, [(True,)])
            await harness.engine.cancel(instance)
            await eventually(harness, GENERATING, [(False,)])
            await eventually(harness, OPEN, [(0,)])
            await harness.engine.wait(instance)
            await harness.engine.retry(instance)
    assert billed(emulator)[1] == 0


async def test_a_call_that_is_made_while_the_janitor_closes_the_books_is_left_alone(
    harness: Harness, emulator: RunningEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the janitor's look at what is in doubt and its closing of the rest the step is retried, and calls."""
    came, go_on = asyncio.Event(), asyncio.Event()
    clear = Doubts.clear

    async def halted(doubts: Doubts, job: JobRow) -> timedelta | None:
        wait = await clear(doubts, job)
        if doubts._desk.items is None:
            came.set()
            await go_on.wait()
        return wait

    monkeypatch.setattr(Doubts, "clear", halted)
    emulator.settings(live_seconds=0.7)
    await harness.define(*generating(8, **OPENAI, mode="live", concurrency=3))
    async with harness.engine.working():
        instance = await harness.engine.start("pipeline")
        await eventually(harness, UNDER_WAY_CALLS, [(3,)])
        await harness.engine.cancel(instance)
        async with asyncio.timeout(20):
            await came.wait()
        await harness.engine.retry(instance)
        await eventually(harness, UNDER_WAY_CALLS, [(3,)])
        go_on.set()
        ended = await harness.engine.wait(instance)
    assert ended.is_success, ended.error
    assert len(await answers(harness, instance)) == 8
    assert billed(emulator) == (8, 0)
    result = await harness.result(instance, "generate")
    assert (result["from_cache"], result["lost_replies"]) == (0, 0), "each call ended the request that it was made for"


async def test_old_uploads_of_ours_are_swept_and_those_of_others_are_left_alone(
    harness: Harness, emulator: RunningEmulator, tmp_path: Path
) -> None:
    async with harness.engine.working():
        instance = await submitted(harness, *generating(3, **OPENAI))
        emulator.advance(HOUR)
        await harness.engine.wait(instance)
    providers = Providers(emulator.environment, storage=tmp_path)
    (tmp_path / "theirs").write_bytes(b"{}\n")
    await providers.get("openai").stage(tmp_path / "theirs", key="theirs")
    janitor = Janitor(_upkeep(harness), providers)
    assert await janitor.sweep() == 0
    assert await janitor.sweep(older_than=-timedelta(hours=2)) == 1
    await providers.get("openai").stage(tmp_path / "theirs", key="theirs")
    await providers.aclose()
    assert emulator.calls()["openai.files.create"] == 2


def _upkeep(harness: Harness) -> Upkeep:
    engine = harness.engine
    return Upkeep(worker="janitor", settings=engine.settings.for_runners(), transaction=engine.database.transaction)
