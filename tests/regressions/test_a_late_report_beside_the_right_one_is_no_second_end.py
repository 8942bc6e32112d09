"""A worker that stalled has the report of an attempt that it lost, claims the step again, and reports both in one turn."""

from collections.abc import Sequence
from typing import Any

import pytest

from engine.claims import AnyDue, Claim, Report
from engine.planner import StepState
from engine.settle import Finish
from tests.harness import Harness, step

DONE = Finish(StepState.SUCCEEDED, result="{}")
NO = Finish(StepState.FAILED, reason="data", error="no")
LOST = "update batch_step set lease_expires_at = now() - interval '1 hour' where state = 'running' returning id"
COUNTED = "select open_steps, status from batch_instance"
JOIN = "select state, waiting_on, parents_succeeded, parents_failed from batch_step where step_key = 'join'"


async def _claimed(idle: Harness) -> Sequence[Claim]:
    return (await idle.engine._orchestrator.turn([], wanted=AnyDue(50))).claims


async def _twice(idle: Harness, *steps: dict[str, Any]) -> list[Claim]:
    """Start an instance and claim its first step twice: the first attempt was lost."""
    await idle.define(*steps)
    await idle.engine.start("pipeline")
    await idle.engine._orchestrator.start()
    (late, *_) = await _claimed(idle)
    await idle.rows(LOST)
    assert await idle.engine._orchestrator.rescue()
    (current,) = [claim for claim in await _claimed(idle) if claim.step_key == late.step_key]
    assert (late.attempt, current.attempt) == (1, 2)
    return [late, current]


@pytest.mark.parametrize("settlement", [DONE, NO], ids=["succeeded", "failed"])
async def test_a_step_ends_once(idle: Harness, settlement: Finish) -> None:
    both = await _twice(idle, step("a", "join"), step("b", "join"), step("join"))
    result = await idle.engine._orchestrator.turn([Report(claim, settlement) for claim in both], wanted=None)
    assert await idle.rows(COUNTED) == [(2, "running")]
    failed = settlement is NO
    assert await idle.rows(JOIN) == [("pending", 1, int(not failed), int(failed))]
    assert [report.claim.attempt for report in result.refused] == [1]


async def test_the_last_step_ends_its_instance(idle: Harness) -> None:
    both = await _twice(idle, step("a"))
    await idle.engine._orchestrator.turn([Report(claim, DONE) for claim in both], wanted=None)
    assert await idle.rows(COUNTED) == [(0, "succeeded")]
