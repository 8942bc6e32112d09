"""Batch prediction jobs: created from an object in Cloud Storage, listed, looked at, cancelled, deleted."""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.emulator.clock import Clock, rfc3339
from services.emulator.desk import Desk, NewJob
from services.emulator.errors import ApiError
from services.emulator.gcs.objects import Buckets, StoredObject
from services.emulator.google.content import bare_model
from services.emulator.google.shapes import CODES, one_page
from services.emulator.jobs import ENDED, Job, Phase, lines_done, phase_of
from services.emulator.plans import survey
from services.emulator.requests import json_body, mapping
from services.emulator.settings import CurrentSettings
from services.emulator.vertex.filters import matches
from services.emulator.vertex.places import Place, output_folder
from services.emulator.working import Dialect

API = "vertex"
CREATE = "vertex.batches.create"
USUAL_PAGE, LONGEST_PAGE = 100, 1000
MOST_LINES = 200_000
STATES = {
    Phase.VALIDATING: "JOB_STATE_PENDING",
    Phase.RUNNING: "JOB_STATE_RUNNING",
    Phase.FINISHING: "JOB_STATE_RUNNING",
    Phase.CANCELLING: "JOB_STATE_CANCELLING",
    Phase.COMPLETED: "JOB_STATE_SUCCEEDED",
    Phase.EXPIRED: "JOB_STATE_EXPIRED",
    Phase.CANCELLED: "JOB_STATE_CANCELLED",
    Phase.FAILED: "JOB_STATE_FAILED",
}
PARTLY = "JOB_STATE_PARTIALLY_SUCCEEDED"


class JobRoutes:
    """The handlers of ``/batchPredictionJobs``."""

    def __init__(
        self,
        *,
        desk: Desk,
        clock: Clock,
        buckets: Buckets,
        settings: CurrentSettings,
        new_dialect: Callable[[], Dialect],
    ) -> None:
        self._desk = desk
        self._clock = clock
        self._buckets = buckets
        self._settings = settings
        self._new_dialect = new_dialect

    async def create(self, request: Request) -> Response:
        body = await json_body(request)
        given = self._input(body)
        Place.parse(mapping(mapping(body.get("outputConfig")).get("gcsDestination")).get("outputUriPrefix"))
        job = await self._desk.take_in(
            NewJob(
                api=API,
                route=CREATE,
                key=body.get("displayName"),
                model=bare_model(str(body.get("model"))),
                request=body | {"parent": _parent(request)},
                input=given.blob,
                survey=await asyncio.to_thread(survey, given.blob.path),
                max_lines=MOST_LINES,
                dialect=self._new_dialect(),
                new_id=lambda: str(10**18 + secrets.randbelow(9 * 10**18)),
            )
        )
        return self._answered(job)

    async def list(self, request: Request) -> Response:
        wanted, parent = request.query_params.get("filter"), _parent(request)
        jobs = [job for job in self._desk.listed(API) if job.request["parent"] == parent]
        for job in jobs:
            await self._desk.look(job)
        found = [shown for shown in map(self._shown, jobs) if matches(wanted, shown)]
        longest = min(LONGEST_PAGE, self._settings().max_page)
        page, more = one_page(request, found, default=USUAL_PAGE, longest=longest, identify=_id_of)
        return JSONResponse({"batchPredictionJobs": list(page)} | more)

    async def get(self, request: Request) -> Response:
        job = self._found(request)
        await self._desk.look(job)
        return self._answered(job)

    async def cancel(self, request: Request) -> Response:
        await self._desk.cancel(self._found(request))
        return JSONResponse({})

    async def delete(self, request: Request) -> Response:
        job = self._found(request)
        await self._desk.look(job)
        if job.ended is None:
            raise ApiError(400, f"The job {job.id} is not in a final state; cancel it first.")
        self._desk.remove(job)
        operation = f"{job.request['parent']}/operations/{job.id}"
        return JSONResponse({"name": operation, "done": True})

    def _input(self, body: Mapping[str, Any]) -> StoredObject:
        uris = mapping(mapping(body.get("inputConfig")).get("gcsSource")).get("uris")
        given = [uris] if isinstance(uris, str) else uris
        if not isinstance(given, list) or len(given) != 1:
            raise ApiError(400, "inputConfig.gcsSource.uris must name one object; the emulator reads no more than one.")
        place = Place.parse(given[0])
        return self._buckets.get(place.bucket, place.name)

    def _found(self, request: Request) -> Job:
        job = self._desk.find(request.path_params["id"], api=API)
        if job is None or job.request["parent"] != _parent(request):
            raise ApiError(404, f"The BatchPredictionJob {request.path_params['id']} does not exist.")
        return job

    def _answered(self, job: Job) -> Response:
        return JSONResponse(self._shown(job))

    def _shown(self, job: Job) -> dict[str, Any]:
        now = self._clock.now()
        phase = phase_of(job, now)
        shown = {
            "name": f"{job.request['parent']}/batchPredictionJobs/{job.id}",
            "displayName": job.key or "",
            "model": job.request.get("model"),
            "inputConfig": job.request["inputConfig"],
            "outputConfig": job.request["outputConfig"],
            "labels": job.request.get("labels") or {},
            "state": _state(job, phase=phase),
            "createTime": rfc3339(job.created_at),
            "updateTime": rfc3339(job.ended.at if job.ended else now),
            "completionStats": _stats(job, done=lines_done(job, now)),
        }
        if phase is not Phase.VALIDATING:
            shown["startTime"] = rfc3339(job.starts_at)
        return shown | _end(job)


def _parent(request: Request) -> str:
    return f"projects/{request.path_params['project']}/locations/{request.path_params['location']}"


def _id_of(shown: Mapping[str, Any]) -> str:
    return str(shown["name"]).rsplit("/", 1)[-1]


def _state(job: Job, *, phase: Phase) -> str:
    if job.plan.word is not None and phase not in ENDED:
        return job.plan.word
    if job.ended is not None and phase is Phase.COMPLETED and job.ended.failed:
        return PARTLY
    return STATES[phase]


def _stats(job: Job, *, done: int) -> dict[str, str]:
    succeeded = job.ended.succeeded if job.ended else done
    failed = job.ended.failed if job.ended else 0
    counts = {"successfulCount": succeeded, "failedCount": failed, "incompleteCount": job.lines - succeeded - failed}
    return {name: str(count) for name, count in counts.items()}


def _end(job: Job) -> dict[str, Any]:
    if job.ended is None:
        return {}
    shown: dict[str, Any] = {"endTime": rfc3339(job.ended.at)}
    if job.ended.output is not None:
        shown["outputInfo"] = {"gcsOutputDirectory": output_folder(job)}
    if job.plan.problems:
        problem = job.plan.problems[0]
        word = "RESOURCE_EXHAUSTED" if problem.code == "token_limit_exceeded" else "INVALID_ARGUMENT"
        shown["error"] = {"code": CODES[word], "message": f"{problem.code}: {problem.message}"}
    return shown
