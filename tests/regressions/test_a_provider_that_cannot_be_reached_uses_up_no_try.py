"""A call that could not even connect once counted as one whose answer was lost, and cost the item its tries."""

import asyncio
from pathlib import Path

import pytest

from tests.generating import generating
from tests.harness import engine_on


@pytest.mark.parametrize(("provider", "variable"), [("openai", "OPENAI"), ("gemini", "GOOGLE_GEMINI")])
async def test_the_items_wait_and_nothing_counts_as_lost(
    provider: str,
    variable: str,
    database_url: str,
    test_reader_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(f"{variable}_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "x")
    monkeypatch.setenv("GEMINI_API_KEY", "x")
    async with engine_on(database_url, test_reader_url, storage=tmp_path) as harness:
        await harness.define(*generating(3, provider=provider, model="gpt-5-mini", mode="live", unknownPrice="free"))
        instance_id = await harness.engine.start("pipeline")
        waiting = "select state = 'ready' and reason like 'snoozed%%' from batch_step where step_key = 'generate'"
        async with harness.engine.working(), asyncio.timeout(60):
            while not (await harness.rows(waiting) or [(False,)])[0][0]:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert await harness.rows("select lost_replies, cost_usd::float8 from provider_batch") == [(0, 0.0)]
        assert await harness.rows("select distinct state from batch_item where payload ? 'word' and attempts = 0") != []
        await harness.engine.cancel(instance_id)
