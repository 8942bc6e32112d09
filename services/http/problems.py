"""How errors look: RFC 9457 problem details, with our SQLSTATE, a hint, and every problem by its path."""

import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import psycopg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from psycopg_pool import PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import Response

from definitions.errors import DefinitionError, ExpressionError
from engine.access import UnknownToken
from engine.asking import RequestRefused, listed_problems
from engine.catalog import UnknownDefinition, VersionConflict
from engine.in_flight import UnknownBreaker
from engine.prompts import PromptRefused, UnknownPrompt
from engine.resetter import RetryRefused
from engine.versions import UnknownVersion
from services.http.methods import methods_at
from services.http.shapes.common import ProblemAt
from services.http.unreadable import why_unreadable

log = logging.getLogger("batchdag")

MEDIA_TYPE = "application/problem+json"
_STATUS = {"BD002": 409, "BD003": 404, "BD004": 409, "BD005": 422, "BD006": 422, "BD007": 409}
_TITLES = {
    400: "The request is malformed",
    401: "A token is needed",
    403: "This is not allowed",
    404: "There is no such thing",
    405: "This method is not allowed here",
    409: "The state does not allow this",
    413: "The request is too large",
    421: "This host is not served",
    422: "The values are not right",
    428: "The version is missing",
    429: "There is too much at once",
    500: "Something went wrong in the server",
    503: "The database cannot be reached",
    504: "The answer takes too long",
}

_LESS = (
    "Ask for less: one step or state, a shorter time, a smaller `limit`. An operator sets BATCHDAG_HTTP_READ_SECONDS."
)

REFUSALS: tuple[type[Exception], ...] = (
    HTTPException, RequestRefused, RetryRefused, DefinitionError, PromptRefused, UnknownDefinition, UnknownPrompt,
    UnknownVersion, UnknownToken, UnknownBreaker, VersionConflict, psycopg.DataError,
)  # fmt: skip
"""What a caller did wrong, as against what went wrong here."""


class Missing(HTTPException):
    """There is no such thing; ``hint`` says where those are that exist."""

    def __init__(self, what: str, *, hint: str) -> None:
        super().__init__(404, detail=what)
        self.hint = hint


class Conflict(HTTPException):
    """The state of things does not allow this; ``hint`` says what would."""

    def __init__(self, what: str, *, hint: str) -> None:
        super().__init__(409, detail=what)
        self.hint = hint


class Wrong(HTTPException):
    """A value that only the route can judge is not right."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(422, detail=f"{path}: {message}")
        self.problems = [_at(path, message)]


def problem(status: int, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> Response:
    """Return a problem as a response; what is None in ``more`` is left out."""
    content = {"type": "about:blank", "title": _TITLES.get(status, "This cannot be done"), "status": status}
    given = {key: value for key, value in more.items() if value is not None}
    body = json.dumps(content | {"detail": detail} | given, default=str)
    return Response(body, status_code=status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def _at(path: str, message: str) -> dict[str, Any]:
    return ProblemAt.at(path, message).model_dump(exclude_none=True)


def install(app: FastAPI) -> None:
    """Give every error of the engine its shape."""
    app.add_exception_handler(HTTPException, _from_http)
    app.add_exception_handler(RequestValidationError, _from_validation)
    for kinds, handler in _HANDLERS:
        for kind in kinds:
            app.add_exception_handler(kind, handler)


async def _from_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        return problem(405, f"{request.url.path} has no {request.method}", headers={"Allow": methods_at(request)})
    more = {name: getattr(error, name, None) for name in ("hint", "problems", "plan")}
    detail = why_unreadable(error) or str(error.detail)
    return problem(error.status_code, detail, headers=error.headers, **more)


async def _from_validation(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if (why := why_unreadable(error)) is not None:
        return problem(400, why)
    problems = [_at(path_of(each["loc"]), each["msg"]) for each in error.errors()]
    return problem(422, f"{len(problems)} value(s) of the request are not right", problems=problems)


def path_of(place: Sequence[int | str]) -> str:
    """Return pydantic's place as we write paths: ``body.steps[3].key``."""
    path = ""
    for part in place:
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    return path.lstrip(".")


async def _from_engine(_request: Request, error: Exception) -> Response:
    match error:
        case DefinitionError() | PromptRefused():
            problems = [_at(one.path, one.message) for one in error.problems]
            return problem(422, str(error).splitlines()[0], sqlstate="BD001", problems=problems)
        case RequestRefused():
            return _refused(str(error), sqlstate=error.sqlstate or "", hint=error.hint)
        case psycopg.Error():
            return _from_database(error)
    raise error


def _refused(words: str, *, sqlstate: str, hint: str | None) -> Response:
    """Return what the database refuses in its own words; what it lists by path is a problem of its own each."""
    status = _STATUS.get(sqlstate, 422)
    if not (listed := listed_problems(words)):
        return problem(status, words, sqlstate=sqlstate, hint=hint)
    said: dict[str, Any] = {"code": "params", "values": {"count": len(listed)}} if sqlstate == "BD005" else {}
    problems = [_at(one.path, one.message) for one in listed]
    return problem(status, words.splitlines()[0].rstrip(":"), sqlstate=sqlstate, hint=hint, problems=problems, **said)


def _from_database(error: psycopg.Error) -> Response:
    state = error.sqlstate or ""
    if state.startswith("BD"):
        return _refused(error.diag.message_primary or str(error), sqlstate=state, hint=error.diag.message_hint)
    if isinstance(error, psycopg.DataError) or state.startswith("54"):
        words = error.diag.message_primary or str(error).splitlines()[0]
        return problem(422, f"the database cannot hold a value of the request: {words}", sqlstate=error.sqlstate)
    if isinstance(error, psycopg.errors.QueryCanceled):
        log.warning("http.read_stopped", extra={"why": str(error)})
        return problem(504, "the database was still at work when the time for a read was over", hint=_LESS)
    if isinstance(error, PoolTimeout | psycopg.OperationalError):
        log.error("http.database_unreachable", extra={"why": str(error)})
        return problem(503, "the database did not answer; try again", headers={"Retry-After": "5"})
    raise error


async def _from_lookup(_request: Request, error: Exception) -> Response:
    return problem(404, str(error))


async def _from_conflict(_request: Request, error: Exception) -> Response:
    if isinstance(error, RetryRefused):
        return problem(409, str(error), code=error.said.code, values=error.said.values)
    more = {name: getattr(error, name, None) for name in ("expected", "found")}
    return problem(409, str(error), **more)


async def _from_text(_request: Request, error: Exception) -> Response:
    words = "it is not Unicode text" if isinstance(error, UnicodeEncodeError) else str(error)
    return problem(422, f"a text of the request cannot be used: {words}")


async def _from_bug(request: Request, error: Exception) -> Response:
    log.error("http.failed", extra={"path": request.url.path, "error": type(error).__name__})
    return problem(500, "the server has a defect here; its log has the details")


_HANDLERS: tuple[tuple[tuple[type[Exception], ...], Callable[[Request, Exception], Awaitable[Response]]], ...] = (
    ((HTTPException,), _from_http),
    ((RequestValidationError,), _from_validation),
    ((RequestRefused, DefinitionError, PromptRefused, psycopg.Error), _from_engine),
    ((UnknownDefinition, UnknownPrompt, UnknownVersion, UnknownToken, UnknownBreaker), _from_lookup),
    ((RetryRefused, VersionConflict), _from_conflict),
    ((ExpressionError, UnicodeEncodeError), _from_text),
    ((Exception,), _from_bug),
)
