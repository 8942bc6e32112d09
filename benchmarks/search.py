"""The reading API on the reference set: recall beside exact search, latency, hits of the cache, and how long stale."""

import asyncio
import json
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import psycopg
from psycopg import sql

from benchmarks.setting import fresh_database, print_table
from engine.access import Access, Role
from engine.app import Engine, open_engine
from engine.embedded import EmbeddedServer, reader_url
from engine.settings import Settings
from services.embedding_server.reference.making import ReferenceSet, job_postings, users
from services.graphql.collections import Served
from services.graphql.conditions import Condition, Op
from services.graphql.face import Face
from services.graphql.listing import Listing
from services.graphql.nearest import Distance, Iterative, Search
from services.http.app import build
from services.http.server import listen, make_server
from services.http.settings import HttpSettings

ROWS, QUERIES, DIMENSIONS = 10_000, 200, 1_536
CHANGES = 20
PLAIN = Search(
    where=(), first=10, distance=Distance.COSINE, most=None, ef_search=100, exact=False, iterative=Iterative.RELAXED
)
QUERY = """query ($by: SearchBy!) {
  search(collection: "job_posting", by: $by) { similarity row { id metadata } }
}"""


def measure(server: EmbeddedServer, folder: Path) -> None:
    """Load the reference set, index it, and measure what a reader sees of it."""
    url = fresh_database(server, "bench_search")
    asyncio.run(_measure(url, folder))


async def _measure(url: str, folder: Path) -> None:
    settings = Settings(database_url=url, reader_url=reader_url(url), home=folder, scheduler=False)
    async with open_engine(settings) as engine:
        taken = await asyncio.to_thread(_load, url)
        asked = users(QUERIES, dimensions=DIMENSIONS, seed=3).matrix[:QUERIES]
        vectors = [[float(value) for value in row] for row in np.asarray(asked, dtype=np.float32)]
        async with _serving(engine) as (face, client):
            await _check_exact(face, vectors)
            await _searches(face, vectors, taken)
            await _latencies(face, client, vectors)
            await _staleness(engine, face, url)


