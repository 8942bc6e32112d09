"""What the whole OpenAI API has in common: errors, keys, ids, lists."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.emulator.errors import ApiError
from services.emulator.gate import Api

NO_KEY = (
    "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth "
    "(i.e. Authorization: Bearer YOUR_KEY)."
)
TYPES = {429: "rate_limit_error"}


def new_id(prefix: str) -> str:
    return f"{prefix}{secrets.token_hex(16)}"


def listing(data: Sequence[Mapping[str, Any]], *, has_more: bool) -> JSONResponse:
    """Render one page of a list."""
    ends = {"first_id": data[0]["id"], "last_id": data[-1]["id"]} if data else {"first_id": None, "last_id": None}
    return JSONResponse({"object": "list", "data": list(data), "has_more": has_more} | ends)


def error_body(error: ApiError) -> dict[str, Any]:
    """Return the JSON that the API shows for an error; batches hold the same in their error files."""
    kind = "server_error" if error.status >= 500 else TYPES.get(error.status, "invalid_request_error")
    return {"error": {"message": error.message, "type": kind, "param": None, "code": error.code}}


def _authenticate(request: Request) -> None:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise ApiError(401, NO_KEY)


def _render(error: ApiError) -> Response:
    return JSONResponse(error_body(error), status_code=error.status, headers=error.headers)


OPENAI = Api(authenticate=_authenticate, render=_render)
