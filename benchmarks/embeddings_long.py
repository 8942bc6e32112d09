"""A long load of embeddings: is each tenth as quick as the first, and how much memory does it take?

Beside a COPY of the same rows in chunks of the same size, tenth by tenth: the disk slows the one as it slows the other.
Lanes load side by side from places far apart, so only the sum of what all of them have counted says how far a load is.
"""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import psycopg

from benchmarks.embedding_site import BEGIN, CHUNK, END, definition, encoded, in_a_process, ingest, serving
from benchmarks.setting import engine_on, fresh_database, peak_memory, print_table
from engine.app import Engine
from engine.database import Database
from engine.embedded import EmbeddedServer
from services.embedding_server.reference.making import ReferenceSet, job_postings
from services.embedding_server.reference.writing import Format, write

ROWS, DIMENSIONS = 1_000_000, 64
TENTHS = 10
COPIED = "create table copied (id text primary key, metadata jsonb, embedding vector({}))"
LOADED = "select coalesce(sum((position ->> 'inserted')::bigint), 0)::bigint from stream_checkpoint"
_PAUSE = 0.05


def measure(server: EmbeddedServer, folder: Path) -> None:
    made = job_postings(ROWS, dimensions=DIMENSIONS, seed=1)
    copied = tenths(copy_in_chunks(fresh_database(server, "bench_embeddings_copied"), made), rows=ROWS)
    path = write(made, folder, form=Format.NPZ)
    url = fresh_database(server, "bench_embeddings_long")
    with serving(path) as (address, token):
        found = in_a_process("benchmarks.embeddings_long", url, address, token)
    _print(copied, tenths(found["looks"], rows=ROWS), seconds=found["seconds"], peak=found["peak"])


def _print(copied: Sequence[float], ingested: Sequence[float], *, seconds: float, peak: float) -> None:
    each = ROWS // TENTHS
    lines = [
        [f"tenth {number}", each / copy, each / own, copy / own]
        for number, (copy, own) in enumerate(zip(copied, ingested, strict=True), start=1)
    ]
    lines += [
        ["slowest of fastest tenth", min(copied) / max(copied), min(ingested) / max(ingested), ""],
        ["all", ROWS / sum(copied), ROWS / seconds, sum(copied) / seconds],
    ]
    title = f"{ROWS:,} x {DIMENSIONS}, both tables, no index; at most {peak:,.0f} MB of memory in the ingester"
    print_table(title, ["", f"COPY by {CHUNK}, one table, rows/s", "ingest, rows/s", "of the COPY"], lines)


def tenths(looks: Sequence[tuple[float, int]], *, rows: int) -> list[float]:
    """Return how many seconds each tenth took, from looks: when, and how many rows were there by then."""
    at, counts = zip(*looks, strict=True)
    ends = rows * np.arange(TENTHS + 1) / TENTHS
    seconds: list[float] = np.diff(np.interp(ends, counts, at)).tolist()
    return seconds


def copy_in_chunks(url: str, made: ReferenceSet) -> list[tuple[float, int]]:
    """COPY as a careful script would, under a primary key: a commit for each chunk, not waiting for the disk."""
    with psycopg.connect(url, autocommit=True, options="-c synchronous_commit=off") as connection:
        connection.execute("create extension if not exists vector")
        connection.execute(COPIED.format(made.matrix.shape[1]))
        looks = [(time.perf_counter(), 0)]
        for first in range(0, len(made.ids), CHUNK):
            part = slice(first, first + CHUNK)
            with connection.cursor() as cursor, cursor.copy("copy copied from stdin (format binary)") as copy:
                copy.write(BEGIN + encoded(made, part) + END)
            looks.append((time.perf_counter(), min(part.stop, len(made.ids))))
    return looks


async def _long_run(url: str, address: str) -> dict[str, Any]:
    async with engine_on(url) as engine:
        watching = asyncio.create_task(_looks(engine))
        seconds = await ingest(engine, definition(address))
        return {"seconds": seconds, "peak": peak_memory(), "looks": await watching}


async def _looks(engine: Engine) -> list[tuple[float, int]]:
    """Look until all rows are there; keep the looks that saw more than the one before."""
    looks = [(time.perf_counter(), 0)]
    while looks[-1][1] < ROWS:
        await asyncio.sleep(_PAUSE)
        loaded = await count_loaded(engine.database)
        if loaded > looks[-1][1]:
            looks.append((time.perf_counter(), loaded))
    return looks


async def count_loaded(database: Database) -> int:
    """Return how many rows all lanes have loaded together."""
    async with database.transaction() as connection:
        row = await (await connection.execute(LOADED)).fetchone()
    return int(row[0]) if row else 0


def main() -> None:
    url, address = sys.argv[1:]
    print(json.dumps(asyncio.run(_long_run(url, address))))


if __name__ == "__main__":
    main()
