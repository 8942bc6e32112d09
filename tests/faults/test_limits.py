"""Limits, and workers that are killed or frozen with the last place in their hands."""

import signal
from typing import Any

import psycopg
import pytest

from tests.faults.conftest import Note
from tests.faults.processes import spawn, stop, until
from tests.faults.scenario import UNITS, assert_ended_right, scenario
from tests.harness import Harness
from tests.limiting import limit

pytestmark = pytest.mark.faults

BEGAN = "select exists (select from run_log where pid = %s and what = 'began')"


@pytest.mark.parametrize("point", ["claim_limited_steps:before", "claim_limited_steps:after", "effect:inside"])
async def test_a_killed_worker_takes_no_place_with_it(
    healthy: Harness, database_url: str, connection: psycopg.Connection[Any], note: Note, point: str
) -> None:
    limit(connection, "effect", at_once=1, per_minute=1000)
    await healthy.define(*scenario())
    instance = await healthy.engine.start("pipeline")
    worker = await spawn(database_url, point)
    await worker.is_open()
    worker.go()
    assert await worker.ended() == -signal.SIGKILL
    async with healthy.engine.working():
        await healthy.engine.wait(instance)
    assert_ended_right(connection, [instance])
    note(f"limit of 1, killed at {point}", kills=1, steps=len(UNITS))


async def test_a_frozen_worker_keeps_its_place_no_longer_than_its_lease(
    healthy: Harness, database_url: str, connection: psycopg.Connection[Any], note: Note
) -> None:
    limit(connection, "effect", at_once=1)
    await healthy.define(*scenario(seconds=0.3))
    instance = await healthy.engine.start("pipeline")
    frozen = await spawn(database_url)
    await frozen.is_open()
    frozen.go()
    await until(connection, BEGAN, frozen.pid)
    frozen.send(signal.SIGSTOP)
    async with healthy.engine.working():
        await healthy.engine.wait(instance)
    frozen.send(signal.SIGCONT)
    await stop([frozen])
    assert_ended_right(connection, [instance])
    note("limit of 1, worker frozen past its lease", kills=0, steps=len(UNITS))
