"""Files of the OpenAI API: uploads, outputs of batches, lists, content."""

import asyncio
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from services.emulator.clock import Clock
from services.emulator.errors import ApiError
from services.emulator.openai.shapes import listing, new_id
from services.emulator.pages import page_after
from services.emulator.requests import page_size
from services.emulator.settings import CurrentSettings
from services.emulator.spool import Blob, Spool

PURPOSES = frozenset({"assistants", "batch", "fine-tune", "vision", "user_data", "evals"})
USUAL_PAGE = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAIFile:
    id: str
    name: str
    purpose: str
    blob: Blob
    created_at: float
    hidden: float
    expires_at: float | None = None


class OpenAIFiles:
    """Every file by its id, in the order in which they came."""

    def __init__(self, *, clock: Clock, spool: Spool) -> None:
        self._clock = clock
        self._spool = spool
        self._files: dict[str, OpenAIFile] = {}

    def add(self, name: str, blob: Blob, *, purpose: str, hidden: float = 0, lasts: float | None = None) -> OpenAIFile:
        """Add a file; ``hidden`` and ``lasts`` are seconds."""
        now = self._clock.now()
        expires_at = None if lasts is None else now + lasts
        file = OpenAIFile(
            id=new_id("file-"),
            name=name,
            purpose=purpose,
            blob=blob,
            created_at=now,
            hidden=hidden,
            expires_at=expires_at,
        )
        self._files[file.id] = file
        return file

    def get(self, file_id: str) -> OpenAIFile:
        """Return a file.

        Raises:
            ApiError: there is none, or it has expired.
        """
        file = self._files.get(file_id)
        if file is None or (file.expires_at is not None and file.expires_at <= self._clock.now()):
            raise ApiError(404, f"No such File object: {file_id}")
        return file

    def delete(self, file_id: str) -> None:
        file = self.get(file_id)
        del self._files[file_id]
        file.blob.path.unlink(missing_ok=True)

    def listed(self, purpose: str | None) -> list[OpenAIFile]:
        """Return what lists show by now, oldest first."""
        now = self._clock.now()
        return [
            file
            for file in list(self._files.values())  # threads that work batches add files meanwhile
            if file.created_at + file.hidden <= now
            and (file.expires_at is None or file.expires_at > now)
            and purpose in {None, file.purpose}
        ]

    def clear(self) -> None:
        self._files = {}


class FileRoutes:
    """The handlers of ``/files``."""

    def __init__(self, files: OpenAIFiles, *, spool: Spool, settings: CurrentSettings) -> None:
        self._files = files
        self._spool = spool
        self._settings = settings

    async def create(self, request: Request) -> Response:
        async with request.form() as form:
            upload, purpose = form.get("file"), form.get("purpose")
            if not isinstance(upload, UploadFile):
                raise ApiError(400, "'file' is a required property")
            if not isinstance(purpose, str) or purpose not in PURPOSES:
                raise ApiError(400, f"'purpose' must be one of {', '.join(sorted(PURPOSES))}, not {purpose!r}")
            blob = await asyncio.to_thread(self._spool.keep, upload.file)
            hidden = self._settings().list_lag_seconds
            name = upload.filename or "upload"
            file = self._files.add(name, blob, purpose=purpose, hidden=hidden, lasts=_lasts(form))
        return JSONResponse(shown(file))

    async def list(self, request: Request) -> Response:
        files = self._files.listed(request.query_params.get("purpose"))
        if request.query_params.get("order") != "asc":
            files.reverse()
        size = page_size(request, "limit", default=USUAL_PAGE, longest=self._settings().max_page)
        page, has_more = page_after(files, request.query_params.get("after"), size=size, identify=lambda f: f.id)
        return listing([shown(file) for file in page], has_more=has_more)

    async def get(self, request: Request) -> Response:
        return JSONResponse(shown(self._files.get(request.path_params["id"])))

    async def content(self, request: Request) -> Response:
        file = self._files.get(request.path_params["id"])
        return FileResponse(file.blob.path, media_type="application/octet-stream")

    async def delete(self, request: Request) -> Response:
        file_id = request.path_params["id"]
        self._files.delete(file_id)
        return JSONResponse({"id": file_id, "object": "file", "deleted": True})


def shown(file: OpenAIFile) -> dict[str, Any]:
    """Write a file as the API shows it."""
    return {
        "id": file.id,
        "object": "file",
        "bytes": file.blob.size,
        "created_at": int(file.created_at),
        "expires_at": None if file.expires_at is None else int(file.expires_at),
        "filename": file.name,
        "purpose": file.purpose,
        "status": "processed",
        "status_details": None,
    }


def _lasts(form: FormData) -> float | None:
    seconds = form.get("expires_after[seconds]")
    return float(seconds) if isinstance(seconds, str) and seconds.isdecimal() else None
