"""Every route of the Gemini API, put together."""

from collections.abc import Sequence
from functools import partial

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount

from services.emulator.errors import ApiError
from services.emulator.gate import Door, Gate
from services.emulator.gemini.batches import BatchRoutes
from services.emulator.gemini.files import GeminiFiles, shown
from services.emulator.gemini.shapes import GEMINI
from services.emulator.gemini.uploads import UploadRoutes
from services.emulator.google.content import generate
from services.emulator.google.embeddings import Embedder
from services.emulator.google.live import counted, live
from services.emulator.google.shapes import one_page
from services.emulator.machinery import Machinery

FILES_PAGE, LONGEST_FILES_PAGE = 10, 100


class GeminiApi:
    """The API with what it keeps."""

    def __init__(self, machinery: Machinery) -> None:
        self._machinery = machinery
        self._files = GeminiFiles(machinery.clock, settings=machinery.settings)
        self._uploads = UploadRoutes(self._files, spool=machinery.spool)
        self._embedder = Embedder(machinery.books, route="gemini.embeddings")
        self._batches = BatchRoutes(
            desk=machinery.desk,
            clock=machinery.clock,
            spool=machinery.spool,
            files=self._files,
            settings=machinery.settings,
        )

    def clear(self) -> None:
        self._files.clear()
        self._uploads.clear()

    def routes(self, gate: Gate) -> Sequence[BaseRoute]:
        """Return the routes below ``/gemini``; every version of the API is the same here."""
        door = Door(gate, name="gemini", api=GEMINI)
        upload = door.route("files.upload", self._uploads.step, at="POST /upload/{version}/files")
        versioned = [*self._model_routes(door), *self._file_routes(door), *self._batch_routes(door)]
        return [upload, Mount("/{version}", routes=versioned)]

    def _model_routes(self, door: Door) -> Sequence[BaseRoute]:
        lane, model = self._machinery.lane, "/models/{model}"
        generating = partial(generate, route="gemini.generate", model=self._machinery.model)
        return [
            door.route("generate", live(generating, lane=lane), at=f"POST {model}:generateContent"),
            door.route("count_tokens", counted, at=f"POST {model}:countTokens"),
            door.route("embed", live(self._embedder.one, lane=lane), at=f"POST {model}:embedContent"),
            door.route("embeddings", live(self._embedder.many, lane=lane), at=f"POST {model}:batchEmbedContents"),
        ]

    def _file_routes(self, door: Door) -> Sequence[BaseRoute]:
        return [
            door.route("files.list", self._list_files, at="GET /files"),
            door.route("files.content", self._download, at="GET /files/{id}:download"),
            door.route("files.get", self._get_file, at="GET /files/{id}"),
            door.route("files.delete", self._delete_file, at="DELETE /files/{id}"),
        ]

    def _batch_routes(self, door: Door) -> Sequence[BaseRoute]:
        generating = partial(generate, route="gemini.generate", model=self._machinery.model)
        contents = partial(self._batches.create, answer=generating, kind="inlinedResponses")
        vectors = partial(self._batches.create, answer=self._embedder.one_of_batch, kind="inlinedEmbedContentResponses")
        return [
            door.route("batches.create", contents, at="POST /models/{model}:batchGenerateContent"),
            door.route("batches.create", vectors, at="POST /models/{model}:asyncBatchEmbedContent"),
            door.route("batches.list", self._batches.list, at="GET /batches"),
            door.route("batches.cancel", self._batches.cancel, at="POST /batches/{id}:cancel"),
            door.route("batches.get", self._batches.get, at="GET /batches/{id}"),
            door.route("batches.delete", self._batches.delete, at="DELETE /batches/{id}"),
        ]

    async def _list_files(self, request: Request) -> Response:
        longest = min(LONGEST_FILES_PAGE, self._machinery.settings().max_page)
        page, more = one_page(
            request, self._files.listed(), default=FILES_PAGE, longest=longest, identify=lambda file: file.name
        )
        return JSONResponse({"files": [shown(file, base=_base(request)) for file in page]} | more)

    async def _get_file(self, request: Request) -> Response:
        return JSONResponse(shown(self._files.get(_name(request)), base=_base(request)))

    async def _download(self, request: Request) -> Response:
        file = self._files.get(_name(request))
        if not file.is_generated:
            raise ApiError(400, "Only generated files can be downloaded; this one was uploaded.")
        return FileResponse(file.blob.path, media_type=file.mime_type)

    async def _delete_file(self, request: Request) -> Response:
        self._files.delete(_name(request))
        return JSONResponse({})


def _name(request: Request) -> str:
    return f"files/{request.path_params['id']}"


def _base(request: Request) -> str:
    return str(request.url.replace(query="")).rpartition("/files")[0]
