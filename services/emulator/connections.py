"""The open connections, so that one can be broken without an answer, as a network does it."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from starlette.requests import Request
from uvicorn.protocols.http.h11_impl import H11Protocol


class Connections:
    """Transports by the client's address."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, int], asyncio.Transport] = {}

    @property
    def protocol(self) -> Callable[..., asyncio.Protocol]:
        """What uvicorn is to make for each connection."""
        return partial(_Tracked, self)

    async def drop(self, request: Request) -> None:
        """Reset the connection that this request came through, and return once the server has seen that."""
        client = request.client
        transport = self._open.get((client.host, client.port)) if client else None
        if transport is None:
            return
        transport.abort()
        while (await request.receive())["type"] != "http.disconnect":
            pass

    def opened(self, transport: asyncio.Transport) -> None:
        self._open[_peer(transport)] = transport

    def closed(self, transport: asyncio.Transport) -> None:
        self._open.pop(_peer(transport), None)


class _Tracked(H11Protocol):
    def __init__(self, connections: Connections, **settings: Any) -> None:
        super().__init__(**settings)
        self._connections = connections

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._connections.opened(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.closed(self.transport)
        super().connection_lost(exc)


def _peer(transport: asyncio.Transport) -> tuple[str, int]:
    host, port = transport.get_extra_info("peername")[:2]
    return str(host), int(port)
