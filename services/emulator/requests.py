"""Reading requests: JSON bodies, and numbers in query strings."""

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from services.emulator.errors import ApiError


async def json_body(request: Request) -> dict[str, Any]:
    """Return the body as a JSON object.

    Raises:
        ApiError: it is none.
    """
    text = await request.body() or b"{}"
    try:
        body = json.loads(text)
        if b"\\ud" in text.lower():
            json.dumps(body, ensure_ascii=False).encode()  # half a surrogate pair is no text, though JSON can hold it
    except ValueError as error:
        raise ApiError(400, f"the body is not JSON: {error}") from error
    if not isinstance(body, dict):
        raise ApiError(400, f"the body must be a JSON object, not {type(body).__name__}")
    return body


def page_size(request: Request, name: str, *, default: int, longest: int) -> int:
    """Return how long a page may be: what was asked for, but no more than ``longest``.

    Raises:
        ApiError: it is no positive whole number.
    """
    text = request.query_params.get(name)
    if text is None:
        return min(default, longest)
    if not text.isdecimal() or int(text) < 1:
        raise ApiError(400, f"{name} must be a positive whole number, not {text!r}")
    return min(int(text), longest)


def whole_number(value: Any, *, name: str, default: int) -> int:
    """Return a field of a body that is a number above 0.

    Raises:
        ApiError: it is something else.
    """
    if value is None:
        return default
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ApiError(400, f"{name} must be a whole number above 0, not {value!r}")
    return value


def mapping(value: Any) -> Mapping[str, Any]:
    """Return an object, or an empty one where there is something else."""
    return value if isinstance(value, Mapping) else {}
