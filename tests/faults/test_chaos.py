"""Workers are killed at random moments and replaced, for a while; then all that was asked for is done, once."""

import asyncio
import random
import signal
import time
from typing import Any

import psycopg
import pytest

from tests.faults.conftest import Note
from tests.faults.processes import ALL_ENDED, Worker, spawn, stop, until
from tests.faults.scenario import UNITS, assert_ended_right, scenario
from tests.harness import Harness

pytestmark = pytest.mark.faults

SEED = 20_260_101
SECONDS = 20.0
LOST = "select id from batch_instance where status = 'failed' and error like '%was lost%'"


async def test_everything_ends_right_under_random_kills(
    healthy: Harness, database_url: str, connection: psycopg.Connection[Any], note: Note
) -> None:
    await healthy.define(*scenario())
    running = [await _working(database_url) for _ in range(3)]
    asking = asyncio.create_task(_ask(healthy, 300))
    kills = await _kill_at_random(database_url, running)
    instances = await asking
    await until(connection, ALL_ENDED, within=60)
    lost = [row[0] for row in connection.execute(LOST).fetchall()]
    for instance in lost:
        connection.execute("select retry_instance(%s)", (instance,))
    await until(connection, "select not exists (select from batch_instance where retry_requested_at is not null)")
    await until(connection, ALL_ENDED)
    await stop(running)
    assert_ended_right(connection, instances)
    note(f"chaos, seed {SEED}; {len(lost)} given up as lost_worker, retried", kills=kills, steps=300 * len(UNITS))


async def _ask(healthy: Harness, count: int) -> list[int]:
    """Ask for instances all the while."""
    instances = []
    for _ in range(count):
        instances.append(await healthy.engine.start("pipeline"))
        await asyncio.sleep(SECONDS / count * 0.9)
    return instances


async def _kill_at_random(url: str, running: list[Worker]) -> int:
    """Kill one of the workers every 0.2 to 0.9 s and start another in its place; return how many died."""
    draw = random.Random(SEED)
    kills, end = 0, time.monotonic() + SECONDS
    while time.monotonic() < end:
        await asyncio.sleep(draw.uniform(0.2, 0.9))
        place = draw.randrange(len(running))
        running[place].send(signal.SIGKILL)
        await running[place].ended()
        kills += 1
        running[place] = await _working(url)
    return kills


async def _working(url: str) -> Worker:
    worker = await spawn(url)
    await worker.is_open()
    worker.go()
    return worker
