"""Takes calls that say what has changed: a server, and the row that says where it listens. Composes.

Needs grpcio. Without it a reader finds out by itself, a little later.
"""

import asyncio
import errno
import logging
import secrets
import socket

import psycopg
from psycopg_pool import PoolTimeout

from engine.database import Database
from services.cache.registration import Registered, Registration
from services.cache.server import CacheServer, Certificate, Forget
from services.cache.settings import CacheSettings

log = logging.getLogger("batchdag")


class Calls:
    """Listens and is registered from ``start`` to ``stop``."""

    def __init__(self, database: Database, forget: Forget, settings: CacheSettings, *, name: str) -> None:
        self._database = database
        self._forget = forget
        self._settings = settings
        self._name = name
        self._server: CacheServer | None = None
        self._registration: Registration | None = None

    async def start(self) -> None:
        token = secrets.token_urlsafe(32)
        certificate = await asyncio.to_thread(_certificate, self._settings)
        self._server = CacheServer(self._forget, token=token, certificate=certificate)
        port = await self._listen(self._server)
        reader = _registered(self._settings, port, name=self._name, token=token, certificate=certificate)
        self._registration = Registration(self._database, reader)
        await self._registration.start()
        log.info("cache.takes_calls", extra={"address": reader.address})

    async def stop(self) -> None:
        """Forget the row, if the database is there; it is forgotten anyway if nobody renews it."""
        try:
            if self._registration is not None:
                await self._registration.stop()
        except (psycopg.OperationalError, PoolTimeout) as error:
            log.warning("cache.not_unregistered", extra={"why": str(error)})
        if self._server is not None:
            await self._server.stop()

    async def _listen(self, server: CacheServer) -> int:
        """Another reader on this machine may have the port: callers learn ours from the database, so any will do."""
        host, port = self._settings.host, self._settings.port
        if not _is_taken(host, port):
            return await server.start(host, port)
        log.info("cache.port_taken", extra={"port": port})
        return await server.start(host, 0)


def _is_taken(host: str, port: int) -> bool:
    """Ask before gRPC is asked to listen: it would complain on standard error."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            return error.errno == errno.EADDRINUSE
    return False


def _certificate(settings: CacheSettings) -> Certificate | None:
    if settings.tls_certificate is None or settings.tls_key is None:
        return None
    return Certificate(settings.tls_certificate.read_bytes(), settings.tls_key.read_bytes())


def _registered(
    settings: CacheSettings, port: int, *, name: str, token: str, certificate: Certificate | None
) -> Registered:
    machine = socket.gethostname()
    host = settings.host if settings.is_loopback else machine
    address = settings.address or (f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
    reachable_from = machine if settings.is_loopback and settings.address is None else None
    pem = certificate.chain.decode() if certificate else None
    return Registered(name=name, address=address, machine=reachable_from, token=token, certificate=pem)
