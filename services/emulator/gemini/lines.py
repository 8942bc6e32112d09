"""The lines of Gemini batches: ``key`` and ``request`` in, ``key`` and ``response`` or ``error`` out.

Requests that came in the call itself become such lines too; what is theirs alone is their ``metadata``.
"""

import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from runners.providers.base import Usage
from services.emulator.errors import ApiError
from services.emulator.gemini.files import GeminiFiles
from services.emulator.google.shapes import CODES, STATUS_WORDS
from services.emulator.jobs import Job, Phase
from services.emulator.requests import mapping
from services.emulator.spool import Blob
from services.emulator.working import Worked, json_line

Answering = Callable[..., dict[str, Any]]
"""Takes a body, ``model_name``, ``job`` and ``billed``; returns the answer, or raises ``ApiError``."""


class GeminiLines:
    """Reads and writes the lines of batches of contents or of embeddings."""

    separates_errors = False
    keeps_order = True

    def __init__(self, answer: Answering, files: GeminiFiles) -> None:
        self._answer = answer
        self._files = files

    def work(self, job: Job, line: bytes, *, billed: bool) -> Worked:
        asked = json.loads(line)
        try:
            body = self._answer(mapping(asked.get("request")), model_name=job.model, job=job.id, billed=billed)
        except ApiError as error:
            return Worked(_line(asked, error=_status(error)), failed=True)
        return Worked(_line(asked, response=body), usage=_usage(body))

    def failed(self, line: bytes) -> Worked:
        error = ApiError(500, "An internal error has occurred.")
        return Worked(_line(json.loads(line), error=_status(error)), failed=True)

    def unfinished(self, line: bytes, *, phase: Phase) -> Worked | None:  # noqa: ARG002 - such lines are left out
        return None

    def publish(self, job: Job, blob: Blob, *, are_errors: bool) -> str:
        assert not are_errors, "Gemini writes answers and errors into one file"
        name = f"files/batch-{secrets.token_hex(10)}"
        shown = f"{job.id} output"
        return self._files.add(name, blob, display_name=shown, mime_type="application/jsonl", is_generated=True).name


class InlinedLines(GeminiLines):
    """As ``GeminiLines``, for batches whose answers are shown in the batch itself: there is no file to fetch."""

    def publish(self, job: Job, blob: Blob, *, are_errors: bool) -> str:  # noqa: ARG002 - one file for all
        return str(blob.path)


def _line(asked: Mapping[str, Any], **answer: Any) -> bytes:
    own = {name: asked[name] for name in ("key", "metadata") if name in asked}
    return json_line(own | answer)


def _status(error: ApiError) -> dict[str, Any]:
    word = STATUS_WORDS.get(error.status, "UNKNOWN")
    return {"code": CODES.get(word, 2), "message": error.message, "status": word}


def _usage(body: Mapping[str, Any]) -> Usage:
    usage = mapping(body.get("usageMetadata"))
    return Usage(usage.get("promptTokenCount", body.get("tokenCount", 0)), usage.get("candidatesTokenCount", 0))
