"""How soon an edit is effective, and whether 10,000 definitions in the table slow anything down."""

import asyncio
import time
from pathlib import Path

import psycopg

from benchmarks.setting import engine_on, fresh_database, print_table
from benchmarks.steps import chain
from engine.app import Engine
from engine.embedded import EmbeddedServer

CROWD = 10_000


def measure(server: EmbeddedServer, folder: Path) -> None:
    del folder
    url = fresh_database(server, "bench_edits")
    alone, crowded = asyncio.run(_measure(url))
    rows = [
        ["edit in SQL, start, end (ms)", alone[0] * 1000, crowded[0] * 1000],
        ["apply unchanged (ms)", alone[1] * 1000, crowded[1] * 1000],
        ["chain of 300 (steps/s)", alone[2], crowded[2]],
    ]
    print_table("Edits", ["", "alone", f"among {CROWD:,} definitions"], rows)


async def _measure(url: str) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    async with engine_on(url) as engine:
        await engine.apply([{"name": "edited", "steps": chain(1)}, {"name": "chain", "steps": chain(300)}])
        await engine.run("edited")
        alone = await _one(engine, url)
        await asyncio.to_thread(_crowd, url)
        return alone, await _one(engine, url)


def _crowd(url: str) -> None:
    """Insert many definitions. In a thread: an engine that is kept from its loop for so long loses its connections."""
    with psycopg.connect(url) as connection:
        connection.execute(
            "insert into batch_definition (name, steps) select 'crowd_' || n,"
            """ '[{"key": "a", "runner": "noop", "nextSteps": ["b"]}, {"key": "b", "runner": "noop"}]'"""
            " from generate_series(1, %s) as n",
            (CROWD,),
        )


async def _one(engine: Engine, url: str) -> tuple[float, float, float]:
    return await _edit(engine, url), await _apply(engine), await _chain(engine)


async def _edit(engine: Engine, url: str) -> float:
    """Seconds from the UPDATE that an analyst sends to the end of an instance that has run what it says."""
    began = time.perf_counter()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            """update batch_definition set steps = steps || jsonb_build_array(jsonb_build_object(
               'key', 'k' || floor(random() * 1e9), 'runner', 'noop')) where name = 'edited'"""
        )
        steps = (connection.execute("select jsonb_array_length(steps) from batch_definition where name = 'edited'")
                 .fetchone() or (0,))[0]  # fmt: skip
    ended = await engine.run("edited")
    taken = time.perf_counter() - began
    async with engine.database.transaction() as pooled:
        cursor = await pooled.execute(
            "select count(*) from batch_step where batch_instance_id = %s", (ended.instance_id,)
        )
        assert (await cursor.fetchone() or (0,))[0] == steps, "the edit was not effective"
    return taken


async def _apply(engine: Engine) -> float:
    began = time.perf_counter()
    await engine.apply([{"name": "chain", "steps": chain(300)}])
    return time.perf_counter() - began


async def _chain(engine: Engine) -> float:
    began = time.perf_counter()
    assert (await engine.run("chain")).is_success
    return 300 / (time.perf_counter() - began)
