"""Continuing a failed instance, with the definition it had or with the fixed one."""

import pytest

from engine.resetter import RetryRefused
from tests.harness import Harness, step

ONCE = {"maxAttempts": 1}


async def test_a_retry_goes_on_from_what_is_not_done(working: Harness) -> None:
    ended = await working.run(step("a", "b"), step("b", "c", params={"failTimes": 1}, retry=ONCE), step("c"))
    assert ended.status == "failed"
    plan = await working.engine.retry(ended.instance_id)
    assert {planned.key: str(planned.fate) for planned in plan.steps} == {"a": "reuse", "b": "rerun", "c": "rerun"}
    assert (await working.engine.wait(ended.instance_id)).is_success
    assert working.noop.of(ended.instance_id) == ["a", "b", "b", "c"]


async def test_a_plan_changes_nothing(working: Harness) -> None:
    ended = await working.run(step("a", params={"failTimes": 9}, retry=ONCE))
    await working.engine.plan_retry(ended.instance_id)
    assert await working.states(ended.instance_id) == {"a": "failed"}


async def test_the_fixed_definition_reuses_what_is_unchanged_and_runs_the_rest(working: Harness) -> None:
    ended = await working.run(
        step("a", "b", "c"),
        step("b", params={"failTimes": 9}, retry=ONCE),
        step("c"),
        step("old", params={"result": {"v": 1}}),
    )
    await working.define(step("a", "b", "c"), step("b", "new"), step("c", params={"result": {"v": 2}}), step("new"))
    plan = await working.engine.retry(ended.instance_id, version=2)
    fates = {planned.key: str(planned.fate) for planned in plan.steps}
    assert fates == {"a": "reuse", "b": "rerun", "c": "rerun", "new": "new", "old": "dropped"}
    assert (await working.engine.wait(ended.instance_id)).is_success
    assert await working.result(ended.instance_id, "c") == {"v": 2}
    assert await working.states(ended.instance_id) == dict.fromkeys(("a", "b", "c", "new"), "succeeded")
    assert working.noop.of(ended.instance_id).count("a") == 1


async def test_a_retry_asked_for_in_sql_is_carried_out(working: Harness) -> None:
    ended = await working.run(step("a", params={"failTimes": 1}, retry=ONCE))
    await working.rows("select retry_instance(%s)", ended.instance_id)
    while (await working.rows("select status from batch_instance"))[0][0] == "failed":
        pass
    assert (await working.engine.wait(ended.instance_id)).is_success


async def test_a_succeeded_instance_cannot_be_retried(working: Harness) -> None:
    ended = await working.run(step("a"))
    with pytest.raises(RetryRefused, match="is succeeded; only failed and cancelled"):
        await working.engine.retry(ended.instance_id)


async def test_a_skipped_branch_stays_skipped_and_its_join_runs(working: Harness) -> None:
    ended = await working.run(
        step("a", "yes", "no"),
        step("yes", "join", params={"failTimes": 1}, retry=ONCE),
        step("no", "join", condition="false"),
        step("join"),
    )
    assert ended.status == "failed"
    await working.engine.retry(ended.instance_id)
    assert (await working.engine.wait(ended.instance_id)).is_success
    states = await working.states(ended.instance_id)
    assert states == {"a": "succeeded", "yes": "succeeded", "no": "skipped", "join": "succeeded"}


async def test_a_cancelled_instance_goes_on(working: Harness) -> None:
    await working.define(step("a", "b"), step("b", "c", params={"seconds": 0.3}), step("c"))
    instance_id = await working.engine.start("pipeline")
    while (await working.states(instance_id)).get("b") != "running":
        pass
    await working.engine.cancel(instance_id)
    assert (await working.engine.wait(instance_id)).status == "cancelled"
    assert await working.states(instance_id) == {"a": "succeeded", "b": "cancelled", "c": "cancelled"}
    await working.engine.retry(instance_id)
    assert (await working.engine.wait(instance_id)).is_success
    assert working.noop.of(instance_id) == ["a", "b", "b", "c"]
