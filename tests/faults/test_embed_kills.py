"""Ingester, embedding server and PostgreSQL are killed at random moments, 50 times in one ingest of one data set."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest

from engine.app import open_engine
from engine.embedded import EmbeddedServer
from engine.settings import Settings
from tests.embedding_streams import BREAKER, embed_params
from tests.faults.conftest import Note
from tests.faults.embed_site import COUNTER, LANES, Site, ask, data_set
from tests.harness import step
from tests.ports import free_port

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]

SEED = 20_261_121
ROWS = 60_000
KILLS = 50
MOST_CHUNKS = 8
"""Chunks between two kills; always fewer than are let through, so that nothing is waited for in vain."""
PATIENT = {"maxAttempts": 100, "intervalSeconds": 0.02, "jitter": "none", "maxDelaySeconds": 0.1}
PARTS = "from stream_checkpoint where stream like '%#_/2'"
LOADED = f"select sum((position ->> 'inserted')::int + (position ->> 'dead')::int) {PARTS}"
STATUS = "select status from batch_instance"


@pytest.fixture
async def site(durable_server: EmbeddedServer) -> AsyncIterator[Site]:
    made = Site(durable_server, rows=ROWS, pause=0.01, port=free_port())
    await made.set_up()
    yield made
    await made.stop()


async def test_every_row_is_in_the_table_or_a_dead_letter_exactly_once_after_50_kills(site: Site, note: Note) -> None:
    url, draw = site.database.url, random.Random(SEED)
    await _begin(site)
    kills: dict[str, int] = {}
    for kill in range(KILLS):
        site.let_through(ROWS // LANES * (kill + 1) // (KILLS + 1))
        await _advance(url, by=draw.randrange(MOST_CHUNKS))
        await asyncio.sleep(draw.uniform(0, 0.05))
        which = draw.choice(["ingester", "server", "postgres"])
        await site.kill(which)
        kills[which] = kills.get(which, 0) + 1
    assert ask(url, STATUS) != "succeeded", "it was not under way for all of the kills"
    site.let_through(ROWS // LANES)
    await _until_succeeded(url)
    _assert_exactly_once(url)
    note(f"embed: {kills}, seed {SEED}", kills=KILLS, steps=1)


async def _begin(site: Site) -> None:
    """Make the tables with a counter of writes, then ask for the ingest."""
    params = embed_params(f"127.0.0.1:{site.port}", chunk={"least": 100, "most": 100}, breaker=BREAKER)
    async with open_engine(Settings(database_url=site.database.url, scheduler=False)) as engine:
        await engine.apply(
            [{"name": "ingest", "steps": [step("receive", runner="embed", params=params, retry=PATIENT)]}]
        )
        async with engine.database.transaction() as connection:
            await connection.execute("create extension vector")
            await connection.execute("create table job (id text primary key, metadata jsonb)")
            await connection.execute(
                "create table job_embedding (id text primary key references job, embedding vector(8) not null,"
                " model text not null, dimensions integer not null, content_hash bytea not null,"
                " updated_at timestamptz not null default now())"
            )
            await connection.execute(COUNTER)
        await engine.start("ingest")


async def _advance(url: str, *, by: int) -> None:
    """Return when so many chunks more are loaded."""
    begun = ask(url, LOADED) or 0
    async with asyncio.timeout(120):
        while (ask(url, LOADED) or 0) < begun + by * 100:
            _retry_if_given_up(url)
            await asyncio.sleep(0.01)


async def _until_succeeded(url: str) -> None:
    async with asyncio.timeout(300):
        while ask(url, STATUS) != "succeeded":
            _retry_if_given_up(url)
            await asyncio.sleep(0.05)


def _retry_if_given_up(url: str) -> None:
    """A step that is lost too often is given up, and waits for an operator: this one."""
    waiting = "from batch_instance where status = 'failed' and retry_requested_at is null"
    if error := ask(url, f"select error {waiting}"):
        assert "was lost" in str(error)
        with contextlib.suppress(psycopg.DatabaseError):  # the retry before it has just been taken up
            ask(url, f"select retry_instance(id) {waiting}")


def _assert_exactly_once(url: str) -> None:
    fake = data_set(ROWS, pause=0)
    bad = [key for n, key in enumerate(fake.rows.ids) if n % 97 == 0]
    good = [key for n, key in enumerate(fake.rows.ids) if n % 97]
    with psycopg.connect(url, autocommit=True) as connection:
        assert _ids(connection, "select id from job_embedding order by 1") == good
        assert _ids(connection, "select id from job order by 1") == good
        assert _ids(connection, "select payload ->> 'id' from dead_letter order by 1") == bad
        assert _ids(connection, "select id from wrote order by 1") == good, "a chunk was applied twice"
        parts = [position for (position,) in connection.execute(f"select position {PARTS} order by stream")]
    assert [(part["at"], part["done"]) for part in parts] == [(ROWS // 2 - 1, True), (ROWS - 1, True)]
    assert [sum(part[name] for part in parts) for name in ("inserted", "updated", "dead")] == [len(good), 0, len(bad)]


def _ids(connection: psycopg.Connection[Any], query: str) -> list[str]:
    return [row[0] for row in connection.execute(query)]
