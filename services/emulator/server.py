"""Serving the emulator: a listening socket first, then uvicorn on it, with a folder that is gone afterwards."""

import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import uvicorn

from services.emulator.app import build
from services.emulator.connections import Connections
from services.emulator.settings import EmulatorSettings

BACKLOG = 2048


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that takes connections from now on; port 0 picks a free one."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP, flags=socket.AI_PASSIVE
    )[0]
    # With the protocol named, asyncio turns Nagle's algorithm off; without, every answer takes 40 ms more.
    listening = socket.socket(family, kind, protocol)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(address)
    listening.listen(BACKLOG)
    return listening


@contextmanager
def prepared(settings: EmulatorSettings) -> Iterator[uvicorn.Server]:
    """Build a server that is ready to ``run(sockets=[...])``."""
    with tempfile.TemporaryDirectory(prefix="batchdag-emulator-", ignore_cleanup_errors=True) as folder:
        connections = Connections()
        config = uvicorn.Config(
            build(settings, folder=Path(folder), connections=connections),
            # uvicorn only calls it; its annotation knows classes alone.
            http=cast("Any", connections.protocol),
            lifespan="off",
            # Longer than any client keeps a connection: who finds it closed could not tell it from a lost answer.
            timeout_keep_alive=600,
            log_level="warning",
            access_log=False,
            server_header=False,
        )
        yield uvicorn.Server(config)
