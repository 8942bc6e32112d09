"""Four ``batchdag serve`` processes under fire: crons of every second, while one after another is killed or frozen.

``SOAK_SECONDS`` says how long, 60 by default; ``SOAK_SEED`` repeats the draw of another run. The figures are printed.
"""

import asyncio
import os
import random
import time
from collections.abc import Sequence
from datetime import datetime
from itertools import cycle, product
from pathlib import Path
from typing import Any

import psycopg
import pytest

from definitions.models import Misfire, Overlap
from tests.faults.conftest import Note, Show
from tests.faults.processes import ALL_ENDED, until
from tests.faults.soak_books import Breakage, assert_each_instant_fired_once, outcomes, report
from tests.faults.soak_servers import Server, serving

SECONDS = float(os.environ.get("SOAK_SECONDS", "60"))
SEED = int(os.environ.get("SOAK_SEED", "11"))

pytestmark = [pytest.mark.faults, pytest.mark.timeout(SECONDS + 600)]

STEPS = '[{"key": "tiny", "runner": "noop", "params": {"seconds": 0.2}}]'
"""Long enough to be under way when its server dies; then its instance is in the way of the next ones for a lease."""

FREEZES = [2, 4, 6, 12]
"""Seconds; a lease is over after 5."""

ALL_WRITTEN = "select not exists (select from batch_cron_gap)"


async def test_every_second_fires_once_while_servers_are_killed_and_frozen(
    database_url: str,
    connection: psycopg.Connection[Any],
    tmp_path: Path,
    note: Note,
    show: Show,
) -> None:
    async with serving(database_url, 4, folder=tmp_path) as servers:
        begun = define(connection)
        breakages = await break_at_random(connection, servers)
        connection.execute("update batch_definition set enabled = false")
        await until(connection, ALL_WRITTEN, within=60)
        await until(connection, ALL_ENDED, within=180)
        assert [await server.answers() for server in servers] == [True] * len(servers)
        assert await asyncio.gather(*(server.stop() for server in servers)) == [0] * len(servers)
        assert ["cron.test_pace" in server.log() for server in servers] == [True] * len(servers)
    assert_each_instant_fired_once(connection, begun=begun)
    show("\n  ".join([f"soak of {SECONDS:g} s, seed {SEED}", *report(connection, breakages)]))
    fired = outcomes(connection)["fired"]
    assert fired > SECONDS
    note("4 x serve, crons of every second; instants fired", kills=len(breakages), steps=fired)


def define(connection: psycopg.Connection[Any]) -> datetime:
    """Insert the definitions; return the time from which on their instants count."""
    with connection.transaction():
        for overlap, misfire in product(Overlap, Misfire):
            connection.execute(
                "insert into batch_definition (name, steps, cron, overlap, misfire) values (%s, %s, '* * * * *', %s, %s)",
                (f"{overlap}_{misfire}", STEPS, overlap, misfire),
            )
        begun = connection.execute("update batch_cron set decided_at = clock_now() returning decided_at").fetchall()
    return begun[0][0]


async def break_at_random(connection: psycopg.Connection[Any], servers: Sequence[Server]) -> list[Breakage]:
    """Kill and freeze, in turns, a server that is drawn, until the time is over; all are well again then."""
    draw = random.Random(SEED)
    ways = cycle([kill, freeze])
    breakages = []
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        await asyncio.sleep(draw.uniform(0.5, 2))
        await asyncio.sleep(draw.choice([0, to_the_second() + draw.uniform(0, 0.02)]))
        breakages.append(await next(ways)(connection, draw.choice(servers), draw))
    return breakages


def to_the_second() -> float:
    """Seconds to the next instant: just after it, a tick is under way."""
    return 1 - time.time() % 1


async def kill(connection: psycopg.Connection[Any], server: Server, _draw: random.Random) -> Breakage:
    await server.kill()
    breakage = Breakage("kill", _now(connection))
    await server.start()
    return breakage


async def freeze(connection: psycopg.Connection[Any], server: Server, draw: random.Random) -> Breakage:
    server.freeze()
    breakage = Breakage("freeze", _now(connection))
    await asyncio.sleep(draw.choice(FREEZES))
    server.thaw()
    return breakage


def _now(connection: psycopg.Connection[Any]) -> datetime:
    return connection.execute("select clock_now()").fetchall()[0][0]
