"""Which status each error becomes, and what of it a client is told."""

import logging
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import grpc
from grpc.aio import AbortError, InternalError, ServicerContext

from runners.providers.base import ProviderBusy, ProviderError, ProviderGone, ProviderRefused
from services.embedding_server.errors import (
    DataSetBroken,
    DataSetUnreadable,
    InvalidField,
    Overloaded,
    UnknownDataSet,
    UnknownModel,
    UnknownRow,
    VersionGone,
)

log = logging.getLogger("batchdag")

_LONGEST = 2_000
"""A message travels in the trailers, for which clients keep 8 KB."""

_STATUSES = (
    (InvalidField, grpc.StatusCode.INVALID_ARGUMENT),
    ((UnknownDataSet, UnknownRow, UnknownModel, ProviderGone), grpc.StatusCode.NOT_FOUND),
    ((VersionGone, ProviderRefused), grpc.StatusCode.FAILED_PRECONDITION),
    (DataSetBroken, grpc.StatusCode.DATA_LOSS),
    ((Overloaded, ProviderBusy), grpc.StatusCode.RESOURCE_EXHAUSTED),
    ((DataSetUnreadable, ProviderError), grpc.StatusCode.UNAVAILABLE),
)
"""The first that fits counts. A call to a provider that ended in another way than these may have been billed."""


@asynccontextmanager
async def answering(context: ServicerContext[Any, Any]) -> AsyncIterator[None]:
    """End the call with the status of what is raised within. An error of ours is told in the log, not to the client."""
    try:
        yield
    except AbortError:
        raise
    except InternalError as error:
        # So a write ends when the client has gone away in the middle of it, which is its right.
        log.info("embedding_server.client_gone", extra={"peer": context.peer(), "error": str(error)})
    except Exception as error:  # noqa: BLE001 - the edge: whatever it is, the client gets a status
        code = status_of(error)
        message = _logged(error) if code is grpc.StatusCode.INTERNAL else str(error)[:_LONGEST]
        await context.abort(code, message, trailing_metadata=_pushback(error))


def status_of(error: Exception) -> grpc.StatusCode:
    """Return the status for an error; INTERNAL is for those that nobody thought of."""
    return next((status for kinds, status in _STATUSES if isinstance(error, kinds)), grpc.StatusCode.INTERNAL)


def _logged(error: Exception) -> str:
    number = uuid.uuid4().hex[:12]
    log.error("embedding_server.failed", exc_info=error, extra={"failure": number})
    return f"the server failed; its log says how, as failure {number}"


def _pushback(error: Exception) -> tuple[tuple[str, str], ...]:
    """Say how long to wait, as gRPC's own retries read it."""
    if isinstance(error, ProviderBusy) and error.retry_after is not None:
        return (("grpc-retry-pushback-ms", str(error.retry_after // timedelta(milliseconds=1))),)
    return ()
