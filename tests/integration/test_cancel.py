"""Cancelling an instance in every state that it can be in."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from engine.asking import RequestRefused
from engine.claims import AnyDue, Claim, Report
from engine.planner import StepState
from engine.settle import Again, Finish
from tests.harness import Harness, engine_on, step

COUNTS = "select state, count(*) from batch_step group by state order by state"


async def _started(idle: Harness, *steps: dict[str, Any]) -> int:
    """Start an instance by hand, with nobody at work."""
    await idle.define(*steps)
    instance = await idle.engine.start("pipeline")
    await idle.engine._orchestrator.start()
    return instance


async def _claim(idle: Harness) -> Claim:
    [claim] = (await idle.engine._orchestrator.turn([], wanted=AnyDue(1))).claims
    return claim


async def _until_running(harness: Harness, count: int = 1) -> None:
    async with asyncio.timeout(30):
        while (await harness.rows("select count(*) from batch_step where state = 'running'"))[0][0] < count:
            pass


async def test_a_pending_instance_is_cancelled_at_once(idle: Harness) -> None:
    await idle.define(step("a"))
    instance = await idle.engine.start("pipeline")
    assert await idle.engine.cancel(instance) == "cancelled"
    await idle.engine._orchestrator.start()
    assert await idle.rows("select count(*) from batch_step") == [(0,)]


async def test_ready_and_pending_steps_are_cancelled_at_once(idle: Harness) -> None:
    instance = await _started(idle, step("a", "b"), step("b"))
    assert await idle.engine.cancel(instance) == "cancelled"
    assert await idle.rows(COUNTS) == [("cancelled", 2)]
    async with idle.engine.working():
        assert (await idle.engine.wait(instance)).status == "cancelled"
    assert idle.noop.runs == []


async def test_a_running_step_is_stopped_at_once_and_not_at_the_next_renewal(
    database_url: str, test_reader_url: str
) -> None:
    async with engine_on(database_url, test_reader_url, lease_seconds=600.0) as harness, harness.engine.working():
        await harness.define(step("a", "b", params={"seconds": 300}), step("b"))
        instance = await harness.engine.start("pipeline")
        await _until_running(harness)
        assert await harness.engine.cancel(instance) == "running"
        assert (await harness.engine.wait(instance)).status == "cancelled"
        assert await harness.states(instance) == {"a": "cancelled", "b": "cancelled"}
        assert harness.noop.of(instance) == ["a"]


async def test_a_step_that_stops_the_instance_stops_what_runs_at_once(database_url: str, test_reader_url: str) -> None:
    fails = step("bad", params={"failTimes": 1, "seconds": 0.5, "errorClass": "invalid"}, onFailure="stop")
    async with engine_on(database_url, test_reader_url, lease_seconds=600.0) as harness, harness.engine.working():
        await harness.define(step("a", params={"seconds": 300}), fails)
        async with asyncio.timeout(30):
            assert (await harness.engine.run("pipeline")).status == "failed"
        [(instance,)] = await harness.rows("select id from batch_instance")
        assert await harness.states(instance) == {"a": "cancelled", "bad": "failed"}


async def test_a_parallel_step_is_cancelled_with_all_its_shards(working: Harness) -> None:
    over = {"over": "[1, 2, 3, 4, 5]", "chunk": 1, "maxConcurrency": 2}
    await working.define(step("a", "b", parallel=over, params={"seconds": 30}), step("b"))
    instance = await working.engine.start("pipeline")
    await _until_running(working, 2)
    await working.engine.cancel(instance)
    assert (await working.engine.wait(instance)).status == "cancelled"
    assert await working.rows(COUNTS) == [("cancelled", 7)]
    assert await working.rows("select open_steps from batch_instance") == [(0,)]


async def test_what_a_dead_worker_held_is_cancelled_not_run_again(idle: Harness) -> None:
    instance = await _started(idle, step("a", "b"), step("b"))
    await _claim(idle)
    assert await idle.engine.cancel(instance) == "running"
    await idle.rows(
        "update batch_step set lease_expires_at = clock_now() - interval '1 s' where state = 'running' returning 1"
    )
    assert await idle.engine._orchestrator.rescue() == 1
    assert await idle.states(instance) == {"a": "cancelled", "b": "cancelled"}
    assert await idle.rows("select status, open_steps from batch_instance") == [("cancelled", 0)]


async def test_cancelling_twice_is_harmless_and_then_refused(idle: Harness) -> None:
    instance = await _started(idle, step("a"))
    claim = await _claim(idle)
    assert await idle.engine.cancel(instance) == "running"
    asked = await idle.rows("select cancel_requested_at from batch_instance")
    assert await idle.engine.cancel(instance) == "running"
    assert await idle.rows("select cancel_requested_at from batch_instance") == asked
    await idle.engine._orchestrator.turn([Report(claim, Finish(StepState.CANCELLED))], wanted=None)
    with pytest.raises(RequestRefused, match="is cancelled already"):
        await idle.engine.cancel(instance)


async def test_cancelling_from_sql_needs_no_process_alive(idle: Harness, connection: psycopg.Connection[Any]) -> None:
    instance = await _started(idle, step("a", "b"), step("b"))
    answer = connection.execute("select cancel_instance(%s)", (instance,)).fetchone()
    assert answer == ("cancelled",)
    assert await idle.states(instance) == {"a": "cancelled", "b": "cancelled"}


async def test_a_success_reported_after_the_cancel_starts_no_child(idle: Harness) -> None:
    instance = await _started(idle, step("a", "b", "tidy"), step("b"), step("tidy", fanIn="all_done"))
    claim = await _claim(idle)
    await idle.engine.cancel(instance)
    await idle.engine._orchestrator.turn([Report(claim, Finish(StepState.SUCCEEDED, result="{}"))], wanted=AnyDue(10))
    assert await idle.states(instance) == {"a": "succeeded", "b": "cancelled", "tidy": "cancelled"}
    assert await idle.rows("select status from batch_instance") == [("cancelled",)]


@pytest.mark.parametrize("is_snooze", [True, False])
async def test_a_cancelled_step_that_wants_to_go_on_later_is_not_run_again(idle: Harness, is_snooze: bool) -> None:
    instance = await _started(idle, step("a"))
    claim = await _claim(idle)
    await idle.engine.cancel(instance)
    again = Again(timedelta(hours=1), "snoozed: batch" if is_snooze else "retrying: transient", is_snooze=is_snooze)
    await idle.engine._orchestrator.turn([Report(claim, again)], wanted=None)
    async with idle.engine.working(), asyncio.timeout(30):
        assert (await idle.engine.wait(instance)).status == "cancelled"
    assert idle.noop.runs == []


async def test_a_cancelled_step_that_a_stopping_worker_hands_back_is_not_run_again(idle: Harness) -> None:
    instance = await _started(idle, step("a"))
    claim = await _claim(idle)
    await idle.engine.cancel(instance)
    await idle.engine._orchestrator.release([claim])
    async with idle.engine.working(), asyncio.timeout(30):
        assert (await idle.engine.wait(instance)).status == "cancelled"
    assert idle.noop.runs == []


async def test_a_success_whose_child_was_cancelled_meanwhile_ends_the_instance(idle: Harness) -> None:
    await idle.define(step("a", "b"), step("b", "c"), step("c"))
    instance = await idle.engine.start("pipeline")
    await idle.engine._orchestrator.start()
    [claim] = (await idle.engine._orchestrator.turn([], wanted=AnyDue(1))).claims
    await idle.engine.cancel(instance)
    result = await idle.engine._orchestrator.turn(
        [Report(claim, Finish(StepState.SUCCEEDED, result="{}"))], wanted=None
    )
    assert result.refused == []
    assert result.finished == [instance]
    assert await idle.states(instance) == {"a": "succeeded", "b": "cancelled", "c": "cancelled"}


async def test_of_reports_that_travel_together_only_the_late_one_is_refused(idle: Harness) -> None:
    await idle.define(step("a", "b"), step("b"))
    instances = [await idle.engine.start("pipeline") for _ in range(3)]
    await idle.engine._orchestrator.start()
    claims = (await idle.engine._orchestrator.turn([], wanted=AnyDue(3))).claims
    late = replace(claims[1], attempt=9)
    done = Finish(StepState.SUCCEEDED, result="{}")
    result = await idle.engine._orchestrator.turn(
        [Report(claims[0], done), Report(late, done), Report(claims[2], done)], wanted=None
    )
    assert [report.claim for report in result.refused] == [late]
    assert [(await idle.states(instance))["b"] for instance in instances] == ["ready", "pending", "ready"]
    assert await idle.rows("select open_steps from batch_instance order by id") == [(1,), (2,), (1,)]
