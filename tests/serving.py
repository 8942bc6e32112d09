"""The HTTP API on a real socket, with a token for each role."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import uvicorn
from fastapi import FastAPI

from engine.access import Access, Role
from services.http.app import build
from services.http.server import listen, make_server
from services.http.settings import HttpSettings
from tests.harness import Harness

UNBUILT = Path(__file__).with_name("no-console")
"""A folder that is not there: to read and to compress the console takes longer than all the rest of a start."""


class Served:
    """A running server; ``as_`` gives a client with the token of a role."""

    def __init__(self, harness: Harness, app: FastAPI, port: int, secrets: dict[Role, str]) -> None:
        self.harness = harness
        self.app = app
        self.port = port
        self.secrets = secrets
        self.clients: dict[Role, httpx2.AsyncClient] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def headers(self, role: Role) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secrets[role]}"}

    def as_(self, role: Role) -> httpx2.AsyncClient:
        if role not in self.clients:
            # Without TLS there is nothing to verify; to load the certificates takes longer than the request.
            self.clients[role] = httpx2.AsyncClient(
                base_url=self.url, headers=self.headers(role), timeout=30, verify=False
            )
        return self.clients[role]

    @property
    def viewer(self) -> httpx2.AsyncClient:
        return self.as_(Role.VIEWER)

    @property
    def operator(self) -> httpx2.AsyncClient:
        return self.as_(Role.OPERATOR)

    @property
    def editor(self) -> httpx2.AsyncClient:
        return self.as_(Role.EDITOR)

    @property
    def admin(self) -> httpx2.AsyncClient:
        return self.as_(Role.ADMIN)

    async def rows(self, query: str, *binds: Any) -> list[tuple[Any, ...]]:
        return await self.harness.rows(query, *binds)


@asynccontextmanager
async def served_on(harness: Harness, *, console: Path = UNBUILT, **settings: Any) -> AsyncIterator[Served]:
    """Serve on a free port until the context ends; ``console`` is the folder of a built console."""
    chosen = HttpSettings(**({"look_seconds": 0.02, "token_cache_seconds": 0} | settings))
    app = build(harness.engine, chosen, console=console)
    listening = listen("127.0.0.1", 0)
    server = make_server(app, tls=None, behind_proxy=False)
    access = Access(harness.engine.database)
    secrets = {role: (await access.create(role, name=f"the {role}")).secret for role in Role}
    task = asyncio.create_task(_serve(server, listening))
    await _until_started(server, task)
    served = Served(harness, app, listening.getsockname()[1], secrets)
    try:
        yield served
    finally:
        for client in served.clients.values():
            await client.aclose()
        server.should_exit = True
        await task


async def _serve(server: uvicorn.Server, listening: socket.socket) -> None:
    try:
        await server.serve(sockets=[listening])
    except (
        SystemExit
    ) as stop:  # it would end the tests in the middle of a clean-up, and the next ones would meet its rest
        raise RuntimeError("the server has not started; the log says why") from stop


async def _until_started(server: uvicorn.Server, task: asyncio.Task[None]) -> None:
    """A server that does not start has a socket that listens all the same: whoever asked it would wait."""
    while not server.started:
        if task.done():
            await task
        await asyncio.sleep(0.005)
