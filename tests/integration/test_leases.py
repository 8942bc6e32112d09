"""Leases: who may say what about an attempt, and what becomes of one whose worker is gone."""

import asyncio
import itertools
import logging
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from engine.claims import AnyDue, Claim, Report
from engine.planner import Status, StepState
from engine.settle import Again, Finish
from runners.base import Outcome, Params, StepRequest, Succeeded
from tests.harness import Harness, engine_on, step

LONG_AGO = "update batch_step set lease_expires_at = clock_now() - interval '1 second' where state = 'running'"
DONE = Finish(StepState.SUCCEEDED, result="{}")


async def _claimed(idle: Harness, *steps: dict[str, Any], **columns: Any) -> Claim:
    """Start an instance by hand and claim its one ready step."""
    await idle.define(*steps, **columns)
    await idle.engine.start("pipeline")
    orchestrator = idle.engine._orchestrator
    await orchestrator.start()
    [claim] = (await orchestrator.turn([], wanted=AnyDue(1))).claims
    return claim


async def _reclaimed(idle: Harness) -> Claim:
    """Let the lease run out, take the step back, and claim it again."""
    await idle.rows(LONG_AGO + " returning id")
    assert await idle.engine._orchestrator.rescue() == 1
    [claim] = (await idle.engine._orchestrator.turn([], wanted=AnyDue(1))).claims
    return claim


async def test_a_late_report_changes_nothing(idle: Harness) -> None:
    late = await _claimed(idle, step("a", "b"), step("b"))
    current = await _reclaimed(idle)
    before = await idle.rows("select * from batch_step order by id")
    result = await idle.engine._orchestrator.turn([Report(late, DONE)], wanted=None)
    assert list(result.refused) == [Report(late, DONE)]
    assert await idle.rows("select * from batch_step order by id") == before
    assert await idle.rows("select attempt, error is null from batch_step_result") == [(1, False)]
    assert not (await idle.engine._orchestrator.turn([Report(current, DONE)], wanted=None)).refused
    assert await idle.rows("select step_key, state from batch_step order by id") == [("a", "succeeded"), ("b", "ready")]


async def test_a_report_that_is_sent_twice_counts_once(idle: Harness) -> None:
    claim = await _claimed(idle, step("a", "b"), step("b"))
    orchestrator = idle.engine._orchestrator
    await orchestrator.turn([Report(claim, DONE)], wanted=None)
    again = await orchestrator.turn([Report(claim, DONE)], wanted=None)
    assert len(again.refused) == 1
    assert await idle.rows("select open_steps from batch_instance") == [(1,)]
    assert await idle.rows("select waiting_on, parents_succeeded from batch_step where step_key = 'b'") == [(0, 1)]


async def test_a_report_from_before_a_snooze_changes_nothing(idle: Harness) -> None:
    early = await _claimed(idle, step("a"))
    orchestrator = idle.engine._orchestrator
    snooze = Again(delay=timedelta(0), reason="snoozed: waiting", is_snooze=True)
    [later] = (await orchestrator.turn([Report(early, snooze)], wanted=AnyDue(1))).claims
    assert (later.attempt, later.snoozes) == (early.attempt, early.snoozes + 1)
    assert (await orchestrator.turn([Report(early, DONE)], wanted=None)).refused


async def test_a_late_report_is_logged(database_url: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "batchdag")
    async with engine_on(database_url, lease_seconds=3600.0, rescue_seconds=3600.0) as harness:
        await harness.define(step("a", params={"seconds": 0.2}))
        async with harness.engine.working():
            instance = await harness.engine.start("pipeline")
            await _until_state(harness, "running")
            await harness.rows(LONG_AGO + " returning id")
            await harness.engine._orchestrator.rescue()
            await harness.engine.wait(instance)
    refused = [record for record in caplog.records if record.message == "step.report_refused"]
    assert [(record.step, record.attempt) for record in refused] == [("a", 1)]  # type: ignore[attr-defined]


async def _until_state(harness: Harness, state: str, key: str = "a") -> None:
    async with asyncio.timeout(30):
        while (await harness.rows("select state from batch_step where step_key = %s and shard = 0", key)) != [(state,)]:
            pass


async def test_a_lease_is_renewed_while_a_step_runs_longer_than_it(database_url: str) -> None:
    async with engine_on(database_url, lease_seconds=1.5, rescue_seconds=0.1) as harness, harness.engine.working():
        ended = await harness.run(step("a", params={"seconds": 2}))
    assert ended.is_success
    assert [attempt for *_, attempt in harness.noop.runs] == [1]


