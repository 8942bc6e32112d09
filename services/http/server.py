"""Serving the API: a listening socket first, then uvicorn on it, which lets go of live streams when it is to stop."""

import socket
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from services.http.live.feed import Feed
from services.http.proxy import BehindProxy

_BACKLOG = 2048
_PATIENCE = 10


@dataclass(frozen=True, slots=True)
class Tls:
    """A certificate and its key, as files in PEM."""

    certificate: Path
    key: Path


class Server(uvicorn.Server):
    """uvicorn waits for open answers before it ends the application; live streams are open until they are told."""

    def __init__(self, config: uvicorn.Config, *, feed: Feed) -> None:
        super().__init__(config)
        self._feed = feed

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave signals to the command: uvicorn raises them again when it ends, before anything is handed back."""
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._feed.let_go()
        await super().shutdown(sockets)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that takes connections from now on; port 0 picks a free one."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP, flags=socket.AI_PASSIVE
    )[0]
    # With the protocol named, asyncio turns Nagle's algorithm off; without, every answer takes 40 ms more.
    listening = socket.socket(family, kind, protocol)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(address)
    listening.listen(_BACKLOG)
    return listening


def make_server(app: FastAPI, *, tls: Tls | None, behind_proxy: bool) -> Server:
    """Return a server that is ready to ``serve(sockets=[...])``. Behind a proxy, that one says who the client is."""
    config = uvicorn.Config(
        BehindProxy(app) if behind_proxy else app,
        lifespan="on",
        ws="websockets-sansio",
        ws_max_size=65_536,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_PATIENCE,
        ssl_certfile=tls.certificate if tls else None,
        ssl_keyfile=str(tls.key) if tls else None,
    )
    return Server(config, feed=app.state.site.feed)
