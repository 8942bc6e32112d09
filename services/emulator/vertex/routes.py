"""Every route of Vertex, put together."""

from collections.abc import Sequence
from functools import partial

from starlette.requests import Request
from starlette.routing import BaseRoute, Mount

from services.emulator.errors import ApiError
from services.emulator.gate import Api, Door, Gate
from services.emulator.gcs.objects import Buckets
from services.emulator.google.content import generate
from services.emulator.google.embeddings import Embedder
from services.emulator.google.live import counted, live
from services.emulator.google.shapes import render
from services.emulator.machinery import Machinery
from services.emulator.vertex.batches import JobRoutes
from services.emulator.vertex.lines import VertexLines

NO_KEY = (
    "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other "
    "valid authentication credential."
)


class VertexApi:
    """The API; its files are objects of Cloud Storage, and its jobs are on the desk."""

    def __init__(self, machinery: Machinery, *, buckets: Buckets) -> None:
        self._machinery = machinery
        self._embedder = Embedder(machinery.books, route="vertex.embeddings")
        self._jobs = JobRoutes(
            desk=machinery.desk,
            clock=machinery.clock,
            buckets=buckets,
            settings=machinery.settings,
            new_dialect=partial(VertexLines, model=machinery.model, clock=machinery.clock, buckets=buckets),
        )

    def routes(self, gate: Gate) -> Sequence[BaseRoute]:
        """Return the routes below ``/vertex``; every version of the API is the same here."""
        door = Door(gate, name="vertex", api=Api(authenticate=_authenticate, render=render))
        routes = [*self._model_routes(door), *self._job_routes(door)]
        return [Mount("/{version}/projects/{project}/locations/{location}", routes=routes)]

    def _model_routes(self, door: Door) -> Sequence[BaseRoute]:
        lane = self._machinery.lane
        model = "/publishers/google/models/{model}"
        generating = partial(generate, route="vertex.generate", model=self._machinery.model)
        return [
            door.route("generate", live(generating, lane=lane), at=f"POST {model}:generateContent"),
            door.route("count_tokens", counted, at=f"POST {model}:countTokens"),
            door.route("embed", live(self._embedder.one, lane=lane), at=f"POST {model}:embedContent"),
            door.route("embeddings", live(self._embedder.many, lane=lane), at=f"POST {model}:batchEmbedContents"),
            door.route("predict", live(self._embedder.predict, lane=lane), at=f"POST {model}:predict"),
        ]

    def _job_routes(self, door: Door) -> Sequence[BaseRoute]:
        jobs = "/batchPredictionJobs"
        return [
            door.route("batches.create", self._jobs.create, at=f"POST {jobs}"),
            door.route("batches.list", self._jobs.list, at=f"GET {jobs}"),
            door.route("batches.cancel", self._jobs.cancel, at=f"POST {jobs}/{{id}}:cancel"),
            door.route("batches.get", self._jobs.get, at=f"GET {jobs}/{{id}}"),
            door.route("batches.delete", self._jobs.delete, at=f"DELETE {jobs}/{{id}}"),
        ]


def _authenticate(request: Request) -> None:
    if not request.headers.get("authorization") and not request.headers.get("x-goog-api-key"):
        raise ApiError(401, NO_KEY)
