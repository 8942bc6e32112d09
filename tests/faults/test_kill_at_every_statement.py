"""kill -9 of a worker at every statement of start, claim, renew, report, advance, rescue and reset."""

import signal
from typing import Any

import psycopg
import pytest

from tests.faults.conftest import Note
from tests.faults.processes import spawn
from tests.faults.scenario import UNITS, assert_ended_right, scenario
from tests.harness import Harness

pytestmark = pytest.mark.faults

TURN = (
    "lock_instances", "report_steps", "load_steps", "load_results", "insert_shards", "release_shards", "move_steps",
    "update_instances", "release_steps", "pass_on", "claim_steps", "record_usage", "notify", "commit",
)  # fmt: skip
START = ("find_pending_instances", "insert_steps", "start_instances")
RESCUE = ("find_expired", "rescue_steps")
RETRY = ("lock_instance", "drop_steps", "delete_shards", "reset_steps", "restart_instance", "load_pending_steps")
SHORT = 0.3
"""The lease in seconds of the one that dies."""

WHEN = ("before", "after")


async def _die_and_recover(healthy: Harness, url: str, point: str, nth: int = 1) -> None:
    """A worker dies at the point; another one, which knows nothing of it, ends what was begun."""
    worker = await spawn(url, point, nth=nth, lease=SHORT)
    await worker.is_open()
    worker.go()
    assert await worker.ended() == -signal.SIGKILL, f"the worker never came to {point}"
    async with healthy.engine.working():
        for (instance,) in await healthy.rows("select id from batch_instance"):
            await healthy.engine.wait(instance)


async def _started(healthy: Harness, **options: Any) -> int:
    """Define and start the scenario; its first step is ready."""
    await healthy.define(*scenario(**options))
    instance = await healthy.engine.start("pipeline")
    await healthy.engine._orchestrator.start()
    return instance


@pytest.mark.parametrize("when", WHEN)
@pytest.mark.parametrize("statement", TURN)
async def test_a_worker_killed_in_a_turn(
    healthy: Harness, database_url: str, connection: psycopg.Connection[Any], note: Note, statement: str, when: str
) -> None:
    instance = await _started(healthy)
    await _die_and_recover(healthy, database_url, f"{statement}:{when}")
    assert_ended_right(connection, [instance])
    note(f"turn, {when} {statement}", kills=1, steps=len(UNITS))


@pytest.mark.parametrize("nth", [2, 3, 5, 7])
@pytest.mark.parametrize("point", ["commit:before", "commit:after"])
async def test_a_worker_killed_at_a_later_commit(
    healthy: Harness, database_url: str, connection: psycopg.Connection[Any], note: Note, point: str, nth: int
) -> None:
    instance = await _started(healthy)
    await _die_and_recover(healthy, database_url, point, nth)
    assert_ended_right(connection, [instance])
    note(f"turn {nth}, {point}", kills=1, steps=len(UNITS))


@pytest.mark.parametrize("nth", [1, 5])
@pytest.mark.parametrize("point", ["effect:before", "effect:inside", "effect:after"])
async def test_a_worker_killed_in_its_runner(
    healthy: Harness, database_url: str, connection: psycopg.Connection[Any], note: Note, point: str, nth: int
) -> None:
    instance = await _started(healthy)
    await _die_and_recover(healthy, database_url, point, nth)
    assert_ended_right(connection, [instance])
    note(f"runner, {point}, call {nth}", kills=1, steps=len(UNITS))


@pytest.mark.parametrize("when", WHEN)
@pytest.mark.parametrize("statement", START)
async def test_a_worker_killed_while_it_starts_an_instance(
    healthy: Harness, database_url: str, connection: psycopg.Connection[Any], note: Note, statement: str, when: str
) -> None:
    await healthy.define(*scenario())
    instance = await healthy.engine.start("pipeline")
    await _die_and_recover(healthy, database_url, f"{statement}:{when}")
    assert_ended_right(connection, [instance])
    note(f"start, {when} {statement}", kills=1, steps=len(UNITS))


@pytest.mark.parametrize("when", WHEN)
async def test_a_worker_killed_while_it_renews(
    healthy: Harness, database_url: str, connection: psycopg.Connection[Any], note: Note, when: str
) -> None:
    instance = await _started(healthy, seconds=0.5)
    await _die_and_recover(healthy, database_url, f"renew_leases:{when}")
    assert_ended_right(connection, [instance])
    note(f"renew, {when} renew_leases", kills=1, steps=len(UNITS))


@pytest.mark.parametrize("when", WHEN)
@pytest.mark.parametrize("statement", RESCUE)
async def test_a_worker_killed_while_it_rescues(
    healthy: Harness, database_url: str, connection: psycopg.Connection[Any], note: Note, statement: str, when: str
) -> None:
    instance = await _started(healthy)
    connection.execute(
        "update batch_step set state = 'running', attempt = 1, leased_by = 'ghost', started_at = now(),"
        " lease_expires_at = now() - interval '1 s' where state = 'ready'"
    )
    await _die_and_recover(healthy, database_url, f"{statement}:{when}")
    assert_ended_right(connection, [instance])
    note(f"rescue, {when} {statement}", kills=1, steps=len(UNITS))


@pytest.mark.parametrize("when", WHEN)
@pytest.mark.parametrize("statement", RETRY)
async def test_a_worker_killed_while_it_resets(
    healthy: Harness, database_url: str, connection: psycopg.Connection[Any], note: Note, statement: str, when: str
) -> None:
    instance = await _started(healthy)
    connection.execute("select cancel_instance(%s)", (instance,))
    connection.execute("select retry_instance(%s)", (instance,))
    await _die_and_recover_retry(healthy, database_url, f"{statement}:{when}")
    assert_ended_right(connection, [instance])
    note(f"reset, {when} {statement}", kills=1, steps=len(UNITS))


async def _die_and_recover_retry(healthy: Harness, url: str, point: str) -> None:
    worker = await spawn(url, point, lease=SHORT)
    await worker.is_open()
    worker.go()
    assert await worker.ended() == -signal.SIGKILL, f"the worker never came to {point}"
    await healthy.engine._orchestrator.retry_requested()
    async with healthy.engine.working():
        for (instance,) in await healthy.rows("select id from batch_instance"):
            await healthy.engine.wait(instance)
