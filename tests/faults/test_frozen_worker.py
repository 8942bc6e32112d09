"""A worker that is stopped (SIGSTOP) past its lease, and wakes when another one has done its work."""

import asyncio
import signal
from typing import Any

import psycopg
import pytest

from tests.faults.conftest import Note
from tests.faults.processes import spawn, stop, until
from tests.faults.scenario import UNITS, assert_ended_right, scenario
from tests.harness import Harness

pytestmark = pytest.mark.faults

BEGAN = "select exists (select from run_log where pid = %s and what = 'began')"
REFUSED = "select exists (select from run_log where pid = %s and what in ('LostLease', 'CancelledError'))"


async def test_nothing_that_a_frozen_worker_says_or_writes_after_its_lease_is_kept(
    healthy: Harness, database_url: str, connection: psycopg.Connection[Any], note: Note
) -> None:
    await healthy.define(*scenario(seconds=0.3))
    instance = await healthy.engine.start("pipeline")
    frozen = await spawn(database_url)
    await frozen.is_open()
    frozen.go()
    await until(connection, BEGAN, frozen.pid)
    frozen.send(signal.SIGSTOP)
    async with healthy.engine.working(), asyncio.timeout(20):
        await healthy.engine.wait(instance)
    before = connection.execute("select * from batch_step order by id").fetchall()
    frozen.send(signal.SIGCONT)
    await until(connection, REFUSED, frozen.pid)
    await stop([frozen])
    assert connection.execute("select * from batch_step order by id").fetchall() == before
    assert_ended_right(connection, [instance])
    assert connection.execute("select attempt from effect where step = 'first'").fetchall() == [(2,)]
    note("worker frozen past its lease, then woken", kills=0, steps=len(UNITS))
