"""Takes an upload's body in, to a file, in bounded memory. Decides which kinds are taken."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO, cast

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from services.http.explanations.encodings import detect, named

_IN_MEMORY = 1_000_000


class Kind(StrEnum):
    CSV = "text/csv"
    JSON = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A whole body, on disk if it is large."""

    file: BinaryIO
    kind: Kind
    encoding: str
    digest: str


@asynccontextmanager
async def receive(request: Request) -> AsyncIterator[Received]:
    """Take the body in, and forget it when the block ends.

    Raises:
        HTTPException: it is of no kind that is taken, or broke off.
        UploadRefused: it is no text.
    """
    kind, charset = _content_type(request.headers.get("content-type", ""))
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        digest = await _store(request, file)
        encoding = await asyncio.to_thread(detect, file, told=charset)
        file.seek(0)
        yield Received(file=cast("BinaryIO", file), kind=kind, encoding=encoding, digest=digest)


def _content_type(header: str) -> tuple[Kind, str | None]:
    kind, _, parameters = header.partition(";")
    if kind.strip().lower() not in set(Kind):
        raise HTTPException(415, detail=f"send {Kind.CSV} or {Kind.JSON} as Content-Type, not {header[:100]!r}")
    name, _, charset = parameters.strip().partition("=")
    return Kind(kind.strip().lower()), named(charset.strip('" ')) if name.lower() == "charset" else None


async def _store(request: Request, file: IO[bytes]) -> str:
    digest = hashlib.sha256(request.url.query.encode())
    try:
        async for block in request.stream():
            digest.update(block)
            await asyncio.to_thread(file.write, block)
    except ClientDisconnect:
        raise HTTPException(400, detail="the connection ended before the body did; nothing was saved") from None
    return digest.hexdigest()
