"""A long load of embeddings: is each tenth as quick as the first, and how much memory does it take?

Beside a COPY of the same rows in chunks of the same size, tenth by tenth: the disk slows the one as it slows the other.
What else runs on the machine shows less in what a row takes of the processors than in what it takes of the clock. Lanes
load side by side from places far apart, so only the sum of what all of them have counted says how far a load is.
"""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import psycopg

from benchmarks.embedding_site import BEGIN, CHUNK, END, definition, encoded, in_a_process, ingest, serving
from benchmarks.setting import engine_on, fresh_database, peak_memory, print_table
from benchmarks.usage import postmaster, processor_seconds
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


@dataclass(frozen=True, slots=True)
class Look:
    """How many rows there were at a moment, and what had gone by: seconds of the clock, and of processors."""

    rows: int
    clock: float
    processor: float

    @classmethod
    def now(cls, rows: int, database: psutil.Process) -> "Look":
        """Look; this process and the database's are those that load."""
        return cls(rows, time.perf_counter(), processor_seconds(psutil.Process()) + processor_seconds(database))


def measure(server: EmbeddedServer, folder: Path) -> None:
    made = job_postings(ROWS, dimensions=DIMENSIONS, seed=1)
    copied = copy_in_chunks(fresh_database(server, "bench_embeddings_copied"), made, database=postmaster(server))
    path = write(made, folder, form=Format.NPZ)
    url = fresh_database(server, "bench_embeddings_long")
    with serving(path) as (address, token, _):
        pid = str(postmaster(server).pid)
        found = in_a_process("benchmarks.embeddings_long", url, address, pid, token=token)
    _print(copied, [Look(**look) for look in found["looks"]], peak=found["peak"])


def _print(copied: Sequence[Look], ingested: Sequence[Look], *, peak: float) -> None:
    rows = ROWS / TENTHS
    both = (copied, ingested)
    rates = [[rows / seconds for seconds in tenths(looks, "clock")] for looks in both]
    costs = [[seconds / rows * 1e6 for seconds in tenths(looks, "processor")] for looks in both]
    lines = [
        [f"tenth {number}", copy, own, own / copy, *cost]
        for number, (copy, own, *cost) in enumerate(zip(*rates, *costs, strict=True), start=1)
    ]
    lines.append(["lowest / highest", *map(_spread, rates), "", *map(_spread, costs)])
    title = f"{ROWS:,} x {DIMENSIONS}, no index of vectors; the ingester took {peak:,.0f} MB of memory at its peak"
    headings = ["", f"COPY by {CHUNK}, rows/s", "ingest, rows/s", "of the COPY", "COPY, CPU µs a row", "ingest, CPU µs"]
    print_table(title, headings, lines)


def _spread(values: Sequence[float]) -> float:
    return min(values) / max(values)


def tenths(looks: Sequence[Look], of: str) -> list[float]:
    """Return how much of ``clock`` or ``processor`` each tenth of the rows took; between two looks a load is even."""
    counts, values = zip(*((look.rows, getattr(look, of)) for look in looks), strict=True)
    ends = counts[-1] * np.arange(TENTHS + 1) / TENTHS
    taken: list[float] = np.diff(np.interp(ends, counts, values)).tolist()
    return taken


def copy_in_chunks(url: str, made: ReferenceSet, *, database: psutil.Process) -> list[Look]:
    """COPY as a careful script would, under a primary key: a commit for each chunk, not waiting for the disk."""
    with psycopg.connect(url, autocommit=True, options="-c synchronous_commit=off") as connection:
        connection.execute("create extension if not exists vector")
        connection.execute(COPIED.format(made.matrix.shape[1]))
        looks = [Look.now(0, database)]
        for first in range(0, len(made.ids), CHUNK):
            part = slice(first, min(first + CHUNK, len(made.ids)))
            with connection.cursor() as cursor, cursor.copy("copy copied from stdin (format binary)") as copy:
                copy.write(BEGIN + encoded(made, part) + END)
            if part.stop * TENTHS % len(made.ids) == 0:
                looks.append(Look.now(part.stop, database))
    return looks


async def _long_run(url: str, address: str, database: psutil.Process) -> dict[str, Any]:
    async with engine_on(url) as engine:
        watching = asyncio.create_task(_looks(engine, database))
        await ingest(engine, definition(address))
        return {"peak": peak_memory(), "looks": [asdict(look) for look in await watching]}


async def _looks(engine: Engine, database: psutil.Process) -> list[Look]:
    """Look until all rows are there; keep the looks that saw more than the one before."""
    looks = [Look.now(0, database)]
    while looks[-1].rows < ROWS:
        await asyncio.sleep(_PAUSE)
        loaded = await count_loaded(engine.database)
        if loaded > looks[-1].rows:
            looks.append(Look.now(loaded, database))
    return looks


async def count_loaded(database: Database) -> int:
    """Return how many rows all lanes have loaded together."""
    async with database.transaction() as connection:
        row = await (await connection.execute(LOADED)).fetchone()
    return int(row[0]) if row else 0


def main() -> None:
    url, address, pid = sys.argv[1:]
    print(json.dumps(asyncio.run(_long_run(url, address, psutil.Process(int(pid))))))


if __name__ == "__main__":
    main()
