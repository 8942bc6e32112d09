"""An attempt was lost, its instance went on with another version, and the late report meets one of that version in a turn."""

import pytest

from engine.claims import AnyDue, Report
from engine.planner import StepState
from engine.settle import Finish
from tests.harness import Harness, step

DONE = Finish(StepState.SUCCEEDED, result="{}")
LOST = "update batch_step set lease_expires_at = now() - interval '1 hour', losses = 2 where state = 'running' returning id"


@pytest.mark.parametrize("late_first", [False, True])
async def test_the_late_one_is_refused_and_the_other_counts(idle: Harness, late_first: bool) -> None:
    orchestrator = idle.engine._orchestrator
    await idle.define(step("old"))
    instance = await idle.engine.start("pipeline")
    await orchestrator.start()
    [late] = (await orchestrator.turn([], wanted=AnyDue(1))).claims
    await idle.rows(LOST)
    assert await orchestrator.rescue() == 1
    await idle.define(step("new"))
    await orchestrator.retry(instance, version=2)
    [current] = (await orchestrator.turn([], wanted=AnyDue(1))).claims
    reports = [Report(late, DONE), Report(current, DONE)]
    result = await orchestrator.turn(reports if late_first else reports[::-1], wanted=None)
    assert [report.claim for report in result.refused] == [late]
    assert await idle.rows("select status from batch_instance") == [("succeeded",)]
