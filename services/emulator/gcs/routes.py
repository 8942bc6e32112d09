"""Every route of Cloud Storage's JSON API, put together."""

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute

from services.emulator.errors import ApiError
from services.emulator.gate import Api, Door, Gate
from services.emulator.gcs.objects import Buckets, StoredObject, shown
from services.emulator.gcs.uploads import UploadRoutes, base_of
from services.emulator.machinery import Machinery
from services.emulator.pages import page_after
from services.emulator.requests import json_body, page_size

USUAL_PAGE = 1000


class StorageApi:
    """The API with its objects."""

    def __init__(self, machinery: Machinery) -> None:
        self.buckets = Buckets(machinery.clock)
        self._settings = machinery.settings
        self._uploads = UploadRoutes(self.buckets, spool=machinery.spool)

    def clear(self) -> None:
        self.buckets.clear()
        self._uploads.clear()

    def routes(self, gate: Gate) -> Sequence[BaseRoute]:
        """Return the routes below ``/gcs``."""
        door = Door(gate, name="gcs", api=Api(authenticate=_let_in, render=_render))
        upload, one = "/upload/storage/v1/b/{bucket}/o", "/b/{bucket}/o/{name:path}"
        return [
            door.route("upload", self._uploads.begin, at=f"POST {upload}"),
            door.route("upload.block", self._uploads.resume, at=f"PUT {upload}"),
            door.route("download", self._download, at=f"GET /download/storage/v1{one}"),
            door.route("list", self._list, at="GET /storage/v1/b/{bucket}/o"),
            door.route("get", self._get, at=f"GET /storage/v1{one}"),
            door.route("delete", self._delete, at=f"DELETE /storage/v1{one}"),
            door.route("buckets.get", _bucket, at="GET /storage/v1/b/{bucket}"),
            door.route("buckets.create", _new_bucket, at="POST /storage/v1/b"),
        ]

    async def _list(self, request: Request) -> Response:
        query = request.query_params
        found = self.buckets.listed(request.path_params["bucket"], prefix=query.get("prefix", ""))
        size = page_size(request, "maxResults", default=USUAL_PAGE, longest=self._settings().max_page)
        page, has_more = page_after(found, query.get("pageToken"), size=size, identify=lambda stored: stored.name)
        more = {"nextPageToken": page[-1].name} if has_more else {}
        items = [shown(stored, base=base_of(request)) for stored in page]
        return JSONResponse({"kind": "storage#objects", "items": items} | more)

    async def _get(self, request: Request) -> Response:
        if request.query_params.get("alt") == "media":
            return await self._download(request)
        return JSONResponse(shown(self._found(request), base=base_of(request)))

    async def _download(self, request: Request) -> Response:
        stored = self._found(request)
        headers = {
            "X-Goog-Hash": f"crc32c={stored.crc32c},md5={stored.md5}",
            "X-Goog-Generation": str(stored.generation),
            "X-Goog-Metageneration": "1",
        }
        return FileResponse(stored.blob.path, media_type=stored.content_type, headers=headers)

    async def _delete(self, request: Request) -> Response:
        self.buckets.delete(request.path_params["bucket"], request.path_params["name"])
        return Response(status_code=204)

    def _found(self, request: Request) -> StoredObject:
        return self.buckets.get(request.path_params["bucket"], request.path_params["name"])


async def _bucket(request: Request) -> Response:
    return JSONResponse(_shown_bucket(request.path_params["bucket"]))


async def _new_bucket(request: Request) -> Response:
    return JSONResponse(_shown_bucket(str((await json_body(request)).get("name"))))


def _shown_bucket(name: str) -> dict[str, Any]:
    return {"kind": "storage#bucket", "id": name, "name": name, "location": "US", "storageClass": "STANDARD"}


def _let_in(_: Request) -> None:
    """Let everybody in: clients that talk to a storage emulator send no credentials."""


def _render(error: ApiError) -> Response:
    shown_error = {"message": error.message, "domain": "global", "reason": error.code or "invalid"}
    body = {"error": {"code": error.status, "message": error.message, "errors": [shown_error]}}
    return JSONResponse(body, status_code=error.status, headers=error.headers)
