"""A hundred kills at random moments while three providers are bought from at once, and everything goes wrong a little.

Half of the workers die where their time is over, half at a point of the ledger that is drawn beforehand.
"""

import asyncio
import random
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.emulators import emulator_process
from tests.faults.conftest import Note
from tests.faults.ledger_books import assert_all_answered, assert_books_agree
from tests.faults.ledger_deaths import CALLS, LedgerDeath
from tests.faults.ledger_site import SELLERS, Site, opened_site
from tests.faults.processes import ALL_ENDED, Worker, stop, until
from tests.generating import ASKING, words
from tests.harness import step

pytestmark = [pytest.mark.faults, pytest.mark.timeout(240)]

SEED = 20_260_701
KILLS = 100
WORKERS = 4
ITEMS = 250
"""In each instance, for each of three providers."""
SHARD = 90
BOUGHT = ["openai", "gemini", "vertex"]
POINTS = [f"{call}:{when}" for call in (*CALLS[:5], "fetch") for when in ("before", "after")] + [
    f"{statement}:{when}"
    for statement in ("add_asks", "grow_job", "watch_job", "keep_answers", "close_asks", "settle_items", "close_job")
    for when in ("after", "committed")
]
FAULTS: Sequence[tuple[str, dict[str, Any]]] = [
    ("drop_after", {"probability": 0.03}),
    ("drop_before", {"probability": 0.03}),
    ("server_error", {"probability": 0.03}),
    ("rate_limited", {"probability": 0.03, "seconds": 0.1}),
    ("cut_download", {"probability": 0.1}),
    ("late_in_lists", {"probability": 0.2, "seconds": 0.3}),
    ("expired", {"probability": 0.1}),
    ("missing", {"probability": 0.1, "fraction": 0.1}),
    ("truncated", {"probability": 0.1}),
    ("doubled", {"probability": 0.2}),
    ("shuffled", {"probability": 0.5}),
    ("malformed", {"probability": 0.03}),
    ("cut_off", {"probability": 0.01}),
    ("line_error", {"probability": 0.03}),
]
LOST = (
    "select id from batch_instance where status = 'failed' and error like '%was lost%' and retry_requested_at is null"
)
NONE_WAITS = "select not exists (select from batch_instance where retry_requested_at is not null)"
FAILED = "select id, error from batch_instance where status <> 'succeeded'"
OPEN = "select count(*) from batch_instance where finished_at is null"


def _definition() -> list[dict[str, Any]]:
    asking = {**ASKING, "template": "Teach the word {{ item.word }}, lesson {{ params.lesson }}.", "maxTries": 8}
    patience = {"intervalSeconds": 0.05, "settleSeconds": 1.5}
    bought = [
        step(
            f"generate_{name}",
            runner="generate",
            params={**asking, "poll": patience, "provider": name, "model": SELLERS[name].model},
            parallel={"over": "collect", "chunk": SHARD},
        )
        for name in BOUGHT
    ]
    collect = step("collect", *(one["key"] for one in bought), runner="collect", params={"items": words(ITEMS)})
    return [collect, *bought]


async def test_nothing_is_paid_twice_under_a_hundred_random_kills(
    database_url: str,
    connection: psycopg.Connection[Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    note: Note,
) -> None:
    with emulator_process() as emulator:
        async with opened_site(
            emulator, url=database_url, folder=tmp_path, connection=connection, monkeypatch=monkeypatch
        ) as site:
            emulator.settings(batch_seconds=0.3)
            for kind, order in FAULTS:
                emulator.fault(kind, seed=SEED, **order)
            await site.harness.define(*_definition())
            instances = await _bought_under_fire(site)
            assert site.rows(FAILED) == []
            for instance in instances:
                assert_all_answered(connection, instance, items=ITEMS, steps=len(BOUGHT))
            assert assert_books_agree(connection, emulator) == 0
            note(f"chaos, seed {SEED}", kills=KILLS, steps=ITEMS * len(BOUGHT) * len(instances))


async def _bought_under_fire(site: Site) -> list[int]:
    """Kill workers, a lesson always under way; then let the last workers end what is left."""
    lessons: list[int] = []
    await asyncio.gather(*(_kill(site, random.Random(SEED + place), lessons=lessons) for place in range(WORKERS)))
    last = [await site.spawn(LedgerDeath()) for _ in range(WORKERS)]
    await until(site.connection, ALL_ENDED, within=60)
    while site.rows(LOST):
        _retry_the_lost(site)
        await until(site.connection, NONE_WAITS)
        await until(site.connection, ALL_ENDED, within=60)
    await stop(last)
    return lessons


async def _kill(site: Site, draw: random.Random, *, lessons: list[int]) -> None:
    """Let one worker after the other begin, and die."""
    for _ in range(KILLS // WORKERS):
        worker = await _spawned(site, draw)
        _retry_the_lost(site)
        if site.value(OPEN) == 0:
            lessons.append(await site.harness.engine.start("pipeline", params={"lesson": len(lessons)}))
        await _dead(worker, within=draw.uniform(0.1, 0.9))


async def _spawned(site: Site, draw: random.Random) -> Worker:
    point, nth = draw.choice([("", 1), (draw.choice(POINTS), draw.choice([1, 1, 2, 3]))])
    return await site.spawn(LedgerDeath(point, nth))


async def _dead(worker: Worker, *, within: float) -> None:
    """Let the worker come to its point, but not longer than this."""
    try:
        async with asyncio.timeout(within):
            while worker.is_alive:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
    except TimeoutError:
        worker.send(signal.SIGKILL)
    assert await worker.ended() == -signal.SIGKILL


def _retry_the_lost(site: Site) -> None:
    """A step that lost its worker three times fails: people look, and retry it."""
    for (instance,) in site.rows(LOST):
        site.connection.execute("select retry_instance(%s)", (instance,))
