"""Resumable uploads of the Gemini API: a start, blocks at offsets, and the end that makes the file."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.emulator.errors import ApiError
from services.emulator.gemini.files import GeminiFiles, shown
from services.emulator.google.shapes import field
from services.emulator.requests import json_body, mapping
from services.emulator.spool import Spool, blob

USUAL_TYPE = "application/octet-stream"


@dataclass(slots=True)
class Upload:
    """An upload that has begun."""

    name: str
    display_name: str | None
    mime_type: str
    path: Any
    received: int = 0


class UploadRoutes:
    """The handler of ``/upload/{version}/files``: the command in the headers says which step it is."""

    def __init__(self, files: GeminiFiles, *, spool: Spool) -> None:
        self._files = files
        self._spool = spool
        self._uploads: dict[str, Upload] = {}

    def clear(self) -> None:
        self._uploads = {}

    async def step(self, request: Request) -> Response:
        commands = {c.strip() for c in request.headers.get("x-goog-upload-command", "").split(",")}
        if "start" in commands:
            return await self._start(request)
        upload = self._uploads.get(request.query_params.get("upload_id", ""))
        if upload is None:
            raise ApiError(404, "There is no such upload; begin one with X-Goog-Upload-Command: start.")
        if "upload" in commands:
            await self._receive(upload, request)
        if "finalize" in commands:
            return await self._finish(upload, request)
        status = {"X-Goog-Upload-Status": "active", "X-Goog-Upload-Size-Received": str(upload.received)}
        return Response(headers=status)

    async def _start(self, request: Request) -> Response:
        file = mapping((await json_body(request)).get("file"))
        upload = self._begun(file, request.headers)
        upload_id = secrets.token_hex(16)
        self._uploads[upload_id] = upload
        url = str(request.url.include_query_params(upload_id=upload_id))
        return JSONResponse({}, headers={"X-Goog-Upload-URL": url, "X-Goog-Upload-Status": "active"})

    def _begun(self, file: Mapping[str, Any], headers: Mapping[str, str]) -> Upload:
        with self._spool.writing() as (path, _):
            pass
        given_type = field(file, "mimeType") or headers.get("x-goog-upload-header-content-type")
        return Upload(
            name=self._files.claim(file.get("name")),
            display_name=field(file, "displayName"),
            mime_type=given_type or USUAL_TYPE,
            path=path,
        )

    async def _receive(self, upload: Upload, request: Request) -> None:
        offset = int(request.headers.get("x-goog-upload-offset", "0"))
        if offset > upload.received:
            raise ApiError(400, f"The block begins at {offset}, but only {upload.received} bytes were received.")
        # A block that is sent again after its answer was lost overwrites itself.
        with upload.path.open("r+b") as file:
            file.seek(offset)
            async for part in request.stream():
                file.write(part)
            upload.received = max(upload.received, file.tell())

    async def _finish(self, upload: Upload, request: Request) -> Response:
        name = self._files.claim(upload.name)
        file = await asyncio.to_thread(
            self._files.add,
            name,
            blob(upload.path),
            display_name=upload.display_name,
            mime_type=upload.mime_type,
        )
        self._uploads.pop(request.query_params["upload_id"], None)
        base = str(request.url.replace(query="")).replace("/upload/", "/").removesuffix("/files")
        return JSONResponse({"file": shown(file, base=base)}, headers={"X-Goog-Upload-Status": "final"})
