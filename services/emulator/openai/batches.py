"""Batches of the OpenAI API: created from a file, listed, looked at, cancelled."""

import asyncio
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.emulator.clock import Clock
from services.emulator.desk import Desk, NewJob
from services.emulator.errors import ApiError
from services.emulator.jobs import ENDED, Job, Phase, lines_done, phase_of, published
from services.emulator.openai.files import OpenAIFiles
from services.emulator.openai.lines import Answering, OpenAILines, key_of, model_of
from services.emulator.openai.shapes import listing, new_id
from services.emulator.pages import page_after
from services.emulator.plans import survey
from services.emulator.requests import json_body, mapping, page_size
from services.emulator.settings import CurrentSettings

API = "openai"
CREATE = "openai.batches.create"
USUAL_PAGE, LONGEST_PAGE = 20, 100
MOST_LINES = 50_000
MOST_METADATA, LONGEST_VALUE = 16, 512
STATUS = {Phase.RUNNING: "in_progress", Phase.FINISHING: "finalizing"}


class BatchRoutes:
    """The handlers of ``/batches``."""

    def __init__(
        self,
        *,
        desk: Desk,
        clock: Clock,
        files: OpenAIFiles,
        answers: Mapping[str, Answering],
        settings: CurrentSettings,
    ) -> None:
        self._settings = settings
        self._desk = desk
        self._clock = clock
        self._files = files
        self._answers = answers
        """By endpoint: ``/v1/chat/completions``, ..."""

    async def create(self, request: Request) -> Response:
        body = await json_body(request)
        answer = self._answers.get(body.get("endpoint") or "")
        if answer is None:
            raise ApiError(400, f"'endpoint' must be one of {', '.join(self._answers)}, not {body.get('endpoint')!r}")
        if body.get("completion_window") != "24h":
            raise ApiError(400, "'completion_window' must be '24h'")
        job = await self._desk.take_in(await self._new_job(body, answer))
        return self._answered(job)

    async def list(self, request: Request) -> Response:
        longest = min(LONGEST_PAGE, self._settings().max_page)
        size = page_size(request, "limit", default=USUAL_PAGE, longest=longest)
        jobs = self._desk.listed(API)
        page, has_more = page_after(jobs, request.query_params.get("after"), size=size, identify=lambda j: j.id)
        for job in page:
            await self._desk.look(job)
        return listing([self._shown(job) for job in page], has_more=has_more)

    async def get(self, request: Request) -> Response:
        job = self._found(request)
        await self._desk.look(job)
        return self._answered(job)

    async def cancel(self, request: Request) -> Response:
        job = self._found(request)
        await self._desk.look(job)
        if job.ended is not None:
            raise ApiError(409, f"Cannot cancel a batch with status '{job.ended.phase}'.")
        await self._desk.cancel(job)
        return self._answered(job)

    async def _new_job(self, body: Mapping[str, Any], answer: Answering) -> NewJob:
        _check_metadata(body.get("metadata"))
        file = self._files.get(body.get("input_file_id") or "")
        if file.purpose != "batch":
            raise ApiError(400, f"The file {file.id} has the purpose {file.purpose!r}; a batch needs 'batch'.")
        found = await asyncio.to_thread(survey, file.blob.path, key_of=key_of)
        return NewJob(
            api=API,
            route=CREATE,
            key=mapping(body.get("metadata")).get("intent"),
            model=await asyncio.to_thread(model_of, file.blob.path),
            request=body,
            input=file.blob,
            survey=found,
            max_lines=MOST_LINES,
            dialect=OpenAILines(answer, self._files),
            new_id=lambda: new_id("batch_"),
        )

    def _found(self, request: Request) -> Job:
        job = self._desk.find(request.path_params["id"], api=API)
        if job is None:
            raise ApiError(404, f"No batch found with id '{request.path_params['id']}'.")
        return job

    def _answered(self, job: Job) -> Response:
        return JSONResponse(self._shown(job))

    def _shown(self, job: Job) -> dict[str, Any]:
        phase, files = phase_of(job, self._clock.now()), published(job, self._clock.now())
        return {
            "id": job.id,
            "object": "batch",
            "endpoint": job.request["endpoint"],
            "errors": _errors(job) if phase is Phase.FAILED else None,
            "input_file_id": job.request["input_file_id"],
            "completion_window": "24h",
            "status": self._word(job, phase),
            "output_file_id": files.output if files else None,
            "error_file_id": files.errors if files else None,
            "created_at": int(job.created_at),
            "expires_at": int(job.expires_at),
            "request_counts": self._counts(job),
            "metadata": job.request.get("metadata"),
            "usage": _usage(job),
        } | _times(job, phase)

    def _word(self, job: Job, phase: Phase) -> str:
        if job.plan.word is not None and phase not in ENDED:
            return job.plan.word
        return STATUS.get(phase, phase.value)

    def _counts(self, job: Job) -> dict[str, int]:
        total = 0 if job.plan.problems else job.lines
        if job.ended is not None:
            return {"total": total, "completed": job.ended.succeeded, "failed": job.ended.failed}
        return {"total": total, "completed": lines_done(job, self._clock.now()), "failed": 0}


def _times(job: Job, phase: Phase) -> dict[str, int | None]:
    ended = int(job.ended.at) if job.ended else None
    started = phase is not Phase.VALIDATING and phase is not Phase.FAILED
    cancelled = int(job.cancelled_at) if job.cancelled_at else None
    return {
        "in_progress_at": int(job.starts_at) if started else None,
        "finalizing_at": ended if phase is Phase.COMPLETED else None,
        "completed_at": ended if phase is Phase.COMPLETED else None,
        "failed_at": ended if phase is Phase.FAILED else None,
        "expired_at": ended if phase is Phase.EXPIRED else None,
        "cancelling_at": cancelled,
        "cancelled_at": ended if phase is Phase.CANCELLED else None,
    }


def _errors(job: Job) -> dict[str, Any]:
    data = [{"code": p.code, "message": p.message, "line": p.line, "param": None} for p in job.plan.problems]
    return {"object": "list", "data": data}


def _usage(job: Job) -> dict[str, Any] | None:
    if job.ended is None:
        return None
    usage = job.ended.usage
    return {
        "input_tokens": usage.input_tokens,
        "input_tokens_details": {"cached_tokens": usage.cached_tokens},
        "output_tokens": usage.output_tokens,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": usage.input_tokens + usage.output_tokens,
    }


def _check_metadata(metadata: Any) -> None:
    if metadata is None:
        return
    if not isinstance(metadata, dict) or len(metadata) > MOST_METADATA:
        raise ApiError(400, f"'metadata' must be an object of at most {MOST_METADATA} pairs")
    if not all(isinstance(value, str) and len(value) <= LONGEST_VALUE for value in metadata.values()):
        raise ApiError(400, f"values of 'metadata' must be strings of at most {LONGEST_VALUE} characters")
