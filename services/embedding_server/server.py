"""Serving: the gRPC server with its options, its address, its health, and its end."""

from dataclasses import dataclass
from pathlib import Path

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1.health import aio as health

from services.embedding_server.gate import Gate
from services.embedding_server.service import SERVICE, EmbeddingStream

MOST_MESSAGE_BYTES = 100 << 20

_OPTIONS = (
    ("grpc.max_receive_message_length", MOST_MESSAGE_BYTES),
    ("grpc.max_send_message_length", MOST_MESSAGE_BYTES),
    # Two servers must not share a port unnoticed, each with data of its own.
    ("grpc.so_reuseport", 0),
    # A client that is gone without a word is noticed, and clients may look for us as often.
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
)


@dataclass(frozen=True, slots=True)
class Tls:
    """A certificate and its key, as files in PEM."""

    certificate: Path
    key: Path


class EmbeddingServer:
    """A server that is bound to its port; ``port`` says which."""

    def __init__(self, service: EmbeddingStream, *, gate: Gate, max_calls: int) -> None:
        self._health = health.HealthServicer()
        self._server = grpc.aio.server(interceptors=[gate], options=_OPTIONS, maximum_concurrent_rpcs=max_calls)
        self._server.add_generic_rpc_handlers((service.handlers(),))
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        self.port = 0

    def listen(self, host: str, port: int, *, tls: Tls | None) -> None:
        """Bind to an address; port 0 picks a free one.

        Raises:
            RuntimeError: it is taken, or the certificate is not usable.
        """
        address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        try:
            if tls is None:
                self.port = self._server.add_insecure_port(address)
            else:
                self.port = self._server.add_secure_port(address, _credentials(tls))
        except RuntimeError as error:
            why = (
                "is it taken, or is the certificate not the key's?" if tls else "is it taken? --port gives another port"
            )
            raise RuntimeError(f"cannot listen on {address}: {why} ({error})") from error

    async def start(self) -> None:
        await self._server.start()
        for name in ("", SERVICE):
            await self._health.set(name, health_pb2.HealthCheckResponse.SERVING)

    async def stop(self, *, grace: float) -> None:
        """Take no more calls; those that run may end within so many seconds."""
        await self._health.enter_graceful_shutdown()
        await self._server.stop(grace)


def _credentials(tls: Tls) -> grpc.ServerCredentials:
    return grpc.ssl_server_credentials([(tls.key.read_bytes(), tls.certificate.read_bytes())])
