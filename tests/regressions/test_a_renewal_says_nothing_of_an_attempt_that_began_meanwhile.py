"""A renewal waits for a locked row. Another step fails and is claimed again meanwhile: the answer is about who ran before."""

import psycopg

from tests.harness import QUICK, engine_on, step
from tests.leasing import Waiting, look_at_leases, until_blocked


async def test_it_is_not_stopped(database_url: str, connection: psycopg.Connection) -> None:
    runner = Waiting()
    async with engine_on(database_url, lease_seconds=3600.0, rescue_seconds=3600.0) as harness:
        await harness.engine.register(runner)
        await harness.define(step("first", params={"seconds": 3600}), step("second", runner="waiting", retry=QUICK))
        async with harness.engine.working():
            await harness.engine.start("pipeline")
            assert await runner.begun.get() == 1
            await look_at_leases(harness, looks=1, of="first")
            with connection.transaction():
                connection.execute("select 1 from batch_step where step_key = 'first' for update")
                await harness.rows("select pg_notify('batchdag', 'cancel:0')")
                await until_blocked(harness)
                runner.failing.set()
                assert await runner.begun.get() == 2
            await look_at_leases(harness, looks=4, of="first")
    assert runner.begins == [1, 2], "the second attempt was stopped, and run again when it turned out to be ours"
