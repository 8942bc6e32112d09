"""Embeddings end to end, server → gRPC → pgvector, beside a direct binary COPY of the same rows in the same run."""

import asyncio
import json
import os
import secrets
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import psycopg

from benchmarks.setting import engine_on, fresh_database, peak_memory, print_table
from engine.app import Engine
from engine.embedded import EmbeddedServer
from services.embedding_server.reference.making import ReferenceSet, job_postings
from services.embedding_server.reference.writing import Format, write

ROUNDS = 9
WIDE = (10_000, 1_536)
LONG = (1_000_000, 64)
TENTHS = 10
COPIED = "create table copied (id text, metadata jsonb, embedding vector({}))"
TOOK = "select extract(epoch from finished_at - started_at) from batch_step where batch_instance_id = %s"
AT = (
    "select (position ->> 'at')::bigint from stream_checkpoint"
    " where position ? 'at' and stream like 'embed:public.job_e%'"
)


def measure(server: EmbeddedServer, folder: Path) -> None:
    _wide(server, folder / "embeddings-wide")
    _long(server, folder / "embeddings-long")


def _wide(server: EmbeddedServer, folder: Path) -> None:
    """10,000 rows of 1,536 dimensions, several times in turn; the best of each counts."""
    rows, dimensions = WIDE
    url = fresh_database(server, "bench_embeddings")
    path = write(job_postings(rows, dimensions=dimensions, seed=1), folder, form=Format.NPZ)
    with _serving(path) as (address, token):
        best = _in_a_process("wide", url, address, token)
    copy = best["copy"]
    lines = [
        ["direct binary COPY, one table, no checks", rows / copy, 1.0, ""],
        ["first ingest", rows / best["first"], copy / best["first"], ""],
        ["the same, unchanged", rows / best["second"], copy / best["second"], best["first"] / best["second"]],
        ["into a shadow, with its HNSW index", rows / best["bulk"], copy / best["bulk"], ""],
        ["1,000 new vectors into the live index", 1_000 / best["live"], "", ""],
    ]
    print_table(f"{rows:,} x {dimensions:,}, end to end", ["", "rows/s", "of the COPY", "times the first"], lines)


def _long(server: EmbeddedServer, folder: Path) -> None:
    """1,000,000 rows of 64 dimensions: is the last tenth as quick as the first, and how much memory does it take?"""
    rows, dimensions = LONG
    url = fresh_database(server, "bench_embeddings_long")
    path = write(job_postings(rows, dimensions=dimensions, seed=1), folder, form=Format.NPZ)
    with _serving(path) as (address, token):
        found = _in_a_process("long", url, address, token)
    tenths = [rows / TENTHS / seconds for seconds in found["tenths"]]
    lines = [
        ["all", rows / found["seconds"], f"{found['peak']:,.0f} MB"],
        ["first tenth", tenths[0], ""],
        ["slowest tenth", min(tenths), ""],
        ["last tenth", tenths[-1], ""],
    ]
    print_table(f"{rows:,} x {dimensions}, both tables, no index", ["", "rows/s", "peak memory of the ingester"], lines)


def _copy(url: str, made: ReferenceSet, dimensions: int) -> float:
    """COPY the same rows from memory, as a script would, in one transaction into one table without index or key."""
    matrix = np.asarray(made.matrix, np.float32)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create extension if not exists vector; drop table if exists copied")
        connection.execute(COPIED.format(dimensions))
        began = time.perf_counter()
        with connection.cursor() as cursor, cursor.copy("copy copied from stdin (format binary)") as copy:
            copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
            for first in range(0, len(matrix), 500):
                copy.write(_encoded(made, matrix, slice(first, first + 500)))
            copy.write(b"\xff\xff")
        return time.perf_counter() - began


def _encoded(made: ReferenceSet, matrix: Any, part: slice) -> bytes:
    """Return rows of id, metadata and vector, as COPY reads them."""
    vectors = matrix[part].astype(">f4")
    head = struct.pack(">ihh", 4 + vectors.shape[1] * 4, vectors.shape[1], 0)
    rows = []
    for key, metadata, vector in zip(made.ids[part], made.metadata[part], vectors, strict=True):
        texts = (key.encode(), b"\x01" + metadata.encode())
        rows += [b"\x00\x03", *(struct.pack(">i", len(text)) + text for text in texts), head, vector.tobytes()]
    return b"".join(rows)


