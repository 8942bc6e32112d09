"""A turn has committed its claims and waits for an instance that is locked, while two looks at the leases find them."""

import asyncio

import psycopg
import pytest

from engine.planner import Status
from runners.base import ErrorClass
from tests.harness import Harness, engine_on, step
from tests.leasing import Waiting, look_at_leases, until_blocked

LOCK = "select 1 from batch_instance where id = %s for update"


async def test_it_runs_once(database_url: str, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.dispatch.direct._SURE", 0.0)  # the turn that reports looks for what is due, too
    ender, claimed = Waiting(), Waiting()
    ender.name = "ender"
    async with engine_on(database_url, lease_seconds=3600.0, rescue_seconds=3600.0) as harness:
        await harness.engine.register(ender)
        await harness.engine.register(claimed)
        failing = {"failTimes": 9, "errorClass": ErrorClass.INVALID.value}
        await harness.define(step("a", "b", runner="ender"), step("c", "b", params=failing), step("b"))
        await harness.define(step("claimed", runner="waiting"), name="other")
        async with harness.engine.working():
            instance = await harness.engine.start("pipeline")
            await ender.begun.get()
            await _until_failed(harness, "c")
            other = await psycopg.AsyncConnection.connect(database_url)
            async with other:
                with connection.transaction():
                    connection.execute(LOCK, (instance,))
                    ender.ending.set()
                    await until_blocked(harness)  # the turn that reports a, and will claim what is ready by then
                    await harness.engine.start("other")
                    await harness.engine._orchestrator.start()
                    locking = asyncio.create_task(other.execute(LOCK, (instance,)))
                    await until_blocked(harness, 2)
                await locking
                await until_blocked(harness)  # its second transaction: the first has committed the claim
                await look_at_leases(harness, looks=4, of="a")
                await other.rollback()
            assert (await harness.engine.wait(instance)).status is Status.FAILED
            await claimed.begun.get()
            claimed.ending.set()
            await harness.engine.wait(instance + 1)
    assert claimed.begins == [1]


async def _until_failed(harness: Harness, key: str) -> None:
    async with asyncio.timeout(30):
        while await harness.rows("select state from batch_step where step_key = %s", key) != [("failed",)]:
            pass
