"""Real ``batchdag serve`` processes on one database, each with its own port, folder, token and log, and what is done to them."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2

from engine.access import Access, Role
from engine.database import Database
from engine.scheduler.pace import VARIABLE
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
COMMAND = Path(sys.executable).with_name("batchdag")
PACE = {VARIABLE: "60"}
QUICK = {"BATCHDAG_LEASE_SECONDS": "5", "BATCHDAG_RESCUE_SECONDS": "1", "BATCHDAG_POOL_SIZE": "4"}
"""A process that is killed strands its steps for the lease; four processes share the server's hundred connections."""

PACKAGE = {
    "METADATA": "Metadata-Version: 2.1\nName: noop\nVersion: 1\n",
    "entry_points.txt": "[batchdag.runners]\nnoop = tests.runners:Noop\n",
}
"""What the command finds of an installed package that brings the runner ``noop``."""


class Server:
    """One ``batchdag serve``, which can be started again when it is dead."""

    def __init__(self, number: int, *, url: str, folder: Path, secret: str) -> None:
        self.name = f"server-{number}"
        self._home = folder / self.name
        self._home.mkdir()
        self._port = free_port()
        self._secret = secret
        self._environment = os.environ | QUICK | PACE | {
            "PYTHONPATH": f"{folder}:{ROOT}",
            "BATCHDAG_DATABASE_URL": url, "BATCHDAG_HOME": str(self._home), "BATCHDAG_LOG_FORMAT": "json",
        }  # fmt: skip
        self._process: asyncio.subprocess.Process | None = None

    @property
    def is_alive(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start it, and return once it answers."""
        with (self._home / "log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                COMMAND, "serve", "--port", str(self._port), env=self._environment, stdout=log, stderr=log
            )
        async with asyncio.timeout(90):
            while not await self.answers():
                assert self.is_alive, f"{self.name} ended by itself: {self.log()[-4000:]}"
                await asyncio.sleep(0.1)

    async def answers(self) -> bool:
        """Say whether it knows whose token this is."""
        headers = {"Authorization": f"Bearer {self._secret}"}
        try:
            async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{self._port}", timeout=5) as client:
                return (await client.get("/me", headers=headers)).json() == {"name": self.name, "role": "viewer"}
        except httpx2.TransportError:
            return False

    async def kill(self) -> None:
        """Kill it, and return once it is dead."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """Ask it to stop, and return its exit code."""
        return await self._end(signal.SIGTERM)

    def freeze(self) -> None:
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        self._send(signal.SIGCONT)

    def log(self) -> str:
        return (self._home / "log").read_text()

    async def _end(self, number: signal.Signals) -> int:
        assert self._process is not None
        self._send(number)
        async with asyncio.timeout(60):
            return await self._process.wait()

    def _send(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)


@asynccontextmanager
async def serving(url: str, count: int, *, folder: Path) -> AsyncIterator[list[Server]]:
    """Serve with so many processes; none of them outlives the block."""
    _install(folder / "noop-1.dist-info")
    servers = [
        Server(number, url=url, folder=folder, secret=secret)
        for number, secret in enumerate(await _secrets(url, count))
    ]
    try:
        await asyncio.gather(*(server.start() for server in servers))
        yield servers
    finally:
        for server in servers:
            if server.is_alive:
                await server.kill()


def _install(metadata: Path) -> None:
    metadata.mkdir()
    for name, text in PACKAGE.items():
        (metadata / name).write_text(text)


async def _secrets(url: str, count: int) -> list[str]:
    database = Database(url)
    await database.open()
    access = Access(database)
    issued = [await access.create(Role.VIEWER, name=f"server-{number}") for number in range(count)]
    await database.close()
    return [token.secret for token in issued]