@contextmanager
def _serving(path: Path) -> Iterator[tuple[str, str]]:
    """Run the embedding server in a process of its own; yield its address and the token."""
    token = secrets.token_urlsafe(32)
    command = [sys.executable, "-m", "services.embedding_server", "--port", "0", "--data", str(path)]
    environment = os.environ | {"BATCHDAG_EMBEDDING_SERVER_TOKEN": token}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split("listens on ")[1].split(";")[0], token
        finally:
            process.terminate()


def _in_a_process(what: str, url: str, address: str, token: str) -> dict[str, Any]:
    """Run an ingester of its own, and return what it found."""
    environment = os.environ | {"BATCHDAG_SECRET_EMBED_BENCH": token}
    command = [sys.executable, "-m", "benchmarks.embeddings", what, url, address]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=3600)
    if done.returncode:
        raise RuntimeError(f"the benchmark of embeddings failed:\n{done.stderr[-3000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def definition(address: str, **params: Any) -> dict[str, Any]:
    stream = {"address": address, "dataSet": "job_postings", "token": "secret://EMBED_BENCH"}
    base = {"stream": stream, "table": "job", "create": True, "bulk": "never", "index": {"method": "none"}}
    return {"name": "embeddings", "steps": [{"key": "embed", "params": base | params}]}


async def _run(engine: Engine, made: Mapping[str, Any]) -> float:
    """Run a definition to its end; return the seconds of its step, from its first call to its last commit."""
    await engine.apply([made])
    ended = await engine.run("embeddings")
    assert ended.is_success, ended
    async with engine.database.transaction() as connection:
        row = await (await connection.execute(TOOK, (ended.instance_id,))).fetchone()
    assert row is not None
    return float(row[0])


async def _wide_rounds(url: str, address: str) -> dict[str, float]:
    """Measure COPY, first and second ingest in turn, in one process, so that what slows one slows all."""
    rows, dimensions = WIDE
    made = job_postings(rows, dimensions=dimensions, seed=1)
    seconds: dict[str, list[float]] = {"copy": [], "first": [], "second": []}
    async with engine_on(url) as engine:
        await _forget(engine)
        await _run(engine, definition(address, table="warm_up"))  # what is imported once does not count
        for _ in range(ROUNDS):
            await _forget(engine)
            seconds["copy"].append(await asyncio.to_thread(_copy, url, made, dimensions))
            seconds["first"].append(await _run(engine, definition(address)))
            seconds["second"].append(await _run(engine, definition(address)))
        await _forget(engine)
        bulk = await _run(engine, definition(address, bulk="always", index={"workers": 1}))
        return {name: min(each) for name, each in seconds.items()} | {
            "bulk": bulk,
            "live": await _live(engine, address),
        }


async def _live(engine: Engine, address: str) -> float:
    """Take 1,000 vectors out of the indexed table, and have them loaded again."""
    async with engine.database.transaction() as connection:
        await connection.execute("delete from job where id in (select id from job order by id limit 1000)")
    return await _run(engine, definition(address, index={}))


async def _forget(engine: Engine) -> None:
    async with engine.database.transaction() as connection:
        await connection.execute("drop table if exists job_embedding, job, warm_up_embedding, warm_up")
        await connection.execute("delete from stream_checkpoint")


async def _long_run(url: str, address: str) -> dict[str, Any]:
    async with engine_on(url) as engine:
        watching = asyncio.create_task(_tenths(engine))
        seconds = await _run(engine, definition(address))
        return {"seconds": seconds, "peak": peak_memory(), "tenths": await watching}


async def _tenths(engine: Engine) -> list[float]:
    """Return how many seconds each tenth of the rows took, by looking at the checkpoint."""
    seconds, since = list[float](), time.perf_counter()
    while len(seconds) < TENTHS:
        await asyncio.sleep(0.05)
        async with engine.database.transaction() as connection:
            row = await (await connection.execute(AT)).fetchone()
        now, at = time.perf_counter(), row[0] if row else None
        if at is None:
            continue
        if at >= LONG[0] * (len(seconds) + 1) // TENTHS - 1:
            seconds.append(now - since)
            since = now
    return seconds


def main() -> None:
    what, url, address = sys.argv[1:]
    rounds = {"wide": _wide_rounds, "long": _long_run}
    print(json.dumps(asyncio.run(rounds[what](url, address))))


if __name__ == "__main__":
    main()
