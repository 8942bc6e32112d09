"""JSON Lines as a stream of chunks: one object a line, blank lines aside."""

import json
from collections.abc import Iterator
from functools import partial
from typing import TextIO

from runners.base import Column
from runners.columns import ColumnTracker
from runners.sources.base import MAX_ENTRY, Chunk, broken_entry
from runners.sources.jsontext import jsonb_text, parse
from runners.sources.text import NOT_TEXT, is_spoiled


class JsonLines:
    """Implements ``runners.sources.base.Format``."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._tracker = ColumnTracker()

    def columns(self) -> tuple[Column, ...]:
        return self._tracker.columns()

    def chunks(self) -> Iterator[Chunk]:
        chunk = Chunk()
        for number, line in enumerate(iter(partial(self._file.readline, MAX_ENTRY), ""), 1):
            self._take(chunk, line, number)
            if chunk.is_full:
                yield chunk
                chunk = Chunk()
        if not chunk.is_empty:
            yield chunk

    def _take(self, chunk: Chunk, line: str, number: int) -> None:
        text = line.strip()
        if not text:
            return
        try:
            payload = self._payload(text, whole=len(line) < MAX_ENTRY or line.endswith("\n"))
        except ValueError as error:
            self._skip_rest(line)
            chunk.reject(broken_entry(text, where="line", line=number, reason=str(error)), size=len(text))
        else:
            chunk.add(payload)

    def _payload(self, text: str, *, whole: bool) -> str:
        if not whole:
            raise ValueError(f"it is longer than {MAX_ENTRY:,} characters")
        if is_spoiled(text):
            raise ValueError(NOT_TEXT)
        value = parse_object(text)
        self._tracker.see(value)
        return jsonb_text(text)

    def _skip_rest(self, line: str) -> None:
        while len(line) == MAX_ENTRY and not line.endswith("\n"):
            line = self._file.readline(MAX_ENTRY)


def parse_object(text: str) -> dict[str, object]:
    """Parse one JSON object.

    Raises:
        ValueError: it is none; the message says why.
    """
    try:
        value = parse(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"bad JSON: {error.msg} at character {error.pos + 1}") from None
    if isinstance(value, dict):
        return value
    raise ValueError(f"not an object but {_KINDS.get(type(value), 'a number')}")


_KINDS = {list: "a list", str: "a string", bool: "true or false", type(None): "null"}
