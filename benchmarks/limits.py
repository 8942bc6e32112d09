"""The limits of the machine, in this run: what one durable insert after another costs, and the same pipelined."""

import asyncio
import time

import psycopg

INSERT = "insert into limits (note) values (%s)"


def commit_limit(url: str, *, rows: int = 2000) -> float:
    """Return how many single-row inserts a second can be committed one after the other."""
    return asyncio.run(_commits(url, rows))


def pipelined_limit(url: str, *, rows: int = 20_000) -> float:
    """Return how many single-row inserts a second one connection takes in a pipeline."""
    return asyncio.run(_pipelined(url, rows))


async def _connect(url: str) -> psycopg.AsyncConnection:
    connection = await psycopg.AsyncConnection.connect(url, autocommit=True)
    await connection.execute(
        "create table if not exists limits (id bigint generated always as identity primary key, note text)"
    )
    return connection


async def _commits(url: str, rows: int) -> float:
    async with await _connect(url) as connection:
        began = time.perf_counter()
        for _ in range(rows):
            await connection.execute(INSERT, ("x",))
        return rows / (time.perf_counter() - began)


async def _pipelined(url: str, rows: int) -> float:
    async with await _connect(url) as connection:
        began = time.perf_counter()
        async with connection.pipeline(), connection.cursor() as cursor:
            for _ in range(rows):
                await cursor.execute(INSERT, ("x",))
        return rows / (time.perf_counter() - began)
