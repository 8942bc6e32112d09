"""Turns that read nothing: what they write, what they claim, and what they leave to the longer way."""

from typing import Any

import pytest

from engine.claims import AnyDue, Claim, Released, Report
from engine.planner import StepState
from engine.settle import Finish
from engine.turn import TurnResult
from tests.harness import Harness, step

DONE = Finish(StepState.SUCCEEDED, result="{}")
NO = Finish(StepState.FAILED, reason="data", error="no")
STEPS = "select step_key, state, waiting_on, parents_succeeded, attempt from batch_step order by id"
FOUR = [step("a", "join"), step("b", "join"), step("c", "join"), step("join", "last"), step("last")]


async def _claimed(idle: Harness, *steps: dict[str, Any]) -> dict[str, Claim]:
    """Start an instance by hand and claim all that is ready."""
    await idle.define(*steps)
    idle.engine._orchestrator._limits.may_exist = False
    await idle.engine.start("pipeline")
    await idle.engine._orchestrator.start()
    return {claim.step_key: claim for claim in (await idle.engine._orchestrator.turn([], wanted=AnyDue(50))).claims}


async def _turn(idle: Harness, *ended: Claim, room: int = 50) -> TurnResult:
    return await idle.engine._orchestrator.turn([Report(claim, DONE) for claim in ended], wanted=Released(room))


async def test_the_step_that_a_success_releases_is_claimed_by_the_same_turn(idle: Harness) -> None:
    claims = await _claimed(idle, step("a", "b"), step("b", "c"), step("c"))
    for key in ("b", "c"):
        [claim] = (await _turn(idle, *claims.values())).claims
        assert (claim.step_key, claim.attempt, claim.version) == (key, 1, 1)
        claims = {key: claim}
    assert await idle.rows(STEPS) == [
        ("a", "succeeded", 0, 0, 1),
        ("b", "succeeded", 0, 1, 1),
        ("c", "running", 0, 1, 1),
    ]
    leased = "select leased_by is not null, lease_expires_at > now(), started_at is not null from batch_step"
    assert await idle.rows(leased + " where step_key = 'c'") == [(True, True, True)]
    assert await idle.rows("select open_steps from batch_instance") == [(1,)]
    assert await idle.rows("select step_key, attempt, result_payload from batch_step_result order by step_key") == [
        ("a", 1, {}), ("b", 1, {}),
    ]  # fmt: skip
    assert list((await _turn(idle, *claims.values())).finished) == [1]


async def test_a_join_is_told_of_its_parents_a_few_at_a_time_and_runs_after_the_last(idle: Harness) -> None:
    claims = await _claimed(idle, *FOUR)
    assert (await _turn(idle, claims["a"], claims["c"])).claims == []
    assert (await idle.rows(STEPS))[3] == ("join", "pending", 1, 2, 0)
    [join] = (await _turn(idle, claims["b"])).claims
    assert join.step_key == "join"
    assert (await idle.rows(STEPS))[3] == ("join", "running", 0, 3, 1)


async def test_all_parents_of_a_join_may_end_in_one_turn(idle: Harness) -> None:
    claims = await _claimed(idle, *FOUR)
    [join] = (await _turn(idle, *claims.values())).claims
    assert (join.step_key, join.attempt) == ("join", 1)
    assert await idle.rows("select open_steps from batch_instance") == [(2,)]


async def test_a_join_one_of_whose_parents_has_failed_is_left_to_the_longer_way(idle: Harness) -> None:
    claims = await _claimed(idle, *FOUR)
    await idle.engine._orchestrator.turn([Report(claims["a"], NO)], wanted=Released(50))
    assert (await _turn(idle, claims["b"])).claims == []
    result = await _turn(idle, claims["c"])
    assert list(result.finished) == [1]
    assert [row[:2] for row in (await idle.rows(STEPS))[3:]] == [
        ("join", "upstream_failed"),
        ("last", "upstream_failed"),
    ]


async def test_a_turn_without_room_leaves_steps_ready_and_says_so(idle: Harness) -> None:
    claims = await _claimed(idle, step("a", "b", "c", "d"), step("b"), step("c"), step("d"))
    result = await _turn(idle, *claims.values(), room=2)
    assert result.has_left_ready
    assert [claim.step_key for claim in result.claims] == ["b", "c"]
    assert [row[:2] for row in (await idle.rows(STEPS))[1:]] == [("b", "running"), ("c", "running"), ("d", "ready")]


async def test_of_a_late_report_and_a_good_one_only_the_good_one_counts(idle: Harness) -> None:
    claims = await _claimed(idle, *FOUR)
    await idle.rows("update batch_step set attempt = 2 where step_key = 'a' returning id")
    result = await _turn(idle, claims["a"], claims["b"])
    assert [report.claim.step_key for report in result.refused] == ["a"]
    assert (await idle.rows(STEPS))[3] == ("join", "pending", 2, 1, 0)
    assert await idle.rows("select open_steps from batch_instance") == [(4,)]


@pytest.mark.parametrize("several", [False, True], ids=["alone", "with others"])
async def test_a_late_report_releases_nothing(idle: Harness, several: bool) -> None:
    claims = await _claimed(idle, step("a", "b"), step("b"), step("x", "y"), step("y"))
    await idle.rows("update batch_step set leased_by = 'another' where step_key in ('a', 'x') returning id")
    result = await _turn(idle, *([claims["a"], claims["x"]] if several else [claims["a"]]))
    assert len(result.refused) == 1 + several
    assert result.claims == []
    assert [row[1] for row in await idle.rows(STEPS)] == ["running", "pending", "running", "pending"]
    assert await idle.rows("select count(*) from batch_step_result") == [(0,)]
    assert await idle.rows("select open_steps from batch_instance") == [(4,)]


async def test_a_step_that_is_not_due_yet_is_made_ready_and_not_run(idle: Harness) -> None:
    claims = await _claimed(idle, step("a", "b"), step("b"))
    await idle.rows("update batch_step set run_after = now() + interval '1 hour' where step_key = 'b' returning id")
    result = await _turn(idle, *claims.values())
    assert result.claims == []
    assert (await idle.rows(STEPS))[1] == ("b", "ready", 0, 1, 0)
    assert await idle.rows("select open_steps from batch_instance") == [(1,)]


async def test_a_report_about_a_cancelled_instance_ends_it(idle: Harness) -> None:
    claims = await _claimed(idle, step("a", "b"), step("b"))
    await idle.rows("select cancel_instance(1)")
    result = await _turn(idle, *claims.values())
    assert result.claims == []
    assert list(result.finished) == [1]
    assert await idle.rows("select status from batch_instance") == [("cancelled",)]


@pytest.mark.parametrize("condition", [None, "true"], ids=["the short way", "the longer way"])
async def test_a_turn_that_may_claim_nothing_says_that_it_has_left_steps_ready(
    idle: Harness, condition: str | None
) -> None:
    claims = await _claimed(idle, step("a", "b"), step("b", **({"condition": condition} if condition else {})))
    result = await idle.engine._orchestrator.turn([Report(claims["a"], DONE)], wanted=None)
    assert result.has_left_ready
    assert (await idle.rows(STEPS))[1][:2] == ("b", "ready")
