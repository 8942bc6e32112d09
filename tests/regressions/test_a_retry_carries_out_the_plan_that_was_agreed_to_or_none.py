"""The plan was compared in one transaction and made again in the next: what changed in between was carried out unseen,
and steps that were to be reused were paid for again."""

import pytest

from engine.resetter import ResetPlan
from tests.harness import Harness, step

ONCE = {"maxAttempts": 1}


async def test_a_plan_that_is_not_agreed_to_changes_nothing(working: Harness) -> None:
    ended = await working.run(step("a", "b"), step("b", params={"failTimes": 1}, retry=ONCE))

    def disagree(plan: ResetPlan) -> None:
        raise PermissionError([planned.key for planned in plan.steps])

    with pytest.raises(PermissionError, match="b"):
        await working.engine.retry(ended.instance_id, agree=disagree)
    assert await working.states(ended.instance_id) == {"a": "succeeded", "b": "failed"}
    assert await working.rows("select status from batch_instance") == [("failed",)]
