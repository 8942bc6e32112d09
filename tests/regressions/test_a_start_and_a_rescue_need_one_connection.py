"""Runners hold every connection of the pool but one: who holds instances locked must not wait for a second one."""

import asyncio

import psycopg

from engine.claims import AnyDue
from tests.harness import Harness, engine_on, step

LOST = "update batch_step set lease_expires_at = now() - interval '1 hour' where state = 'running'"


async def test_instances_are_started_with_it(database_url: str) -> None:
    async with engine_on(database_url, pool_size=2) as harness:
        await _begin(harness)
        async with harness.engine.database.transaction(), asyncio.timeout(5):
            assert await harness.engine._orchestrator.start() == 1


async def test_lost_steps_are_taken_back_with_it(database_url: str, connection: psycopg.Connection) -> None:
    async with engine_on(database_url) as lost:
        await _begin(lost)
        await lost.engine._orchestrator.start()
        await lost.engine._orchestrator.turn([], wanted=AnyDue(1))
    connection.execute(LOST)
    async with (
        engine_on(database_url, pool_size=2) as harness,
        harness.engine.database.transaction(),
        asyncio.timeout(5),
    ):
        assert await harness.engine._orchestrator.rescue() == 1


async def _begin(harness: Harness) -> None:
    await harness.define(step("a"))
    await harness.engine.start("pipeline")
