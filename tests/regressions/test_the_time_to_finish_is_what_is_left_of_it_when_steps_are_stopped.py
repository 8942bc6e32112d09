"""Steps had the whole time to finish once the HTTP server had stopped, however long that took: the process was cut off
at its deadline before it had handed anything back."""

from datetime import timedelta

from tests.harness import Harness, step

RUNNING = "select 1 from batch_step where state = 'running'"
STANDS = "select state, reason, leased_by from batch_step"


async def test_nothing_is_left_when_what_stopped_before_has_used_it_up(idle: Harness) -> None:
    left = timedelta(days=1)
    await idle.define(step("a", params={"seconds": 600}))
    async with idle.engine.working(grace=lambda: left):
        await idle.engine.start("pipeline")
        while not await idle.rows(RUNNING):
            pass
        left = timedelta(0)
    assert await idle.rows(STANDS) == [("ready", "handed_back", None)]
