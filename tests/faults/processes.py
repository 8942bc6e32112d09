"""Starting, stopping and breaking worker processes from a test, and waiting for what they do."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

import psycopg

from tests.faults.deaths import Death
from tests.faults.forks import FORKS
from tests.faults.worker import main

LEASE = 0.6


class Worker:
    """A real worker process."""

    def __init__(self, process: BaseProcess, pipe: Connection) -> None:
        self._process = process
        self._pipe = pipe

    @property
    def pid(self) -> int:
        return self._process.pid or 0

    @property
    def is_alive(self) -> bool:
        return self._process.is_alive()

    async def is_open(self) -> None:
        """Return once it has opened the engine."""
        assert await asyncio.to_thread(self._pipe.recv) == "open"

    def go(self) -> None:
        """Let it begin to work."""
        self._pipe.send("go")

    def send(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    async def ended(self, *, within: float = 15) -> int:
        """Return how it ended: minus the signal's number if one killed it."""
        await asyncio.to_thread(self._process.join, within)
        if self._process.exitcode is None:
            self._process.kill()
            raise TimeoutError(f"worker {self.pid} did not end within {within} s")
        return self._process.exitcode


async def spawn(url: str, point: str = "", *, nth: int = 1, lease: float = LEASE, concurrency: int = 100) -> Worker:
    """Start a worker that dies at the point, if one is given; it waits for ``go``."""
    ours, theirs = FORKS.Pipe()
    arguments = (url, lease, concurrency, Death(point, nth), theirs)
    process = FORKS.Process(target=main, args=arguments, daemon=True)
    await asyncio.to_thread(process.start)
    theirs.close()
    return Worker(process, ours)


@asynccontextmanager
async def workers(url: str, count: int, **options: Any) -> AsyncIterator[list[Worker]]:
    """Run so many workers that begin at the same moment; stop them in order."""
    started = [await spawn(url, **options) for _ in range(count)]
    try:
        for worker in started:
            await worker.is_open()
        for worker in started:
            worker.go()
        yield started
    finally:
        await stop(started)


async def stop(running: Iterable[Worker]) -> None:
    alive = [worker for worker in running if worker.is_alive]
    for worker in alive:
        worker.send(signal.SIGTERM)
    for worker in alive:
        await worker.ended()


async def until(connection: psycopg.Connection[Any], query: str, *binds: Any, within: float = 30) -> None:
    """Return once the query answers true; it is asked again and again, for a process tells nobody when it is killed."""
    async with asyncio.timeout(within):
        while not _answer(connection, query, binds):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def _answer(connection: psycopg.Connection[Any], query: str, binds: tuple[Any, ...]) -> Any:
    return (connection.execute(query, binds).fetchone() or (None,))[0]


ALL_ENDED = "select not exists (select from batch_instance where finished_at is null)"
