"""Choices of an index for similarity search: what each costs to build, how large it is, and what it finds how fast."""

import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
from psycopg import sql

from benchmarks.setting import fresh_database, print_table
from engine.embedded import EmbeddedServer
from runners.embedding.blocks import Block
from runners.embedding.checking import Checked
from runners.embedding.encoding import copied_vectors, encode, hash_rows
from services.embedding_server.reference.making import MODEL, job_postings, users

ROWS, DIMENSIONS, QUERIES, NEAREST = 10_000, 1_536, 100, 10
CHOICES = (
    ("none, exact", "vector", None, None),
    ("none, exact", "halfvec", None, None),
    ("hnsw 16/64", "vector", (16, 64), 40),
    ("hnsw 16/64", "vector", (16, 64), 100),
    ("hnsw 16/64", "halfvec", (16, 64), 40),
    ("hnsw 16/64", "halfvec", (16, 64), 100),
    ("hnsw 24/128", "halfvec", (24, 128), 100),
    ("hnsw 8/32", "halfvec", (8, 32), 100),
)
CREATE = "create table {} (id text primary key, embedding {}({}), model text, dimensions integer, content_hash bytea)"
SIZES = "select pg_table_size('{0}') / 1e6, coalesce((select pg_relation_size('{0}_hnsw')), 0) / 1e6"


def measure(server: EmbeddedServer, folder: Path) -> None:  # noqa: ARG001 - nothing is kept
    url = fresh_database(server, "bench_indexes")
    wanted = np.asarray(users(QUERIES, dimensions=DIMENSIONS, seed=3).matrix, np.float32)
    with psycopg.connect(url, autocommit=True) as connection:
        _load(connection)
        built: dict[tuple[str, Any], float] = {}
        exact = _ask(connection, "vector", wanted, ef=None)[0]
        rows = [_measured(connection, choice, wanted, exact, built) for choice in CHOICES]
    headings = [
        "index (m/efConstruction)",
        "type",
        "efSearch",
        "build, s",
        "table, MB",
        "index, MB",
        "recall@10",
        "p95, ms",
    ]
    print_table(f"{ROWS:,} x {DIMENSIONS:,}, cosine distance, {QUERIES} questions", headings, rows)


def _load(connection: psycopg.Connection[Any]) -> None:
    made = job_postings(ROWS, dimensions=DIMENSIONS, seed=1)
    matrix = np.asarray(made.matrix, np.float32)
    connection.execute("create extension vector")
    for kind in ("vector", "halfvec"):
        connection.execute(CREATE.format(kind + "s", kind, DIMENSIONS))
        for first in range(0, ROWS, 500):
            part = slice(first, first + 500)
            block = Block(places=range(500), ids=made.ids[part], metadata=made.metadata[part], matrix=matrix[part])
            hashes = hash_rows(block, half=kind == "halfvec", model=MODEL)
            rows = encode(block, Checked(range(500), made.metadata[part], ()), hashes)
            with connection.cursor() as cursor, cursor.copy(f"copy {kind}s from stdin (format binary)") as copy:
                copy.write(copied_vectors(rows, half=kind == "halfvec", model=MODEL))
        connection.execute(f"vacuum analyze {kind}s")


def _measured(
    connection: psycopg.Connection[Any], choice: Any, wanted: Any, exact: list[set[str]], built: dict[Any, float]
) -> list[Any]:
    name, kind, graph, ef = choice
    if graph is not None and (kind, graph) not in built:
        built[kind, graph] = _build(connection, kind, graph)
    found, seconds = _ask(connection, kind, wanted, ef=ef)
    recall = sum(len(one & other) for one, other in zip(found, exact, strict=True)) / (NEAREST * len(exact))
    table, index = connection.execute(SIZES.format(kind + "s")).fetchone() if graph else (None, None)
    if graph is None:
        table = connection.execute(f"select pg_table_size('{kind}s') / 1e6").fetchall()[0][0]
    p95 = statistics.quantiles(seconds, n=20)[-1] * 1000
    shown = ["" if value is None else f"{float(value):,.0f}" for value in (table, index)]
    return [name, kind, ef or "", f"{built[kind, graph]:,.1f}" if graph else "", *shown, f"{recall:.3f}", f"{p95:,.1f}"]


def _build(connection: psycopg.Connection[Any], kind: str, graph: tuple[int, int]) -> float:
    connection.execute(f"drop index if exists {kind}s_hnsw; set maintenance_work_mem = '512MB'")
    connection.execute(f"alter table {kind}s set (parallel_workers = 1)")
    began = time.perf_counter()
    connection.execute(
        f"create index {kind}s_hnsw on {kind}s using hnsw (embedding {kind}_cosine_ops)"
        f" with (m = {graph[0]}, ef_construction = {graph[1]})"
    )
    return time.perf_counter() - began


def _ask(
    connection: psycopg.Connection[Any], kind: str, wanted: Any, *, ef: int | None
) -> tuple[list[set[str]], list[float]]:
    """Return the nearest of each question, and how long each took; ``ef`` None: without the index."""
    connection.execute(f"set enable_indexscan = {'off' if ef is None else 'on'}; set hnsw.ef_search = {ef or 40}")
    ask = sql.SQL("select id from {} order by embedding <=> %s::{} limit {}").format(
        sql.Identifier(kind + "s"), sql.SQL(kind), sql.Literal(NEAREST)
    )
    found, seconds = [], []
    for vector in wanted:
        text = "[" + ",".join(map(str, vector.tolist())) + "]"
        began = time.perf_counter()
        found.append({row[0] for row in connection.execute(ask, (text,))})
        seconds.append(time.perf_counter() - began)
    return found, seconds
