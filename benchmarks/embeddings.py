"""Embeddings end to end, server → gRPC → pgvector, beside a direct binary COPY of the same rows in the same run."""

import asyncio
import json
import sys
import time
from pathlib import Path

import psycopg

from benchmarks import embeddings_long
from benchmarks.embedding_site import BEGIN, CHUNK, END, definition, encoded, in_a_process, ingest, serving
from benchmarks.setting import engine_on, fresh_database, print_table
from engine.app import Engine
from engine.embedded import EmbeddedServer
from services.embedding_server.reference.making import ReferenceSet, job_postings
from services.embedding_server.reference.writing import Format, write

ROUNDS = 9
ROWS, DIMENSIONS = 10_000, 1_536
COPIED = "create table copied (id text, metadata jsonb, embedding vector({}))"


def measure(server: EmbeddedServer, folder: Path) -> None:
    _wide(server, folder / "embeddings-wide")
    embeddings_long.measure(server, folder / "embeddings-long")


def _wide(server: EmbeddedServer, folder: Path) -> None:
    """Several times in turn; the best of each counts."""
    url = fresh_database(server, "bench_embeddings")
    path = write(job_postings(ROWS, dimensions=DIMENSIONS, seed=1), folder, form=Format.NPZ)
    with serving(path) as (address, token, _):
        best = in_a_process("benchmarks.embeddings", url, address, token=token)
    copy = best["copy"]
    lines = [
        ["direct binary COPY, one table, no checks", ROWS / copy, 1.0, ""],
        ["first ingest", ROWS / best["first"], copy / best["first"], ""],
        ["the same, unchanged", ROWS / best["second"], copy / best["second"], best["first"] / best["second"]],
        ["into a shadow, with its HNSW index", ROWS / best["bulk"], copy / best["bulk"], ""],
        ["1,000 new vectors into the live index", 1_000 / best["live"], "", ""],
    ]
    print_table(f"{ROWS:,} x {DIMENSIONS:,}, end to end", ["", "rows/s", "of the COPY", "times the first"], lines)


def copy_at_once(url: str, made: ReferenceSet) -> float:
    """COPY the same rows from memory, as a script would, in one transaction into one table without index or key."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create extension if not exists vector; drop table if exists copied")
        connection.execute(COPIED.format(made.matrix.shape[1]))
        began = time.perf_counter()
        with connection.cursor() as cursor, cursor.copy("copy copied from stdin (format binary)") as copy:
            copy.write(BEGIN)
            for first in range(0, len(made.ids), CHUNK):
                copy.write(encoded(made, slice(first, first + CHUNK)))
            copy.write(END)
        return time.perf_counter() - began


async def _wide_rounds(url: str, address: str) -> dict[str, float]:
    """Measure COPY, first and second ingest in turn, in one process, so that what slows one slows all."""
    made = job_postings(ROWS, dimensions=DIMENSIONS, seed=1)
    seconds: dict[str, list[float]] = {"copy": [], "first": [], "second": []}
    async with engine_on(url) as engine:
        await forget(engine)
        await ingest(engine, definition(address, table="warm_up"))  # what is imported once does not count
        for _ in range(ROUNDS):
            await forget(engine)
            seconds["copy"].append(await asyncio.to_thread(copy_at_once, url, made))
            seconds["first"].append(await ingest(engine, definition(address)))
            seconds["second"].append(await ingest(engine, definition(address)))
        await forget(engine)
        bulk = await ingest(engine, definition(address, bulk="always", index={"workers": 1}))
        return {name: min(each) for name, each in seconds.items()} | {
            "bulk": bulk,
            "live": await _live(engine, address),
        }


async def _live(engine: Engine, address: str) -> float:
    """Take 1,000 vectors out of the indexed table, and have them loaded again."""
    async with engine.database.transaction() as connection:
        await connection.execute("delete from job where id in (select id from job order by id limit 1000)")
    return await ingest(engine, definition(address, index={}))


async def forget(engine: Engine) -> None:
    async with engine.database.transaction() as connection:
        await connection.execute("drop table if exists job_embedding, job, warm_up_embedding, warm_up")
        await connection.execute("delete from stream_checkpoint")


def main() -> None:
    url, address = sys.argv[1:]
    print(json.dumps(asyncio.run(_wide_rounds(url, address))))


if __name__ == "__main__":
    main()
