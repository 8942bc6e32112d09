"""A JSON file that holds one list of objects, as a stream of chunks: never the whole file in memory.

Where the JSON itself breaks off, nothing tells where the next element begins, so that ends the reading.
"""

import json
from collections.abc import Iterator
from typing import TextIO

from runners.base import BadData, Column
from runners.columns import ColumnTracker
from runners.sources.base import MAX_ENTRY, Chunk, broken_entry
from runners.sources.jsonl import parse_object
from runners.sources.jsontext import jsonb_text
from runners.sources.text import NOT_TEXT, is_spoiled

_BLOCK = 1_000_000
_SPACE = " \t\r\n"


class JsonArray:
    """Implements ``runners.sources.base.Format``."""

    def __init__(self, file: TextIO) -> None:
        self._elements = _Elements(file)
        self._tracker = ColumnTracker()

    def columns(self) -> tuple[Column, ...]:
        return self._tracker.columns()

    def chunks(self) -> Iterator[Chunk]:
        chunk = Chunk()
        for number, text in enumerate(self._elements, 1):
            try:
                chunk.add(self._payload(text))
            except ValueError as error:
                chunk.reject(broken_entry(text, where="element", line=number, reason=str(error)), size=len(text))
            if chunk.is_full:
                yield chunk
                chunk = Chunk()
        if not chunk.is_empty:
            yield chunk

    def _payload(self, text: str) -> str:
        if is_spoiled(text):
            raise ValueError(NOT_TEXT)
        self._tracker.see(parse_object(text))
        return jsonb_text(text)


class _Elements:
    """The text of each element of the list."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._decoder = json.JSONDecoder()
        self._buffer = ""
        self._at = 0
        self._before = 0

    def __iter__(self) -> Iterator[str]:
        if self._peek() != "[":
            raise BadData("the JSON file does not hold a list; for one object a line, set `format: jsonl`")
        self._at += 1
        if self._peek() == "]":
            self._at += 1
            return self._expect_end()
        while True:
            yield self._element()
            mark = self._peek()
            self._at += 1
            if mark == "]":
                return self._expect_end()
            if mark != ",":
                raise self._broken(f'expected "," or "]", found {mark!r}')
            self._peek()

    def _element(self) -> str:
        while True:
            try:
                _, end = self._decoder.raw_decode(self._buffer, self._at)
            except RecursionError:
                raise self._broken("an element is nested too deeply") from None
            except ValueError as error:
                if not self._more():
                    raise self._broken(str(error)) from None
            else:
                # A number may go on in the next block; any other value shows its end.
                if end < len(self._buffer) or not self._more():
                    text = self._buffer[self._at : end]
                    self._at = end
                    return text

    def _peek(self) -> str:
        """Skip white space and return the character there; empty at the end of the file."""
        while True:
            while self._at < len(self._buffer) and self._buffer[self._at] in _SPACE:
                self._at += 1
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._more():
                return ""

    def _more(self) -> bool:
        """Read on, at least as much as is at hand, so that a long element is not parsed over and over."""
        rest = self._buffer[self._at :]
        if len(rest) > MAX_ENTRY:
            raise self._broken(f"no complete element within {MAX_ENTRY:,} characters")
        block = self._file.read(max(_BLOCK, len(rest)))
        self._before += self._at
        self._buffer, self._at = rest + block, 0
        return bool(block)

    def _expect_end(self) -> None:
        if self._peek():
            raise self._broken("something follows the list")

    def _broken(self, reason: str) -> BadData:
        return BadData(f"the JSON breaks off at character {self._before + self._at + 1}: {reason}")
