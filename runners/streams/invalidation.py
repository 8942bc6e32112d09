"""Calls readers over gRPC and tells them that a collection has changed. Decides neither whom to call, nor when.

Needs grpcio, so it is imported when the first reader is to be called.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass

import grpc
from grpc import aio

from protos.cache_service_pb2 import InvalidateRequest
from protos.cache_service_pb2_grpc import CacheServiceStub

TOKEN_KEY = "authorization"  # noqa: S105 - the name of a header
_MOST_CHANNELS = 64
_OPTIONS = [
    ("grpc.enable_retries", 0),  # the outbox decides when a call is made again
    ("grpc.use_local_subchannel_pool", 1),
    ("grpc.enable_http_proxy", 0),  # the token is for the reader alone
]


@dataclass(frozen=True, slots=True)
class ReaderAddress:
    """Where a reader is called, and how.

    Attributes:
        token: what is shown to it.
        certificate: the one that it must show, in PEM; None: it is called in clear text.
    """

    address: str
    token: str
    certificate: str | None


class ReaderCalls:
    """The open channels to readers, the least recently used closed first."""

    def __init__(self) -> None:
        self._channels: OrderedDict[ReaderAddress, aio.Channel] = OrderedDict()

    async def invalidate(self, reader: ReaderAddress, *, collection: str, generation: int, within: float) -> str | None:
        """Tell a reader of a generation; return None once it has answered, else why it has not."""
        stub = CacheServiceStub(self._channel(reader))  # type: ignore[no-untyped-call]
        request = InvalidateRequest(collection=collection, generation=generation)
        metadata = ((TOKEN_KEY, f"Bearer {reader.token}"),)
        try:
            await stub.Invalidate(request, timeout=within, metadata=metadata)
        except aio.AioRpcError as error:
            await self._forget(reader)
            return f"{error.code().name}: {error.details()}"
        await self._close_oldest()
        return None

    async def aclose(self) -> None:
        """Close every channel."""
        channels = list(self._channels.values())
        self._channels.clear()
        await asyncio.gather(*(channel.close() for channel in channels))

    def _channel(self, reader: ReaderAddress) -> aio.Channel:
        if reader not in self._channels:
            self._channels[reader] = _open(reader)
        self._channels.move_to_end(reader)
        return self._channels[reader]

    async def _forget(self, reader: ReaderAddress) -> None:
        channel = self._channels.pop(reader, None)
        if channel is not None:
            await channel.close()

    async def _close_oldest(self) -> None:
        while len(self._channels) > _MOST_CHANNELS:
            _, channel = self._channels.popitem(last=False)
            await channel.close()


def _open(reader: ReaderAddress) -> aio.Channel:
    if reader.certificate is None:
        return aio.insecure_channel(reader.address, options=_OPTIONS)
    credentials = grpc.ssl_channel_credentials(root_certificates=reader.certificate.encode())
    return aio.secure_channel(reader.address, credentials, options=_OPTIONS)
