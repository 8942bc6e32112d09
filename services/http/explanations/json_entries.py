"""The elements of a JSON upload with their numbers: a bare list as a stream, or ``{"questions": [...]}`` as a whole."""

from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Any, TextIO

from runners.base import BadData
from runners.sources.base import Chunk
from runners.sources.json_array import JsonArray
from runners.sources.jsontext import dump, parse
from services.http.explanations.refusals import UploadRefused
from services.http.explanations.shapes import LineProblem

_MOST_AT_ONCE = 8_000_000
_SPACE = " \t\r\n"
_HINT = 'Send a list of objects, or {"questions": [...]}.'


def json_entries(file: TextIO) -> Iterator[tuple[int, dict[str, Any]] | LineProblem]:
    """Yield each element in order; what is no object is a problem.

    Raises:
        UploadRefused: it is not JSON; where it breaks off, nothing tells where the next element begins.
    """
    number = 0
    try:
        for chunk in JsonArray(_list_in(file)).chunks():
            yield from _numbered(chunk, after=number)
            number += len(chunk.good) + len(chunk.broken)
    except BadData as error:
        raise UploadRefused(str(error), hint=_HINT) from error


def _list_in(file: TextIO) -> TextIO:
    """Return the list itself as text."""
    head = file.read(1)
    while head and head in _SPACE:
        head = file.read(1)
    if head != "{":
        file.seek(0)
        return file
    text = head + file.read(_MOST_AT_ONCE)
    if len(text) > _MOST_AT_ONCE:
        raise UploadRefused(f"an object of over {_MOST_AT_ONCE:,} characters is not read", hint="Send the bare list.")
    return StringIO(_questions(text))


def _questions(text: str) -> str:
    try:
        held = parse(text)
    except ValueError as error:
        raise UploadRefused(f"this is not JSON: {error}") from error
    if not isinstance(held, Mapping) or not isinstance(held.get("questions"), list):
        raise UploadRefused("the object has no list `questions`", hint=_HINT)
    return dump(held["questions"])


def _numbered(chunk: Chunk, *, after: int) -> Iterator[tuple[int, dict[str, Any]] | LineProblem]:
    """Give the good elements their numbers: those that the broken ones leave."""
    broken = {int(item.payload["line"]): str(item.error) for item in chunk.broken}
    good = iter(chunk.good)
    for number in range(after + 1, after + 1 + len(chunk.good) + len(broken)):
        if number in broken:
            yield LineProblem(line=number, column=None, reason=broken[number].partition(": ")[2])
        else:
            yield number, _object(next(good))


def _object(text: str) -> dict[str, Any]:
    held = parse(text)
    assert isinstance(held, dict)
    return held
