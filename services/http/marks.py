"""How ``next`` of a page is written and read back: what places a row in its list, between colons.

A time is a number too: microseconds since 1970, as exact as the database keeps it.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from services.http.problems import Wrong

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LATEST = 10**17
"""Microseconds, in the year 5138: what a time can still hold."""


def mark(*parts: Any) -> str:
    """Return a key of several parts as ``next`` carries it."""
    return ":".join(map(str, parts))


def numbers(after: str, *, count: int) -> tuple[int, ...]:
    """Return the numbers of a mark.

    Raises:
        Wrong: it is not the mark of a page.
    """
    parts = after.split(":")
    if len(parts) != count or not all(part.isascii() and part.isdigit() and len(part) <= 18 for part in parts):
        raise Wrong("after", "is not the `next` of a page")
    return tuple(int(part) for part in parts)


def number_of(at: datetime) -> int:
    """Return a time as a mark carries it."""
    return (at - _EPOCH) // _MICROSECOND


def time_of(number: int) -> datetime:
    """Return the time that a mark carries.

    Raises:
        Wrong: it is not the mark of a page.
    """
    if number > _LATEST:
        raise Wrong("after", "is not the `next` of a page")
    return _EPOCH + number * _MICROSECOND
