"""Where a page ends, as clients carry it: opaque to them, checked when it comes back. Pure."""

import base64
import json

from runners.base import Json
from services.graphql.errors import Refused

MOST_ROWS = 200
_LONGEST = 4_000


def cursor_of(*parts: Json) -> str:
    """Return what stands for the last row of a page."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def read_cursor(text: str, *, parts: int) -> list[Json]:
    """Return what a cursor stands for.

    Raises:
        Refused: it is not one of ours.
    """
    read = _decoded(text[:_LONGEST])
    if not isinstance(read, list) or len(read) != parts:
        raise Refused("after: this is no endCursor of such a list")
    return read


def _decoded(text: str) -> Json:
    try:
        return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, RecursionError):
        return None


def checked_first(first: int, *, name: str = "first") -> int:
    """Return how many rows are asked for.

    Raises:
        Refused: it is too many, or none.
    """
    if not 1 <= first <= MOST_ROWS:
        raise Refused(f"{name}: {first}; 1 to {MOST_ROWS} rows can be asked for at once")
    return first
