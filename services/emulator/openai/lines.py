"""The lines of OpenAI batches: a request with its ``custom_id`` in, an answer or an error out."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from runners.providers.base import Usage
from services.emulator.errors import ApiError
from services.emulator.jobs import Job, Phase
from services.emulator.openai.files import OpenAIFiles
from services.emulator.openai.shapes import error_body, new_id
from services.emulator.requests import mapping
from services.emulator.spool import Blob
from services.emulator.working import Worked, json_line

Answering = Callable[..., dict[str, Any]]
"""Takes a body, ``job`` and ``billed``; returns the body of the answer, or raises ``ApiError``."""

WHY_UNFINISHED = {
    Phase.EXPIRED: ("batch_expired", "This request could not be executed before the completion window expired."),
    Phase.CANCELLED: ("batch_cancelled", "This request was not executed because the batch was cancelled."),
}


class OpenAILines:
    """Reads and writes the lines of one endpoint's batches."""

    separates_errors = True
    keeps_order = True

    def __init__(self, answer: Answering, files: OpenAIFiles) -> None:
        self._answer = answer
        self._files = files

    def work(self, job: Job, line: bytes, *, billed: bool) -> Worked:
        request = json.loads(line)
        try:
            body = self._answer(mapping(request.get("body")), job=job.id, billed=billed)
        except ApiError as error:
            return Worked(_line(request, status=error.status, body=error_body(error)), failed=True)
        return Worked(_line(request, status=200, body=body), usage=_usage(body))

    def failed(self, line: bytes) -> Worked:
        error = ApiError(500, "The server had an error while processing your request.", code="server_error")
        return Worked(_line(json.loads(line), status=error.status, body=error_body(error)), failed=True)

    def unfinished(self, line: bytes, *, phase: Phase) -> Worked | None:
        code, message = WHY_UNFINISHED[phase]
        error = {"code": code, "message": message}
        return Worked(_dumped(json.loads(line), response=None, error=error), failed=True)

    def publish(self, job: Job, blob: Blob, *, are_errors: bool) -> str:
        name = f"{job.id}_{'error' if are_errors else 'output'}.jsonl"
        return self._files.add(name, blob, purpose="batch_output").id


def key_of(request: Mapping[str, object]) -> str | None:
    """Return a line's ``custom_id``."""
    key = request.get("custom_id")
    return key if isinstance(key, str) and key else None


def model_of(path: Path) -> str:
    """Return the model of a file's first line, which is that of the batch; empty if it cannot be read."""
    with path.open("rb") as file:
        try:
            return str(mapping(mapping(json.loads(file.readline())).get("body")).get("model", ""))
        except ValueError:
            return ""  # the survey says what is wrong with the line


def _line(request: Mapping[str, Any], *, status: int, body: Mapping[str, Any]) -> bytes:
    response = {"status_code": status, "request_id": new_id("req_"), "body": body}
    return _dumped(request, response=response, error=None)


def _dumped(request: Mapping[str, Any], *, response: Any, error: Any) -> bytes:
    line = {"id": new_id("batch_req_"), "custom_id": request.get("custom_id"), "response": response, "error": error}
    return json_line(line)


def _usage(body: Mapping[str, Any]) -> Usage:
    usage = mapping(body.get("usage"))
    return Usage(
        usage.get("prompt_tokens", usage.get("input_tokens", 0)),
        usage.get("completion_tokens", usage.get("output_tokens", 0)),
    )
