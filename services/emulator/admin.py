"""The admin routes: faults, ordered answers, settings, the clock, and the bill. They need no key and pass no gate."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from services.emulator.answering import OrderedAnswer
from services.emulator.errors import ApiError
from services.emulator.faults import Fault, FaultOrder
from services.emulator.gate import Gate
from services.emulator.jobs import Job, phase_of
from services.emulator.machinery import Machinery
from services.emulator.settings import EmulatorSettings

T = TypeVar("T")


class Advance(BaseModel):
    """How far the clock is to go forward."""

    model_config = ConfigDict(extra="forbid")

    advance_seconds: float = Field(ge=0)


class Admin:
    """The handlers of ``/admin``; ``clear_apis`` forgets what the APIs keep themselves."""

    def __init__(self, machinery: Machinery, *, gate: Gate, clear_apis: Callable[[], None]) -> None:
        self._machinery = machinery
        self._gate = gate
        self._clear_apis = clear_apis

    def routes(self) -> Sequence[BaseRoute]:
        return [
            _route("/faults", self.order_faults, method="POST"),
            _route("/faults", self.list_faults, method="GET"),
            _route("/faults", self.clear_faults, method="DELETE"),
            _route("/faults/{number:int}", self.remove_fault, method="DELETE"),
            _route("/answers", self.order_answers, method="POST"),
            _route("/answers", self.clear_answers, method="DELETE"),
            _route("/settings", self.show_settings, method="GET"),
            _route("/settings", self.change_settings, method="PATCH"),
            _route("/clock", self.advance, method="POST"),
            _route("/bill", self.bill, method="GET"),
            _route("/calls", self.calls, method="GET"),
            _route("/jobs", self.jobs, method="GET"),
            _route("/reset", self.reset, method="POST"),
        ]

    async def order_faults(self, request: Request) -> Response:
        orders = await _read(request, TypeAdapter(Annotated[list[FaultOrder], BeforeValidator(_listed)]))
        faults = [self._machinery.faults.order(order) for order in orders]
        return JSONResponse({"faults": [_shown_fault(fault) for fault in faults]})

    async def list_faults(self, _: Request) -> Response:
        return JSONResponse({"faults": [_shown_fault(fault) for fault in self._machinery.faults.all()]})

    async def clear_faults(self, _: Request) -> Response:
        self._machinery.faults.clear()
        return JSONResponse({"faults": []})

    async def remove_fault(self, request: Request) -> Response:
        number = request.path_params["number"]
        if not self._machinery.faults.remove(number):
            raise ApiError(404, f"there is no fault {number}; GET /admin/faults lists them")
        return await self.list_faults(request)

    async def order_answers(self, request: Request) -> Response:
        answers = await _read(request, TypeAdapter(Annotated[list[OrderedAnswer], BeforeValidator(_listed)]))
        for answer in answers:
            self._machinery.ordered.order(answer)
        return JSONResponse({"ordered": len(answers)})

    async def clear_answers(self, _: Request) -> Response:
        self._machinery.ordered.clear()
        return JSONResponse({"ordered": 0})

    async def show_settings(self, _: Request) -> Response:
        return JSONResponse(self._machinery.settings().model_dump())

    async def change_settings(self, request: Request) -> Response:
        changes = await _read(request, TypeAdapter(dict[str, Any]))
        self._machinery.set(_valid(EmulatorSettings, self._machinery.settings().model_dump() | changes))
        return await self.show_settings(request)

    async def advance(self, request: Request) -> Response:
        advance = await _read(request, TypeAdapter(Advance))
        self._machinery.clock.advance(advance.advance_seconds)
        return JSONResponse({"now": self._machinery.clock.now()})

    async def bill(self, request: Request) -> Response:
        """Bring every job up to date first: what is due is billed, whether or not anyone asked for it."""
        await self._machinery.desk.settle()
        books, wanted = self._machinery.books, request.query_params.get("requests", "all")
        if wanted not in {"all", "repeated", "none"}:
            raise ApiError(400, f"requests must be all, repeated or none, not {wanted!r}")
        entries = [] if wanted == "none" else books.entries(only_repeated=wanted == "repeated")
        return JSONResponse({"totals": books.totals(), "requests": [asdict(entry) for entry in entries]})

    async def calls(self, _: Request) -> Response:
        most = self._machinery.lane.most
        return JSONResponse({"calls": dict(self._gate.calls), "most_concurrent_live_calls": most})

    async def jobs(self, _: Request) -> Response:
        jobs = self._machinery.desk.all()
        for job in jobs:
            await self._machinery.desk.look(job)
        return JSONResponse({"jobs": [self._shown_job(job) for job in jobs]})

    async def reset(self, _: Request) -> Response:
        await self._machinery.clear()
        self._clear_apis()
        self._gate.calls.clear()
        return JSONResponse({"reset": True})

    def _shown_job(self, job: Job) -> dict[str, Any]:
        return {
            "id": job.id,
            "api": job.api,
            "key": job.key,
            "model": job.model,
            "phase": phase_of(job, self._machinery.clock.now()),
            "lines": job.lines,
            "succeeded": job.ended.succeeded if job.ended else None,
            "failed": job.ended.failed if job.ended else None,
            "created_at": job.created_at,
        }


def _route(path: str, handler: Callable[[Request], Awaitable[Response]], *, method: str) -> Route:
    async def answered(request: Request) -> Response:
        try:
            return await handler(request)
        except ApiError as error:
            return JSONResponse({"error": error.message}, status_code=error.status)

    return Route(path, answered, methods=[method])


def _shown_fault(fault: Fault) -> dict[str, Any]:
    ordered = fault.order.model_dump(mode="json", exclude_unset=True)
    return {"number": fault.number, "chances": fault.chances, "bites": fault.bites} | ordered


def _listed(given: Any) -> Any:
    """Take one order for a list of one."""
    return given if isinstance(given, list) else [given]


async def _read(request: Request, shape: TypeAdapter[T]) -> T:
    try:
        return shape.validate_json(await request.body())
    except ValidationError as error:
        raise ApiError(422, _explained(error)) from error


def _valid(model: type[EmulatorSettings], values: dict[str, Any]) -> EmulatorSettings:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise ApiError(422, _explained(error)) from error


def _explained(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, e['loc'])) or 'body'}: {e['msg']}" for e in error.errors())