class Hog:
    """Keeps a connection of the pool for longer than a lease."""

    name = "hog"
    version = "1"
    description = "Holds a transaction."
    Params = Params

    async def run(self, request: StepRequest) -> Outcome:
        async with request.transaction():
            await asyncio.sleep(2)
        return Succeeded()


async def test_leases_are_renewed_while_runners_hold_the_whole_pool(database_url: str) -> None:
    async with engine_on(database_url, lease_seconds=1.5, pool_size=2) as harness:
        await harness.engine.register(Hog())
        await harness.define(step("a", runner="hog"), step("b", runner="hog"))
        instance = await harness.engine.start("pipeline")
        async with harness.engine.working():
            await harness.engine.wait(instance)
        assert await harness.rows("select attempt, losses from batch_step") == [(1, 0), (1, 0)]


async def test_a_renewal_names_only_what_is_still_held(idle: Harness) -> None:
    late = await _claimed(idle, step("a"))
    current = await _reclaimed(idle)
    assert await idle.engine._orchestrator.renew([late]) == {}
    assert await idle.engine._orchestrator.renew([current]) == {current.step_id: False}


async def test_a_lease_that_has_run_out_is_taken_back_and_the_step_runs_again(idle: Harness) -> None:
    first = await _claimed(idle, step("a"))
    second = await _reclaimed(idle)
    assert (second.step_id, second.attempt) == (first.step_id, 2)
    found = await idle.rows("select losses, failures, reason from batch_step")
    assert found == [(1, 0, None)], "a loss is no failure of the step"
    assert "was lost: its lease ran out" in (await idle.rows("select error from batch_step_result"))[0][0]


async def test_a_lease_that_is_held_is_not_taken_back(idle: Harness) -> None:
    await _claimed(idle, step("a"))
    assert await idle.engine._orchestrator.rescue() == 0


async def test_a_step_that_is_lost_three_times_fails_and_the_walk_goes_on(idle: Harness) -> None:
    await _claimed(idle, step("a", "b", "tidy"), step("b"), step("tidy", fanIn="all_done"))
    await _reclaimed(idle)
    await _reclaimed(idle)
    await idle.rows(LONG_AGO + " returning id")
    await idle.engine._orchestrator.rescue()
    found = await idle.rows("select step_key, state, reason from batch_step order by id")
    assert found == [
        ("a", "failed", "lost_worker"),
        ("b", "upstream_failed", "upstream_failed"),
        ("tidy", "ready", None),
    ]
    assert await idle.rows("select attempt from batch_step_result order by 1") == [(1,), (2,), (3,)]


async def test_a_step_that_has_waited_of_its_own_accord_begins_to_count_its_losses_anew(idle: Harness) -> None:
    await _claimed(idle, step("a"))
    await _reclaimed(idle)
    current = await _reclaimed(idle)
    snooze = Again(delay=timedelta(0), reason="snoozed: waiting", is_snooze=True)
    await idle.engine._orchestrator.turn([Report(current, snooze)], wanted=AnyDue(1))
    assert await idle.rows("select state, losses from batch_step") == [("running", 0)]


async def test_a_worker_that_stops_hands_back_its_steps_at_once(idle: Harness) -> None:
    await idle.define(step("a", params={"seconds": 30}))
    async with idle.engine.working():
        await idle.engine.start("pipeline")
        await _until_state(idle, "running")
    found = await idle.rows("select state, reason, leased_by, losses, failures from batch_step")
    assert found == [("ready", "handed_back", None, 0, 0)]


async def test_a_claim_whose_answer_was_lost_is_adopted(idle: Harness) -> None:
    claim = await _claimed(idle, step("a"))
    orchestrator = idle.engine._orchestrator
    assert await orchestrator.adopt([]) == [claim]
    assert await orchestrator.adopt([claim.step_id]) == []
    async with idle.engine.working():
        ended = await idle.engine.wait(claim.instance_id)
    assert ended.is_success
    assert idle.noop.runs == [(claim.instance_id, "a", 1)], "the attempt that was lost is the one that ran"


STEP_EDGES = {
    "pending": {"ready", "running", "skipped", "upstream_failed", "failed", "cancelled"},
    "ready": {"running", "cancelled"},
    "running": {"ready", "succeeded", "failed", "cancelled"},
} | {key: {"pending"} for key in ("succeeded", "failed", "skipped", "upstream_failed", "cancelled")}
INSTANCE_EDGES = {
    "pending": {"running", "cancelled", "failed"},
    "running": {"succeeded", "failed", "cancelled"},
    "failed": {"running"},
    "cancelled": {"running"},
    "succeeded": set[str](),
}


