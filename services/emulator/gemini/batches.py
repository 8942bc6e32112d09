"""Batches of the Gemini API, which are long-running operations: created, listed, looked at, cancelled, deleted."""

import asyncio
import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.emulator.clock import Clock, rfc3339
from services.emulator.desk import Desk, NewJob
from services.emulator.errors import ApiError
from services.emulator.gemini.files import GeminiFiles
from services.emulator.gemini.lines import Answering, GeminiLines, InlinedLines
from services.emulator.google.shapes import CODES, field, one_page
from services.emulator.jobs import ENDED, Job, Phase, lines_done, phase_of, published
from services.emulator.plans import survey
from services.emulator.requests import json_body, mapping
from services.emulator.settings import CurrentSettings
from services.emulator.spool import Blob, Spool, blob

API = "gemini"
CREATE = "gemini.batches.create"
USUAL_PAGE, LONGEST_PAGE = 50, 1000
MOST_LINES = 10_000_000
"""The API limits the file's size only."""
STATES = {
    Phase.VALIDATING: "BATCH_STATE_PENDING",
    Phase.RUNNING: "BATCH_STATE_RUNNING",
    Phase.FINISHING: "BATCH_STATE_RUNNING",
    Phase.CANCELLING: "BATCH_STATE_RUNNING",
    Phase.COMPLETED: "BATCH_STATE_SUCCEEDED",
    Phase.EXPIRED: "BATCH_STATE_EXPIRED",
    Phase.CANCELLED: "BATCH_STATE_CANCELLED",
    Phase.FAILED: "BATCH_STATE_FAILED",
}
TYPE = "type.googleapis.com/google.ai.generativelanguage.v1main."
ERRORS = {Phase.EXPIRED: (4, "The batch expired."), Phase.CANCELLED: (1, "The batch was cancelled.")}


class BatchRoutes:
    """The handlers of ``/batches``, and of the two calls on a model that create one."""

    def __init__(
        self, *, desk: Desk, clock: Clock, spool: Spool, files: GeminiFiles, settings: CurrentSettings
    ) -> None:
        self._desk = desk
        self._clock = clock
        self._spool = spool
        self._files = files
        self._settings = settings

    async def create(self, request: Request, *, answer: Answering, kind: str) -> Response:
        """Create a batch; ``kind`` is what its inlined answers are called."""
        batch = mapping((await json_body(request)).get("batch"))
        source = mapping(field(batch, "inputConfig"))
        is_inline = field(source, "fileName") is None
        given = await asyncio.to_thread(self._input, source)
        job = await self._desk.take_in(
            NewJob(
                api=API,
                route=CREATE,
                key=field(batch, "displayName"),
                model=request.path_params["model"],
                request={"kind": kind, "inline": is_inline, "source": source},
                input=given,
                survey=await asyncio.to_thread(survey, given.path),
                max_lines=MOST_LINES,
                dialect=InlinedLines(answer, self._files) if is_inline else GeminiLines(answer, self._files),
                new_id=lambda: secrets.token_hex(12),
            )
        )
        return self._answered(job)

    async def list(self, request: Request) -> Response:
        longest = min(LONGEST_PAGE, self._settings().max_page)
        jobs = self._desk.listed(API)
        page, more = one_page(request, jobs, default=USUAL_PAGE, longest=longest, identify=lambda job: job.id)
        for job in page:
            await self._desk.look(job)
        return JSONResponse({"operations": [self._shown(job) for job in page]} | more)

    async def get(self, request: Request) -> Response:
        job = self._found(request)
        await self._desk.look(job)
        return self._answered(job)

    async def cancel(self, request: Request) -> Response:
        job = self._found(request)
        await self._desk.cancel(job)
        return JSONResponse({})

    async def delete(self, request: Request) -> Response:
        job = self._found(request)
        await self._desk.look(job)
        if job.ended is None:
            raise ApiError(400, f"batches/{job.id} is not done; cancel it first.")
        self._desk.remove(job)
        return JSONResponse({})

    def _input(self, source: Mapping[str, Any]) -> Blob:
        name = field(source, "fileName")
        if name is not None:
            return self._files.get(name).blob
        requests = mapping(source.get("requests")).get("requests")
        if not isinstance(requests, list) or not requests:
            raise ApiError(400, "batch.inputConfig needs a fileName or requests")
        with self._spool.writing() as (path, file):
            file.writelines(json.dumps(request).encode() + b"\n" for request in requests)
        return blob(path)

    def _found(self, request: Request) -> Job:
        job = self._desk.find(request.path_params["id"], api=API)
        if job is None:
            raise ApiError(404, f"Requested entity was not found: batches/{request.path_params['id']}")
        return job

    def _answered(self, job: Job) -> Response:
        return JSONResponse(self._shown(job))

    def _shown(self, job: Job) -> dict[str, Any]:
        phase = phase_of(job, self._clock.now())
        shown: dict[str, Any] = {"name": f"batches/{job.id}", "metadata": self._metadata(job, phase=phase)}
        if phase not in ENDED:
            return shown
        shown["done"] = True
        if error := _error(job, phase=phase):
            return shown | {"error": error}
        return shown | {"response": {"@type": f"{TYPE}GenerateContentBatchOutput"} | self._output(job)}

    def _metadata(self, job: Job, *, phase: Phase) -> dict[str, Any]:
        now = self._clock.now()
        known = job.plan.word if job.plan.word is not None and phase not in ENDED else STATES[phase]
        output = self._output(job)
        return (
            {
                "@type": f"{TYPE}GenerateContentBatch",
                "name": f"batches/{job.id}",
                "model": f"models/{job.model}",
                "displayName": job.key or "",
                "state": known,
                "createTime": rfc3339(job.created_at),
                "updateTime": rfc3339(job.ended.at if job.ended else now),
                "batchStats": self._stats(job),
                "inputConfig": {} if job.request["inline"] else job.request["source"],
            }
            | ({"endTime": rfc3339(job.ended.at)} if job.ended else {})
            | ({"output": output} if output else {})
        )

    def _stats(self, job: Job) -> dict[str, str]:
        succeeded = job.ended.succeeded if job.ended else lines_done(job, self._clock.now())
        failed = job.ended.failed if job.ended else 0
        pending = 0 if job.ended else job.lines - succeeded
        counts = {
            "requestCount": job.lines,
            "successfulRequestCount": succeeded,
            "failedRequestCount": failed,
            "pendingRequestCount": pending,
        }
        return {name: str(count) for name, count in counts.items() if count}

    def _output(self, job: Job) -> dict[str, Any]:
        files = published(job, self._clock.now())
        if files is None or files.output is None:
            return {}
        if not job.request["inline"]:
            return {"responsesFile": files.output}
        lines = Path(files.output).read_bytes().splitlines()
        return {job.request["kind"]: {"inlinedResponses": [json.loads(line) for line in lines]}}


def _error(job: Job, *, phase: Phase) -> dict[str, Any] | None:
    if phase is Phase.FAILED:
        problem = job.plan.problems[0]
        word = "RESOURCE_EXHAUSTED" if problem.code == "token_limit_exceeded" else "INVALID_ARGUMENT"
        return {"code": CODES[word], "message": f"{problem.code}: {problem.message}"}
    if phase in ERRORS:
        code, message = ERRORS[phase]
        return {"code": code, "message": message}
    return None
