"""What Google's APIs have in common on the wire: errors, pages, fields in either spelling."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.emulator.errors import ApiError
from services.emulator.pages import page_after
from services.emulator.requests import page_size

T = TypeVar("T")

STATUS_WORDS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
CODES = {"NOT_FOUND": 5, "RESOURCE_EXHAUSTED": 8, "INVALID_ARGUMENT": 3, "INTERNAL": 13, "CANCELLED": 1}
"""What gRPC calls the same; errors inside of jobs are numbered so."""


def error_body(error: ApiError) -> dict[str, Any]:
    """Return the JSON that Google's APIs show for an error."""
    word = STATUS_WORDS.get(error.status, "UNKNOWN")
    return {"error": {"code": error.status, "message": error.message, "status": word}}


def render(error: ApiError) -> Response:
    return JSONResponse(error_body(error), status_code=error.status, headers=error.headers)


def field(body: Mapping[str, Any], name: str) -> Any:
    """Return a field by its camelCase name, or by the snake_case that Google's APIs take as well."""
    if name in body:
        return body[name]
    return body.get(re.sub(r"[A-Z]", lambda capital: f"_{capital[0].lower()}", name))


def one_page(
    request: Request, items: Sequence[T], *, default: int, longest: int, identify: Callable[[T], str]
) -> tuple[Sequence[T], dict[str, str]]:
    """Return the page that was asked for, and ``nextPageToken`` if there are more.

    Raises:
        ApiError: the size or the token is wrong.
    """
    size = page_size(request, "pageSize", default=default, longest=longest)
    page, has_more = page_after(items, request.query_params.get("pageToken"), size=size, identify=identify)
    return page, {"nextPageToken": identify(page[-1])} if has_more else {}
