"""A runner waits for a task of its own that was cancelled: nobody has asked the attempt to stop, so it has to be reported."""

import asyncio
import contextlib

from engine.planner import Status
from runners.base import Outcome, Params, StepRequest, Succeeded
from tests.harness import Harness, step


class Careless:
    name = "careless"
    version = "1"
    description = "Waits for what it has cancelled."
    Params = Params

    async def run(self, request: StepRequest) -> Outcome:
        task = asyncio.create_task(asyncio.Event().wait())
        task.cancel()
        await task
        return Succeeded()


async def test_its_step_fails(working: Harness) -> None:
    await working.engine.register(Careless())
    await working.define(step("a", runner="careless", retry={"maxAttempts": 1}))
    instance = await working.engine.start("pipeline")
    ended = None
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(10):
            ended = await working.engine.wait(instance)
    assert ended is not None
    assert ended.status is Status.FAILED
    assert "nobody asked" in (await working.rows("select error from batch_step"))[0][0]
