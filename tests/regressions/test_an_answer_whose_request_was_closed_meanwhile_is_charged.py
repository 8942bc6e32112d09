"""The cost of an answer was once booked with the end of its request only: one that came too late for it cost nothing."""

import asyncio
from pathlib import Path

import pytest

from tests.emulators import running_emulator
from tests.generating import generating
from tests.harness import engine_on

UNDER_WAY = "select bool_and(sending_at is not null) from provider_batch_item"
CLOSE = "update provider_batch_item set state = 'dead', sending_at = null where seq = 1 returning 1"
KEPT = "select count(*)::int, sum(cost_usd), sum(input_tokens), sum(output_tokens) from provider_answer"
CHARGED = "select items, cost_usd, input_tokens, output_tokens from provider_batch"


async def test_it_counts_against_the_budget_like_any_other(
    database_url: str, test_reader_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_emulator(live_seconds=1) as emulator:
        for name, value in emulator.environment.items():
            monkeypatch.setenv(name, value)
        async with engine_on(database_url, test_reader_url, storage=tmp_path) as harness, harness.engine.working():
            await harness.define(*generating(3, provider="openai", mode="live"))
            instance = await harness.engine.start("pipeline")
            async with asyncio.timeout(30):
                while await harness.rows(UNDER_WAY) != [(True,)]:  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
            await harness.rows(CLOSE)
            ended = await harness.engine.wait(instance)
            assert ended.is_success, ended.error
            assert await harness.rows(CHARGED) == await harness.rows(KEPT)
            assert emulator.bill("none")["totals"]["billed"] == 3
