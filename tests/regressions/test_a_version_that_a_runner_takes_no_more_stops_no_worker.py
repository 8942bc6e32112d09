"""A new release of a runner wants params that an instance under way does not give; its steps fail, and all else goes on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from engine.claims import AnyDue
from engine.planner import Status
from runners.base import Outcome, Params, StepRequest, Succeeded
from tests.harness import Harness, engine_on, step

LOST = "update batch_step set lease_expires_at = now() - interval '1 hour' where state = 'running' returning id"


class Released:
    """The runner as it was."""

    name = "changing"
    version = "1"
    description = "Does nothing."
    Params: type[Params] = Params

    async def run(self, request: StepRequest) -> Outcome:
        return Succeeded()


class Wanting(Params):
    wanted: int


class ReleasedAnew(Released):
    """The runner as it is now."""

    version = "2"
    Params = Wanting


@asynccontextmanager
async def _after_a_release(database_url: str, *, claimed: bool) -> AsyncIterator[tuple[Harness, int]]:
    """A new process, and an instance that the process before it had begun."""
    async with engine_on(database_url) as before:
        await before.engine.register(Released())
        await before.define(step("a", "b", runner="changing"), step("b", runner="changing"))
        instance = await before.engine.start("pipeline")
        await before.engine._orchestrator.start()
        if claimed:
            await before.engine._orchestrator.turn([], wanted=AnyDue(1))
            await before.rows(LOST)
    async with engine_on(database_url) as after:
        await after.engine.register(ReleasedAnew())
        yield after, instance


async def test_its_step_fails_and_says_why_and_other_instances_run(database_url: str) -> None:
    async with _after_a_release(database_url, claimed=False) as (after, instance):
        await after.define(step("c"), name="other")
        async with after.engine.working(), asyncio.timeout(30):
            ended = await after.engine.wait(instance)
            assert (await after.engine.run("other")).is_success
        assert ended.status is Status.FAILED
        found = await after.rows("select state, reason, error from batch_step where step_key = 'a'")
    assert found[0][:2] == ("failed", "invalid")
    assert "steps[0].params.wanted: is required" in found[0][2]


async def test_its_lost_step_is_taken_back_with_all_others(database_url: str) -> None:
    async with _after_a_release(database_url, claimed=True) as (after, _):
        assert await after.engine._orchestrator.rescue() == 1


async def test_it_goes_on_with_a_version_that_is_mended(database_url: str) -> None:
    mended = {"runner": "changing", "params": {"wanted": 1}}
    async with (
        _after_a_release(database_url, claimed=False) as (after, instance),
        after.engine.working(),
        asyncio.timeout(30),
    ):
        await after.engine.wait(instance)
        await after.define(step("a", "b", **mended), step("b", **mended))
        await after.engine.retry(instance, version=2)
        assert (await after.engine.wait(instance)).is_success
