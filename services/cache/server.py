"""The gRPC face of a reader: takes the calls that say what has changed. A call without the token is refused unread."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import grpc
from grpc import aio

from protos.cache_service_pb2 import InvalidateRequest, InvalidateResponse
from protos.cache_service_pb2_grpc import CacheServiceServicer, add_CacheServiceServicer_to_server
from runners.streams.invalidation import TOKEN_KEY
from services.cache.cache import Forgotten

_OPTIONS = [
    ("grpc.so_reuseport", 0),  # a second reader on the same port would get every other call
    ("grpc.max_receive_message_length", 1_000_000),
    ("grpc.max_concurrent_streams", 100),
]
_GRACE = 1.0

Context = aio.ServicerContext[InvalidateRequest, InvalidateResponse]


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a server shows, in PEM, with its key."""

    chain: bytes
    key: bytes


Forget = Callable[[str, int, frozenset[str]], Awaitable[Forgotten]]
"""Forgets what is older than this generation of a collection; or, with generation 0, these keys of it."""


class CacheServer:
    """Listens from ``start`` to ``stop``."""

    def __init__(self, forget: Forget, *, token: str, certificate: Certificate | None) -> None:
        self._server = aio.server(options=_OPTIONS)
        self._certificate = certificate
        add_CacheServiceServicer_to_server(_Service(forget, token), self._server)  # type: ignore[no-untyped-call]

    async def start(self, host: str, port: int) -> int:
        """Listen, and return the port.

        Raises:
            RuntimeError: the port is taken.
        """
        address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        bound = self._bind(address)
        await self._server.start()
        return bound

    async def stop(self) -> None:
        await self._server.stop(_GRACE)

    def _bind(self, address: str) -> int:
        if self._certificate is None:
            return self._server.add_insecure_port(address)
        pair = (self._certificate.key, self._certificate.chain)
        return self._server.add_secure_port(address, grpc.ssl_server_credentials([pair]))


class _Service(CacheServiceServicer):
    def __init__(self, forget: Forget, token: str) -> None:
        self._forget = forget
        self._expected = f"Bearer {token}".encode()

    async def Invalidate(self, request: InvalidateRequest, context: Context) -> InvalidateResponse:  # noqa: N802
        given = dict(context.invocation_metadata() or ()).get(TOKEN_KEY, "")
        shown = given if isinstance(given, bytes) else given.encode()
        if not hmac.compare_digest(shown, self._expected):
            await context.abort(grpc.StatusCode.UNAUTHENTICATED, "this is not the token of this reader")
        if request.generation == 0 and not request.keys:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "neither a generation nor keys are named")
        forgotten = await self._forget(request.collection, request.generation, frozenset(request.keys))
        return InvalidateResponse(generation=forgotten.generation, forgotten=forgotten.entries)
