"""Calls an embedding server: describe a data set, read its stream, embed texts. Every call on a channel of its own.

A new channel for each call, because gRPC's own reconnecting would wait on top of ours. Retries nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import grpc

from protos import embedding_stream_pb2 as pb
from protos import embedding_stream_pb2_grpc as services
from runners.base import BadData
from runners.streams.errors import StreamBroken, translated
from runners.streams.server import Server

_ANSWER_SECONDS = 30.0
_EMBED_SECONDS = 300.0
_SILENCE_SECONDS = 60.0
"""A server that is asked for the next chunk and says nothing for so long is gone, whatever the socket says."""
_FRAME = 4 * 2**20
"""Bytes in one frame of HTTP/2: a chunk in frames of 16 KB, the default, takes both sides half as long again."""
_END: Final = object()


@dataclass(frozen=True, slots=True)
class DataSet:
    """What a server says of a data set."""

    name: str
    version: str
    rows: int
    dimensions: int
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which rows of a data set, and in what pieces. ``end`` 0: to the end."""

    data_set: str
    version: str
    first: int
    end: int
    chunk_rows: int
    chunk_bytes: int


class EmbeddingClient:
    """One server."""

    def __init__(self, server: Server) -> None:
        self.server = server

    async def describe(self, data_set: str) -> DataSet:
        """Ask what a data set is.

        Raises:
            StreamBroken, InvalidStep: as ``runners.streams.errors.translated`` says.
        """
        with translated(self.server.address, f'describe the data set "{data_set}"'):
            async with self._channel() as channel:
                found = await _stub(channel).Describe(
                    pb.DescribeRequest(data_set=data_set), timeout=_ANSWER_SECONDS, metadata=self._metadata()
                )
        return DataSet(data_set, found.version, found.rows, found.dimensions, found.model)

    async def chunks(self, wanted: Wanted) -> AsyncIterator[pb.Chunk]:
        """Yield the chunks, in order; the server is not asked for more than is taken.

        Raises:
            StreamBroken, DataSetChanged, InvalidStep, BadData: as ``runners.streams.errors.translated`` says.
        """
        request = pb.StreamRequest(
            data_set=wanted.data_set,
            version=wanted.version,
            first_row=wanted.first,
            end_row=wanted.end,
            chunk_rows=wanted.chunk_rows,
            max_chunk_bytes=wanted.chunk_bytes,
        )
        what = f'stream "{wanted.data_set}" from row {wanted.first}'
        async with self._channel() as channel:
            call = _stub(channel).Stream(request, metadata=self._metadata())
            messages = call.__aiter__()
            try:
                while True:
                    with translated(self.server.address, what):
                        chunk = await _next(messages)
                    if chunk is _END:
                        return
                    yield _read(chunk)
            finally:
                call.cancel()

    async def embed(self, texts: Sequence[str], *, model: str, dimensions: int) -> pb.EmbedResponse:
        """Return vectors for texts, in one message.

        Raises:
            StreamBroken, InvalidStep, BadData: as ``runners.streams.errors.translated`` says.
        """
        request = pb.EmbedRequest(texts=texts, model=model, dimensions=dimensions)
        with translated(self.server.address, f"embed {len(texts)} texts"):
            async with self._channel() as channel:
                answer: pb.EmbedResponse = await _stub(channel).Embed(
                    request, timeout=_EMBED_SECONDS, metadata=self._metadata()
                )
        return answer

    def _channel(self) -> grpc.aio.Channel:
        server = self.server
        options: list[tuple[str, object]] = [
            ("grpc.max_receive_message_length", server.max_message),
            ("grpc.max_send_message_length", server.max_message),
            ("grpc.enable_retries", 0),
            ("grpc.http2.max_frame_size", _FRAME),
            ("grpc.use_local_subchannel_pool", 1),
        ]
        if server.is_local:
            options.append(("grpc.enable_http_proxy", 0))
        if not server.uses_tls:
            return grpc.aio.insecure_channel(server.address, options=options)
        if server.certificate_name is not None:
            options.append(("grpc.ssl_target_name_override", server.certificate_name))
        credentials = grpc.ssl_channel_credentials(root_certificates=server.authority)
        return grpc.aio.secure_channel(server.address, credentials, options=options)

    def _metadata(self) -> tuple[tuple[str, str], ...]:
        return () if self.server.token is None else (("authorization", f"Bearer {self.server.token}"),)


def _stub(channel: grpc.aio.Channel) -> Any:
    return services.EmbeddingStreamStub(channel)  # type: ignore[no-untyped-call]  # generated without types


async def _next(messages: AsyncIterator[Any]) -> Any:
    try:
        async with asyncio.timeout(_SILENCE_SECONDS):
            return await anext(messages, _END)
    except asyncio.CancelledError:
        # gRPC may cancel who reads when the call ends from the other side; that is no cancellation of ours.
        if (task := asyncio.current_task()) is not None and task.cancelling():
            raise
        raise StreamBroken("the call was cancelled from the server's side") from None


def _read(chunk: Any) -> pb.Chunk:
    if not isinstance(chunk, pb.Chunk):  # gRPC hands out None for bytes that it cannot parse
        raise BadData(
            "the server sent a message that is no chunk, perhaps with text that is not UTF-8; mend the server"
        )
    return chunk
