"""The elements of a JSON upload with their numbers: a bare list as a stream, or ``{"questions": [...]}`` as a whole."""

import json
from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Any, TextIO

from runners.base import BadData
from runners.sources.base import Chunk
from runners.sources.json_array import JsonArray
from runners.sources.jsontext import dump, parse
from services.http.explanations.refusals import UploadRefused
from services.http.explanations.shapes import LineProblem, LineReason

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
    if head == "[":
        file.seek(0)
        return file
    if head != "{":
        what = f"begins with {head!r}, so it is neither a list nor an object" if head else "is empty"
        raise UploadRefused(f"the JSON {what}", hint=_HINT)
    text = head + file.read(_MOST_AT_ONCE)
    if len(text) > _MOST_AT_ONCE:
        raise UploadRefused(f"an object of over {_MOST_AT_ONCE:,} characters is not read", hint="Send the bare list.")
    return StringIO(_questions(text))


def _questions(text: str) -> str:
    try:
        held = parse(text)
        _refuse_twins(text)
    except ValueError as error:
        raise UploadRefused(f"this cannot be read as JSON: {error}", hint=_HINT) from error
    if not isinstance(held, Mapping) or not isinstance(held.get("questions"), list):
        raise UploadRefused("the object has no list `questions`", hint=_HINT)
    return dump(held["questions"])


def _numbered(chunk: Chunk, *, after: int) -> Iterator[tuple[int, dict[str, Any]] | LineProblem]:
    """Give the good elements their numbers: those that the broken ones leave."""
    broken = {int(item.payload["line"]): str(item.error) for item in chunk.broken}
    good = iter(chunk.good)
    for number in range(after + 1, after + 1 + len(chunk.good) + len(broken)):
        if number in broken:
            yield LineProblem.of(number, LineReason.OTHER, broken[number].partition(": ")[2])
        else:
            yield _entry(next(good), number=number)


def _entry(text: str, *, number: int) -> tuple[int, dict[str, Any]] | LineProblem:
    try:
        _refuse_twins(text)
    except ValueError as error:
        return LineProblem.of(number, LineReason.OTHER, str(error))
    held = parse(text)
    assert isinstance(held, dict)
    return number, held


def _refuse_twins(text: str) -> None:
    """Raise ``ValueError`` for a key that is there twice: parsing keeps the last, and what the other said is lost."""
    json.loads(text, object_pairs_hook=_once)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held = dict(pairs)
    if len(held) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"the key {next(key for key in keys if keys.count(key) > 1)[:40]!r} is given twice")
    return held
