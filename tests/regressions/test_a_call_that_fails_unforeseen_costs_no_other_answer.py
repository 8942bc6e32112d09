"""Two of four live calls failed with errors that nobody foresaw: what the other two were told, and billed, was lost."""

import asyncio

import pytest

from runners.providers.base import Ask, Reply, Tier
from runners.providers.simulated import Simulated
from tests.generating import generating
from tests.harness import Harness

LIVE = {"mode": "live", "concurrency": 4}
FAILS_AFTER = {"word0": 0.0, "word1": 0.1}


async def test_the_answers_of_the_others_are_kept(working: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    generate = Simulated.generate

    async def failing(self: Simulated, ask: Ask, *, tier: Tier = Tier.STANDARD) -> Reply:
        for word, seconds in FAILS_AFTER.items():
            if word in ask.prompt:
                await asyncio.sleep(seconds)
                raise KeyError(word)
        await asyncio.sleep(0.3)
        return await generate(self, ask, tier=tier)

    monkeypatch.setattr(Simulated, "generate", failing)
    collect, asking = generating(4, **LIVE)
    ended = await working.run(collect, {**asking, "retry": {"maxAttempts": 1}})
    assert "KeyError" in (ended.error or "")
    assert await working.rows("select count(*) from provider_answer") == [(2,)]
