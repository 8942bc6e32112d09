"""The database is gone when a process stops: what it holds cannot be handed back, and its services end all the same."""

import asyncio

import psycopg
import pytest

from engine.orchestrator import Orchestrator
from tests.harness import Harness, step
from tests.leasing import Waiting


async def test_all_of_them_end(idle: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    runner = Waiting()
    await idle.engine.register(runner)
    await idle.define(step("a", runner="waiting"))
    before = asyncio.all_tasks()
    with pytest.raises(psycopg.OperationalError):
        await _work_until_it_is_gone(idle, runner, monkeypatch)
    left = {task.get_name() for task in asyncio.all_tasks() - before}
    assert not left & {"starter", "rescuer", "housekeeper", "scheduler", "invalidator", "limits"}


async def _work_until_it_is_gone(idle: Harness, runner: Waiting, monkeypatch: pytest.MonkeyPatch) -> None:
    async with idle.engine.working():
        await idle.engine.start("pipeline")
        await runner.begun.get()
        monkeypatch.setattr(Orchestrator, "release", _cut_off)


async def _cut_off(*_claims: object) -> None:
    raise psycopg.OperationalError("the server is gone")