def test_the_tables_of_edges_name_every_state() -> None:
    assert set(STEP_EDGES) == set(StepState)
    assert set(INSTANCE_EDGES) == set(Status)


async def test_every_edge_of_a_step_that_is_not_in_the_diagram_is_refused(
    idle: Harness, connection: psycopg.Connection[Any]
) -> None:
    await idle.define(step("a"))
    await idle.engine.start("pipeline")
    await idle.engine._orchestrator.start()
    for old, new in itertools.permutations(STEP_EDGES, 2):
        _force(connection, "batch_step", STEP_FACTS[old], old)
        assert _is_accepted(connection, "batch_step", STEP_FACTS[new], new) == (new in STEP_EDGES[old]), (old, new)


async def test_every_edge_of_an_instance_that_is_not_in_the_diagram_is_refused(
    idle: Harness, connection: psycopg.Connection[Any]
) -> None:
    await idle.define(step("a"))
    await idle.engine.start("pipeline")
    for old, new in itertools.permutations(INSTANCE_EDGES, 2):
        _force(connection, "batch_instance", INSTANCE_FACTS[old], old)
        accepted = _is_accepted(connection, "batch_instance", INSTANCE_FACTS[new], new)
        assert accepted == (new in INSTANCE_EDGES[old]), (old, new)


_OPEN = "finished_at = null, leased_by = null, lease_expires_at = null"
_CLOSED = "finished_at = now(), leased_by = null, lease_expires_at = null"
STEP_FACTS = dict.fromkeys(STEP_EDGES, _CLOSED) | {
    "pending": _OPEN, "ready": _OPEN, "running": "finished_at = null, leased_by = 'w', lease_expires_at = now()",
}  # fmt: skip
INSTANCE_FACTS = dict.fromkeys(INSTANCE_EDGES, "finished_at = now(), open_steps = 0") | {
    "pending": "finished_at = null", "running": "finished_at = null",
}  # fmt: skip


def _column(table: str) -> str:
    return "state" if table == "batch_step" else "status"


def _force(connection: psycopg.Connection[Any], table: str, facts: str, state: str) -> None:
    """Put the row into a state, past the triggers."""
    with connection.transaction():
        connection.execute("set local session_replication_role = replica")
        connection.execute(f"update {table} set {_column(table)} = %s, {facts}", (state,))


def _is_accepted(connection: psycopg.Connection[Any], table: str, facts: str, state: str) -> bool:
    try:
        connection.execute(f"update {table} set {_column(table)} = %s, {facts}", (state,))
    except psycopg.Error as error:
        if error.sqlstate != "BD002":
            raise
        return False
    return True


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("update batch_step set leased_by = 'w'", "leased_iff_running"),
        ("update batch_step set lease_expires_at = now()", "leased_iff_running"),
        ("update batch_step set state = 'running'", "leased_iff_running"),
        ("update batch_step set finished_at = now()", "finished_iff_terminal"),
        ("update batch_step set state = 'cancelled'", "finished_iff_terminal"),
        ("update batch_step set waiting_on = -1", "counters_are_not_negative"),
        ("update batch_step set attempt = -1", "counters_are_not_negative"),
        ("update batch_instance set finished_at = now()", "finished_iff_terminal"),
        ("update batch_instance set status = 'failed', finished_at = now()", "nothing_open_when_terminal"),
        ("update batch_instance set open_steps = -1", "counters_are_not_negative"),
        ("update batch_step set state = 'sleeping'", "legal_edges"),
        ("insert into batch_step (batch_instance_id, step_key, state) values (1, 'b', 'sleeping')", "state_is_known"),
        ("insert into batch_instance (definition_id, version, status) values (1, 1, 'asleep')", "status_is_known"),
    ],
)
async def test_nonsense_cannot_be_written(
    idle: Harness, connection: psycopg.Connection[Any], change: str, constraint: str
) -> None:
    await idle.define(step("a"))
    await idle.engine.start("pipeline")
    await idle.engine._orchestrator.start()
    with pytest.raises(psycopg.Error) as refused:
        connection.execute(change)
    assert refused.value.diag.constraint_name == constraint or refused.value.sqlstate == "BD002"
