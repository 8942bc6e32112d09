"""The HTTP API as its users feel it: from a request to the first running step, from a change to a thousand screens."""

import asyncio
import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from benchmarks.setting import fresh_database, print_table
from engine.embedded import EmbeddedServer, reader_url

RUNS = 200
SUBSCRIBERS = 1_000
CHANGES = 20
SECONDS = 3.0
CLIENTS = 16

STEPS = [{"key": "a", "runner": "process", "params": {"sql": "select 1 as n"}}]


@dataclass(frozen=True, slots=True)
class Site:
    """A ``batchdag serve`` in a process of its own."""

    port: int
    token: str
    database: str

    def head(self, method: str, path: str, length: int = 0) -> bytes:
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", f"Authorization: Bearer {self.token}"]
        if method != "GET":
            lines += ["Content-Type: application/json", f"Content-Length: {length}"]
        return "\r\n".join([*lines, "", ""]).encode()


def measure(server: EmbeddedServer, folder: Path) -> None:
    url = fresh_database(server, "bench_http")
    with _serving(url, folder) as site:
        _define(site)
        rows = [
            ["POST run → first step running (ms)", *_quantiles(asyncio.run(_runs(site)))],
            [f"change → {SUBSCRIBERS:,} subscribers (ms)", *_quantiles(_subscribers(site))],
        ]
        print_table("HTTP", ["", "p50", "p95", "max"], rows)
        asyncio.run(_print_rates(site))


def _define(site: Site) -> None:
    with psycopg.connect(site.database, autocommit=True) as connection:
        connection.execute("insert into batch_definition (name, steps) values ('bench', %s)", (Jsonb(STEPS),))


async def _runs(site: Site) -> list[float]:
    """Milliseconds from the first byte of the request to ``started_at`` of the first step, on one clock."""
    taken = []
    for _ in range(RUNS):
        began = time.time()
        answer = await _ask(site, "POST", "/definitions/bench/run", b"{}")
        instance = json.loads(answer.partition(b"\r\n\r\n")[2])["instance_id"]
        taken.append(((await _first_step(site, instance)) - began) * 1000)
    return taken


async def _first_step(site: Site, instance: int) -> float:
    query = "select extract(epoch from min(started_at)) from batch_step_result where batch_instance_id = %s"
    async with await psycopg.AsyncConnection.connect(site.database, autocommit=True) as connection:
        while True:
            row = await (await connection.execute(query, (instance,))).fetchone()
            if row is not None and row[0] is not None:
                return float(row[0])
            await asyncio.sleep(0.002)


def _subscribers(site: Site) -> list[float]:
    """Run the thousand clients in a process of their own; returns the milliseconds of each event to each of them."""
    command = [sys.executable, "-m", "benchmarks.http", str(site.port), site.token]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        raise RuntimeError(f"the subscribers failed:\n{done.stderr[-3000:]}")
    told: list[float] = json.loads(done.stdout)
    return told


async def _subscribe_all(site: Site) -> list[float]:
    streams = [_Stream(site) for _ in range(SUBSCRIBERS)]
    for part in range(0, SUBSCRIBERS, 50):
        await asyncio.gather(*(stream.open() for stream in streams[part : part + 50]))
    for _ in range(CHANGES):
        expected = [stream.next_end() for stream in streams]
        waiting = asyncio.gather(*expected)
        await _ask(site, "POST", "/definitions/bench/run", b"{}")
        await waiting
    for stream in streams:
        stream.close()
    return [taken for stream in streams for taken in stream.taken]


_ENDED = re.compile(rb'event: instance\ndata: (\{[^\n]*"status":"succeeded"[^\n]*\})\n')


class _Stream:
    """One subscriber, which notes how long after an instance's end it heard of it."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._writer: asyncio.StreamWriter | None = None
        self._end: asyncio.Future[None] | None = None
        self._reading: asyncio.Task[None] | None = None
        self.taken: list[float] = []

    async def open(self) -> None:
        reader, self._writer = await asyncio.open_connection("127.0.0.1", self._site.port)
        self._writer.write(self._site.head("GET", "/events"))
        head = await reader.readuntil(b"\r\n\r\n")
        assert b" 200 " in head, head
        await reader.readuntil(b"event: queue")  # the first batch: from here on it is told of every change
        self._reading = asyncio.create_task(self._read(reader))

    def next_end(self) -> asyncio.Future[None]:
        self._end = asyncio.get_running_loop().create_future()
        return self._end

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while data := await reader.read(65_536):
            now = time.time()
            for found in _ENDED.findall(data):
                finished = datetime.fromisoformat(json.loads(found)["finished_at"]).timestamp()
                self.taken.append((now - finished) * 1000)
                if self._end is not None and not self._end.done():
                    self._end.set_result(None)

    def close(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
        if self._writer is not None:
            self._writer.close()


async def _print_rates(site: Site) -> None:
    """Requests a second of the status routes, beside a route that asks nothing of the database."""
    bare = await _rate(site, "/healthz")
    rows: list[list[Any]] = [["/healthz (no database, no token)", bare, 1.0]]
    for path in ("/instances/1", "/instances?limit=20", "/instances/1/steps", "/queue", "/monitoring"):
        rate = await _rate(site, path)
        rows.append([path, rate, rate / bare])
    print_table(f"Requests, {CLIENTS} clients", ["", "requests/s", "of /healthz"], rows)


async def _rate(site: Site, path: str) -> float:
    request, until = site.head("GET", path), time.perf_counter() + SECONDS
    counts = await asyncio.gather(*(_client(site, request, until) for _ in range(CLIENTS)))
    return sum(counts) / SECONDS


async def _client(site: Site, request: bytes, until: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    count = 0
    while time.perf_counter() < until:
        writer.write(request)
        head, _ = await _answer(reader)
        assert head.startswith(b"HTTP/1.1 200"), head
        count += 1
    writer.close()
    return count


async def _ask(site: Site, method: str, path: str, body: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(site.head(method, path, len(body)) + body)
    head, content = await _answer(reader)
    writer.close()
    return head + content


async def _answer(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    return head, await reader.readexactly(int(length[1])) if length else b""


def _quantiles(values: Sequence[float]) -> list[float]:
    cut = statistics.quantiles(values, n=100)
    return [cut[49], cut[94], max(values)]


@contextmanager
def _serving(url: str, folder: Path) -> Iterator[Site]:
    environment = os.environ | {
        "BATCHDAG_DATABASE_URL": url,
        "BATCHDAG_READER_URL": reader_url(url),
        "BATCHDAG_HOME": str(folder),
    }
    batchdag = [sys.executable, "-c", "from engine.cli import main; main()"]
    subprocess.run([*batchdag, "init"], env=environment, check=True, capture_output=True)
    command = [*batchdag, "serve", "--port", "0"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        port = _read_port(process)
        token = (folder / "admin-token").read_text().strip()
        yield Site(port, token, url)
    finally:
        process.terminate()
        process.wait(30)


def _read_port(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    port = 0
    for line in process.stdout:
        if found := re.search(r"serves on http://127\.0\.0\.1:(\d+)", line):
            port = int(found[1])
        if "sign a browser in" in line:
            return port
    raise RuntimeError("batchdag serve ended")


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_subscribe_all(Site(int(sys.argv[1]), sys.argv[2], "")))))
