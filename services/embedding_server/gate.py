"""The gate in front of every call: without a token, nothing of a request is read. Knows which call is open to all."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, NoReturn

import grpc
from grpc.aio import ServerInterceptor, ServicerContext

from services.embedding_server.tokens import Tokens

log = logging.getLogger("batchdag")

OPEN_CALLS = frozenset({"/grpc.health.v1.Health/Check"})
"""Exact names: whatever merely looks like them needs a token."""

_REFUSAL = "there is no valid token; send the metadata `authorization: Bearer <token>`"


class Gate(ServerInterceptor):
    """Lets through who has a token, and anybody to what is open."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    async def intercept_service(
        self,
        continuation: "Callable[[grpc.HandlerCallDetails], Awaitable[grpc.RpcMethodHandler[Any, Any] | None]]",
        handler_call_details: grpc.HandlerCallDetails,
    ) -> "grpc.RpcMethodHandler[Any, Any] | None":
        if handler_call_details.method in OPEN_CALLS or self._is_known(handler_call_details):
            return await continuation(handler_call_details)
        # Whatever kind of call it is: only one that takes a stream is answered before a message has been read.
        return grpc.stream_stream_rpc_method_handler(_refuse)

    def _is_known(self, details: grpc.HandlerCallDetails) -> bool:
        for key, value in details.invocation_metadata:
            if key == "authorization" and isinstance(value, str):
                scheme, _, token = value.partition(" ")
                return scheme.lower() == "bearer" and self._tokens.knows(token.strip())
        return False


async def _refuse(_requests: AsyncIterator[bytes], context: ServicerContext[Any, Any]) -> NoReturn:
    log.warning("embedding_server.refused", extra={"peer": context.peer()})
    await context.abort(grpc.StatusCode.UNAUTHENTICATED, _REFUSAL)