def _load(url: str) -> float:
    """Fill both tables; return how long the index took to build."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create extension if not exists vector")
        for name, made in (
            ("job_posting", job_postings(ROWS, dimensions=DIMENSIONS, seed=1)),
            ("candidate", users(QUERIES, dimensions=DIMENSIONS, seed=2)),
        ):
            _fill(connection, name, made)
        connection.execute("set maintenance_work_mem = '1GB'")
        connection.execute("create index on job_posting using gin (metadata jsonb_path_ops)")
        began = time.perf_counter()
        connection.execute("create index on job_posting_embedding using hnsw (embedding vector_cosine_ops)")
        taken = time.perf_counter() - began
        connection.execute("analyze")
    return taken


def _fill(connection: psycopg.Connection[tuple[Any, ...]], name: str, made: ReferenceSet) -> None:
    rows, embeddings = sql.Identifier(name), sql.Identifier(f"{name}_embedding")
    connection.execute(sql.SQL("create table {} (id text primary key, metadata jsonb)").format(rows))
    connection.execute(
        sql.SQL("create table {} (id text primary key references {}, embedding vector({}), model text)").format(
            embeddings, rows, sql.Literal(DIMENSIONS)
        )
    )
    with connection.transaction(), connection.cursor() as cursor:
        with cursor.copy(sql.SQL("copy {} from stdin").format(rows)) as copy:
            for key, metadata in zip(made.ids, made.metadata, strict=True):
                copy.write_row((key, metadata))
        with cursor.copy(sql.SQL("copy {} from stdin").format(embeddings)) as copy:
            for key, vector in zip(made.ids, made.matrix, strict=True):
                copy.write_row((key, json.dumps([float(value) for value in vector]), "hashing"))
        cursor.execute("select note_change(%s)", (f"{name}_embedding",))
    connection.execute(
        "insert into embedding_collection (name, rows_table, embeddings_table) values (%s, %s, %s)",
        (name, name, f"{name}_embedding"),
    )


@asynccontextmanager
async def _serving(engine: Engine) -> AsyncIterator[tuple[Face, httpx2.AsyncClient]]:
    app = build(engine, HttpSettings())
    listening = listen("127.0.0.1", 0)
    server = make_server(app, tls=None, behind_proxy=False)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    issued = await Access(engine.database).create(Role.VIEWER, name="bench")
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    headers = {"Authorization": f"Bearer {issued.secret}"}
    async with httpx2.AsyncClient(base_url=address, headers=headers, timeout=60) as client:
        try:
            assert (await client.get("/healthz")).status_code == 200
            yield app.state.graphql, client
        finally:
            server.should_exit = True
            await task


async def _check_exact(face: Face, vectors: Sequence[Sequence[float]]) -> None:
    """What the database calls exact is compared with numpy: recall is measured against it."""
    made = job_postings(ROWS, dimensions=DIMENSIONS, seed=1)
    nearest = np.argsort(-(np.asarray(vectors) @ np.asarray(made.matrix).T), axis=1)[:, : PLAIN.first]
    exact = await _found(face, vectors, replace(PLAIN, exact=True))
    assert [{made.ids[place] for place in row} for row in nearest] == [set(ids) for ids in exact.ids]


async def _searches(face: Face, vectors: Sequence[Sequence[float]], taken: float) -> None:
    """Recall against exact search, and how long each took, not from the cache."""
    city = Condition(("city",), Op.EQ, await _a_city(face))
    kinds = {
        "ef_search 10": replace(PLAIN, ef_search=10, iterative=Iterative.OFF),
        "ef_search 40": replace(PLAIN, ef_search=40),
        "ef_search 100, the default": PLAIN,
        "ef_search 200": replace(PLAIN, ef_search=200),
        "100, with a filter": replace(PLAIN, where=(city,)),
        "exact": replace(PLAIN, exact=True),
    }
    rows = []
    for name, search in kinds.items():
        exact = await _found(face, vectors, replace(search, exact=True))
        tried = await _found(face, vectors, search, remembered=False)
        recall = statistics.mean(
            len(set(found) & set(true)) / len(true) for found, true in zip(tried.ids, exact.ids, strict=True)
        )
        rows.append([name, f"{recall:.4f}", *_percentiles(tried.seconds)])
    title = f"Search among {ROWS:,} x {DIMENSIONS:,} (index built in {taken:.0f} s): recall@10 of {QUERIES} questions"
    print_table(title, ["", "recall@10", "p50 ms", "p95 ms", "p99 ms"], rows)


async def _a_city(face: Face) -> Any:
    served = await face.reading.catalogue.find("job_posting")
    (row,) = await face.reading.rows_by_id(served, [(await _first_id(face, served))])
    return row["metadata"]["city"]


async def _first_id(face: Face, served: Served) -> str:
    page = await face.reading.rows(served, Listing((), None, 1, None))
    return str(page["rows"][0]["id"])


class Answers:
    """What was found for each question, and how long each took."""

    def __init__(self) -> None:
        self.ids: list[list[str]] = []
        self.seconds: list[float] = []


async def _found(face: Face, vectors: Sequence[Sequence[float]], search: Search, *, remembered: bool = True) -> Answers:
    served = await face.reading.catalogue.find("job_posting")
    if not remembered:
        face.reader.memory.forget(served.key)
    answers = Answers()
    for vector in vectors:
        began = time.perf_counter()
        found = await face.reading.nearest_to_vector(served, vector, search)
        answers.seconds.append(time.perf_counter() - began)
        answers.ids.append([match["id"] for match in found])
    return answers


def _percentiles(seconds: Sequence[float]) -> list[str]:
    ordered = sorted(seconds)
    return [f"{1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]:.2f}" for share in (0.5, 0.95, 0.99)]


async def _latencies(face: Face, client: httpx2.AsyncClient, vectors: Sequence[Sequence[float]]) -> None:
    """The same search through the reading API, first and again; and over HTTP, with everything around it."""
    served = await face.reading.catalogue.find("job_posting")
    vector = vectors[0]

    async def in_process() -> None:
        await face.reading.nearest_to_vector(served, vector, PLAIN)

    async def over_http(by: dict[str, Any]) -> None:
        answer = await client.post("/graphql", json={"query": QUERY, "variables": {"by": by}})
        assert len(answer.json()["data"]["search"]) == PLAIN.first

    row_id = await _first_id(face, served)
    calls: dict[str, Callable[[], Awaitable[None]]] = {
        "hit, in process": in_process,
        "hit, over HTTP, by a row": lambda: over_http({"id": row_id}),
        "hit, over HTTP, by a vector of 1,536": lambda: over_http({"vector": vector}),
    }
    rows = []
    for name, call in calls.items():
        await call()
        rows.append([name, *_percentiles(await _timed(call, 500))])
    face.reader.memory.forget(served.key)
    misses = await _found(face, vectors, PLAIN)
    rows.append(["miss, in process", *_percentiles(misses.seconds)])
    print_table("Answers from the cache", ["", "p50 ms", "p95 ms", "p99 ms"], rows)


async def _timed(call: Callable[[], Awaitable[None]], times: int) -> list[float]:
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        await call()
        seconds.append(time.perf_counter() - began)
    return seconds


async def _staleness(engine: Engine, face: Face, url: str) -> None:
    """From the commit of a change to the last answer that does not know it, while one client asks all the time."""
    async with engine.working():
        told = [await _stale(face, url, number, is_told=True) for number in range(CHANGES)]
    untold = [await _stale(face, url, CHANGES + number, is_told=False) for number in range(CHANGES)]
    rows = [
        [name, f"{1000 * statistics.median(seconds):.1f}", f"{1000 * max(seconds):.1f}"]
        for name, seconds in (("call and notification", told), ("both lost", untold))
    ]
    print_table(f"How long a reader is stale after {CHANGES} changes", ["", "median ms", "most ms"], rows)


async def _stale(face: Face, url: str, number: int, *, is_told: bool) -> float:
    served = await face.reading.catalogue.find("job_posting")
    row_id = await _first_id(face, served)
    silently = "update embedding_generation set generation = generation + 1, changed_at = clock_now()"
    connection = await psycopg.AsyncConnection.connect(url, autocommit=True)
    async with connection:
        async with connection.transaction():
            mark = "update job_posting set metadata = metadata || jsonb_build_object('mark', %s::int) where id = %s"
            await connection.execute(mark, (number, row_id))
            await connection.execute("select note_change('job_posting_embedding')" if is_told else silently)
        committed = time.perf_counter()
        while True:
            (row,) = await face.reading.rows_by_id(served, [row_id])
            if row["metadata"].get("mark") == number:
                return time.perf_counter() - committed
            await asyncio.sleep(0.0005)
