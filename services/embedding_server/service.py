"""The calls of ``embedding_stream.proto``: reads requests, asks the catalog and the models, writes answers."""

from collections.abc import AsyncIterator
from typing import Any

import grpc
from grpc.aio import ServicerContext

from protos import embedding_stream_pb2 as pb
from services.embedding_server.answering import answering
from services.embedding_server.chunks import Cut, chunks, head
from services.embedding_server.datasets.base import DataSet
from services.embedding_server.datasets.catalog import Catalog
from services.embedding_server.embedding import Embedder
from services.embedding_server.errors import InvalidField, VersionGone
from services.embedding_server.queueing import Turnstile
from services.embedding_server.similarity import Match, nearest, row_of

SERVICE = pb.DESCRIPTOR.services_by_name["EmbeddingStream"].full_name

_USUAL_MATCHES = 10
_MOST_MATCHES = 200


class EmbeddingStream:
    """The service. What goes wrong is raised within ``answering``, which ends the call with the right status."""

    def __init__(self, catalog: Catalog, embedder: Embedder, *, recommending: Turnstile) -> None:
        self._catalog = catalog
        self._embedder = embedder
        self._recommending = recommending

    async def describe(self, request: pb.DescribeRequest, context: ServicerContext[Any, Any]) -> pb.DataSet:
        async with answering(context):
            data = await self._catalog.get(request.data_set)
            return pb.DataSet(
                name=data.name,
                version=data.version,
                rows=data.rows,
                dimensions=data.dimensions,
                model=data.table.model,
            )

    async def stream(self, request: pb.StreamRequest, context: ServicerContext[Any, Any]) -> None:
        async with answering(context):
            data = await self._catalog.get(request.data_set)
            if request.version not in ("", data.version):
                raise VersionGone(data.name, wanted=request.version, present=data.version)
            async for chunk in chunks(data, Cut.of(request, data)):
                # Returns once gRPC has room for more, and only then is more made: a slow client holds up its stream.
                await context.write(chunk)

    async def embed(self, request: pb.EmbedRequest, context: ServicerContext[Any, Any]) -> pb.EmbedResponse:
        async with answering(context):
            return await self._embedder.answer(request)

    async def embed_stream(self, requests: AsyncIterator[pb.EmbedRequest], context: ServicerContext[Any, Any]) -> None:
        async with answering(context):
            async for request in requests:
                await context.write(await self._embedder.answer(request))

    async def recommend(self, request: pb.RecommendRequest, context: ServicerContext[Any, Any]) -> pb.RecommendResponse:
        async with answering(context):
            limit = request.limit or _USUAL_MATCHES
            if limit > _MOST_MATCHES:
                raise InvalidField("limit", f"{limit}; {_MOST_MATCHES} are most")
            of, among = [await self._catalog.get(name) for name in (request.of_data_set, request.data_set)]
            async with self._recommending.turn():
                row = await row_of(of, request.id)
                but = row if of is among else None
                matches = await nearest(among, of.matrix(row, row + 1)[0], limit=limit, but=but)
            return pb.RecommendResponse(matches=[_shown(among, match) for match in matches])

    def handlers(self) -> grpc.GenericRpcHandler:
        """Return the calls as gRPC wants them. Those of ``Stream`` come as bytes: they are not serialised again."""
        methods: dict[str, grpc.RpcMethodHandler[Any, Any]] = {
            "Describe": grpc.unary_unary_rpc_method_handler(
                self.describe, pb.DescribeRequest.FromString, pb.DataSet.SerializeToString
            ),
            "Stream": grpc.unary_stream_rpc_method_handler(self.stream, pb.StreamRequest.FromString),
            "Embed": grpc.unary_unary_rpc_method_handler(
                self.embed, pb.EmbedRequest.FromString, pb.EmbedResponse.SerializeToString
            ),
            "EmbedStream": grpc.stream_stream_rpc_method_handler(
                self.embed_stream, pb.EmbedRequest.FromString, pb.EmbedResponse.SerializeToString
            ),
            "Recommend": grpc.unary_unary_rpc_method_handler(
                self.recommend, pb.RecommendRequest.FromString, pb.RecommendResponse.SerializeToString
            ),
        }
        return grpc.method_handlers_generic_handler(SERVICE, methods)


def _shown(data: DataSet, match: Match) -> pb.RecommendResponse.Match:
    (row,) = head(data, match.row, match.row + 1).rows
    return pb.RecommendResponse.Match(id=row.id, similarity=match.similarity, metadata=row.metadata)
