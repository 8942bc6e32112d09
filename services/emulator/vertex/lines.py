"""The lines of Vertex batch jobs: a ``request`` in, its echo with the answer out, in no order and without an id."""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from runners.providers.base import Usage
from services.emulator.answering import Model
from services.emulator.clock import Clock, rfc3339
from services.emulator.errors import ApiError
from services.emulator.gcs.objects import Buckets
from services.emulator.google.content import generate
from services.emulator.google.shapes import STATUS_WORDS
from services.emulator.jobs import Job, Phase
from services.emulator.requests import mapping
from services.emulator.spool import Blob
from services.emulator.vertex.places import Place, output_folder
from services.emulator.working import Worked, json_line


class VertexLines:
    """Reads and writes the lines of batch prediction jobs."""

    separates_errors = False
    keeps_order = False

    def __init__(self, *, model: Model, clock: Clock, buckets: Buckets) -> None:
        self._answer = partial(generate, route="vertex.generate", model=model)
        self._clock = clock
        self._buckets = buckets

    def work(self, job: Job, line: bytes, *, billed: bool) -> Worked:
        request = mapping(json.loads(line).get("request"))
        try:
            answer = self._answer(request, model_name=job.model, job=job.id, billed=billed)
        except ApiError as error:
            return self._failed(request, error)
        usage = answer["usageMetadata"]
        spent = Usage(usage["promptTokenCount"], usage.get("candidatesTokenCount", 0))
        return Worked(self._line(request, status="", response=answer), usage=spent)

    def failed(self, line: bytes) -> Worked:
        return self._failed(mapping(json.loads(line).get("request")), ApiError(500, "Internal error encountered."))

    def unfinished(self, line: bytes, *, phase: Phase) -> Worked | None:  # noqa: ARG002 - such lines are left out
        return None

    def publish(self, job: Job, blob: Blob, *, are_errors: bool) -> str:
        assert not are_errors, "Vertex writes answers and errors into one file"
        folder = output_folder(job)
        place = Place.parse(f"{folder}/predictions.jsonl")
        self._buckets.put(
            place.bucket, place.name, blob=blob, content_type="application/jsonl", late=job.plan.output_late
        )
        return folder

    def _failed(self, request: Mapping[str, Any], error: ApiError) -> Worked:
        word = STATUS_WORDS.get(error.status, "UNKNOWN")
        status = f"{word}: {error.message}"
        return Worked(self._line(request, status=status, response={}), failed=True)

    def _line(self, request: Mapping[str, Any], *, status: str, response: Mapping[str, Any]) -> bytes:
        now = rfc3339(self._clock.now())
        line = {"status": status, "processed_time": now, "request": request, "response": response}
        return json_line(line)
