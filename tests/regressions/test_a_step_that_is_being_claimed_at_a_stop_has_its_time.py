"""A worker was told to stop while its claim was on its way: the step was begun and handed back at once."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from engine.orchestrator import Orchestrator
from engine.turn import TurnResult
from tests.harness import Harness, step


async def test_it_ends_and_the_next_one_is_left(idle: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    turn, claimed, told = Orchestrator.turn, asyncio.Event(), asyncio.Event()

    async def delayed(self: Orchestrator, *reports: Any, **asked: Any) -> TurnResult:
        result = await turn(self, *reports, **asked)
        if result.claims and not claimed.is_set():
            claimed.set()
            await told.wait()
        return result

    monkeypatch.setattr(Orchestrator, "turn", delayed)
    await idle.define(step("a", "b", params={"seconds": 0.2}), step("b"))
    async with idle.engine.working(grace=timedelta(seconds=20)):
        instance = await idle.engine.start("pipeline")
        await claimed.wait()
        asyncio.get_running_loop().call_later(0.2, told.set)
    assert await idle.states(instance) == {"a": "succeeded", "b": "ready"}
