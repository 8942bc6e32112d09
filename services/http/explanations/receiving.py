"""Takes an upload's body in: to a file, in bounded memory. Decides which kinds are taken, and in which encoding one is.

Knows nothing of questions.
"""

import asyncio
import codecs
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO, NoReturn, cast

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from services.http.explanations.refusals import UploadRefused

_IN_MEMORY = 1_000_000
_BLOCK = 1_000_000
_ENCODINGS = ("utf-8", "cp949")
_NAMES = {"utf-8": "utf-8", "utf-8-sig": "utf-8", "cp949": "cp949", "euc_kr": "cp949", "ascii": "utf-8"}
_FOREIGN = {
    codecs.BOM_UTF16_LE: "it is UTF-16; save it as `CSV UTF-8`",
    codecs.BOM_UTF16_BE: "it is UTF-16; save it as `CSV UTF-8`",
    b"PK\x03\x04": "it is a workbook or an archive, not text; save the sheet as `CSV UTF-8`",
    b"\xd0\xcf\x11\xe0": "it is a workbook of an old Excel, not text; save the sheet as `CSV UTF-8`",
}


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
        encoding = await asyncio.to_thread(_detect, file) if charset is None else charset
        file.seek(0)
        yield Received(file=cast("BinaryIO", file), kind=kind, encoding=encoding, digest=digest)


def _content_type(header: str) -> tuple[Kind, str | None]:
    kind, _, parameters = header.partition(";")
    if kind.strip().lower() not in set(Kind):
        raise HTTPException(415, detail=f"send {Kind.CSV} or {Kind.JSON} as Content-Type, not {header[:100]!r}")
    name, _, charset = parameters.strip().partition("=")
    return Kind(kind.strip().lower()), _known(charset.strip('" ')) if name.lower() == "charset" else None


def _known(charset: str) -> str:
    try:
        return _NAMES[codecs.lookup(charset).name]
    except (LookupError, ValueError):
        raise HTTPException(415, detail=f"the charset {charset[:50]!r} is not read here; send UTF-8 or CP949") from None


async def _store(request: Request, file: IO[bytes]) -> str:
    digest = hashlib.sha256(request.url.query.encode())
    try:
        async for block in request.stream():
            digest.update(block)
            await asyncio.to_thread(file.write, block)
    except ClientDisconnect:
        raise HTTPException(400, detail="the connection ended before the body did; nothing was saved") from None
    return digest.hexdigest()


def _detect(file: IO[bytes]) -> str:
    """Return the first encoding that all bytes fit. If none does, it is UTF-8 with broken lines, to be told by line."""
    file.seek(0)
    head = file.read(4)
    for mark, words in _FOREIGN.items():
        if head.startswith(mark):
            _refuse(words)
    return next((name for name in _ENCODINGS if _fits(file, name)), "utf-8")


def _fits(file: IO[bytes], encoding: str) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while block := file.read(_BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _refuse(words: str) -> NoReturn:
    raise UploadRefused(f"this cannot be read: {words}")
