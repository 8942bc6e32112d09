"""The three ways to write an object: the bytes alone, a description with the bytes, and a session of blocks."""

import asyncio
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.emulator.errors import ApiError
from services.emulator.gcs.objects import Buckets, shown
from services.emulator.requests import json_body, mapping
from services.emulator.spool import Blob, Spool, blob

RANGE = re.compile(r"bytes (?:(?P<first>\d+)-(?P<last>\d+)|\*)/(?P<total>\d+|\*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is to be written, and under which condition."""

    bucket: str
    name: str
    content_type: str | None
    metadata: Mapping[str, str]
    only_if: int | None


@dataclass(slots=True)
class Session:
    """A resumable upload that has begun."""

    target: Target
    path: Path
    received: int = 0


class UploadRoutes:
    """The handlers of ``/upload/storage/v1/b/{bucket}/o``."""

    def __init__(self, buckets: Buckets, *, spool: Spool) -> None:
        self._buckets = buckets
        self._spool = spool
        self._sessions: dict[str, Session] = {}

    def clear(self) -> None:
        self._sessions = {}

    async def begin(self, request: Request) -> Response:
        match request.query_params.get("uploadType"):
            case "media":
                target = _target(request, {})
                return await self._store(request, target, content=await self._spool.receive(request.stream()))
            case "multipart":
                described, content, content_type = _parts(request.headers, await request.body())
                target = _target(request, described, content_type=content_type)
                return await self._store(request, target, content=await asyncio.to_thread(self._written, content))
            case "resumable":
                return await self._begin_session(request)
            case other:
                raise ApiError(400, f"uploadType must be media, multipart or resumable, not {other!r}", code="invalid")

    async def resume(self, request: Request) -> Response:
        """Take one block of a session; an empty one asks how far it is."""
        session = self._sessions.get(request.query_params.get("upload_id", ""))
        if session is None:
            raise ApiError(404, "There is no such upload session.", code="notFound")
        place = RANGE.fullmatch(request.headers.get("content-range", "bytes 0-0/*"))
        if place is None:
            raise ApiError(400, "Content-Range is not understood.", code="invalid")
        await _append(session, request, first=place["first"])
        if place["total"] == "*" or session.received < int(place["total"]):
            held = {"Range": f"bytes=0-{session.received - 1}"} if session.received else {}
            return Response(status_code=308, headers=held)
        return await self._store(request, session.target, content=blob(session.path))

    async def _begin_session(self, request: Request) -> Response:
        described = await json_body(request)
        target = _target(request, described, content_type=request.headers.get("x-upload-content-type"))
        self._buckets.check(target.bucket, target.name, only_if=target.only_if)
        with self._spool.writing() as (path, _):
            session_id = secrets.token_hex(16)
        self._sessions[session_id] = Session(target, path)
        return JSONResponse({}, headers={"Location": str(request.url.include_query_params(upload_id=session_id))})

    async def _store(self, request: Request, target: Target, *, content: Blob) -> Response:
        stored = await asyncio.to_thread(
            self._buckets.put,
            target.bucket,
            target.name,
            blob=content,
            content_type=target.content_type,
            metadata=target.metadata,
            only_if=target.only_if,
        )
        return JSONResponse(shown(stored, base=base_of(request)))

    def _written(self, content: bytes) -> Blob:
        with self._spool.writing() as (path, file):
            file.write(content)
        return blob(path)


def base_of(request: Request) -> str:
    """Return the address that clients know as the storage host."""
    return f"{request.url.scheme}://{request.url.netloc}/gcs"


def _target(request: Request, described: Mapping[str, Any], *, content_type: str | None = None) -> Target:
    query = request.query_params
    name = query.get("name") or described.get("name")
    if not name:
        raise ApiError(400, "Required parameter: name", code="required")
    only_if = query.get("ifGenerationMatch")
    return Target(
        bucket=request.path_params["bucket"],
        name=name,
        content_type=described.get("contentType") or content_type or request.headers.get("content-type"),
        metadata=mapping(described.get("metadata")),
        only_if=int(only_if) if only_if is not None else None,
    )


def _parts(headers: Mapping[str, str], body: bytes) -> tuple[dict[str, Any], bytes, str | None]:
    """Split ``multipart/related`` into the description, the bytes and their type."""
    message = Message()
    message["content-type"] = headers.get("content-type", "")
    boundary = message.get_param("boundary")
    pieces = body.split(f"--{boundary}".encode()) if isinstance(boundary, str) else []
    if len(pieces) != 4:
        raise ApiError(400, "The body must be multipart/related with a description and the bytes.", code="invalid")
    _, described = _headers_and_content(pieces[1])
    head, content = _headers_and_content(pieces[2])
    content_type = re.search(rb"content-type:\s*([^\r\n]+)", head, re.IGNORECASE)
    return json.loads(described), content, content_type[1].decode() if content_type else None


def _headers_and_content(piece: bytes) -> tuple[bytes, bytes]:
    head, _, content = piece.partition(b"\r\n\r\n")
    return head, content.removesuffix(b"\r\n")


async def _append(session: Session, request: Request, *, first: str | None) -> None:
    if first is None:
        return
    if int(first) > session.received:
        raise ApiError(400, f"The block begins at {first}; only {session.received} bytes are here.", code="invalid")
    # A block that is sent again after its answer was lost overwrites itself.
    with session.path.open("r+b") as file:
        file.seek(int(first))
        async for part in request.stream():
            file.write(part)
        session.received = max(session.received, file.tell())
