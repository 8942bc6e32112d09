"""The records of a CSV upload with the lines they begin at. Decides which lines make a record.

A stray quote swallows what follows it. So of a broken record only the first line is refused, and the lines after it are
read again: one bad line costs one line.
"""

import csv
from collections import deque
from collections.abc import Iterator
from typing import Any, TextIO

from runners.sources.text import is_spoiled
from services.http.explanations.columns import NEEDED, column_named
from services.http.explanations.refusals import UploadRefused
from services.http.explanations.shapes import LineProblem, LineReason

_LONGEST_LINE = 1_000_000
_MOST_LINES = 500
_HEADER_HINT = "The first line names the columns: question, answer, choices ... or 문제, 정답, 보기 ..."
_OPEN_QUOTE = "opens a quote that is not closed"
_NOT_TEXT = "has bytes that are neither UTF-8 nor CP949; save the file as `CSV UTF-8`"


def csv_entries(file: TextIO) -> Iterator[tuple[int, dict[str, Any]] | LineProblem]:
    """Yield each record by the names in the header; empty cells are left out.

    Raises:
        UploadRefused: the header names no question, no answer, or one column twice.
    """
    lines = _Lines(file)
    names = _header(lines)
    lines.done()
    while lines.has_more():
        try:
            yield from _records(lines, names)
        except csv.Error as error:
            yield _problem(lines, str(error))
            lines.read_again_after_first()


def _header(lines: "_Lines") -> list[str]:
    try:
        names = next(_reader(lines), [])
    except csv.Error as error:
        raise UploadRefused(f"the header, line 1, is broken: {error}") from error
    if not names and not lines.has_more():
        raise UploadRefused("the file is empty", hint=_HEADER_HINT)
    _check_header(names)
    return names


def _check_header(names: list[str]) -> None:
    columns = [column for name in names if (column := column_named(name)) is not None]
    lacking = [f"no column for the {needed}" for needed in NEEDED if needed not in columns]
    twice = [f"more than one column for the {column}" for column in dict.fromkeys(columns) if columns.count(column) > 1]
    if lacking or twice:
        found = ", ".join(name[:40] for name in names[:30]) or "nothing"
        raise UploadRefused(f"the header has {', '.join(lacking + twice)}; it has: {found}", hint=_HEADER_HINT)


def _records(lines: "_Lines", names: list[str]) -> Iterator[tuple[int, dict[str, Any]] | LineProblem]:
    for row in _reader(lines):
        if lines.is_spoiled:
            yield _problem(lines, _NOT_TEXT)
        elif len(row) > len(names):
            raise csv.Error(f"has {len(row)} fields where {len(names)} are expected")
        elif any(cell.strip() for cell in row):
            yield lines.number + 1, {name: cell for name, cell in zip(names, row, strict=False) if cell.strip()}
        lines.done()


def _reader(lines: "_Lines") -> Iterator[list[str]]:
    return csv.reader(iter(lines), strict=True)


def _problem(lines: "_Lines", reason: str) -> LineProblem:
    line = lines.number + 1
    if lines.is_spoiled:
        return LineProblem.of(line, LineReason.NOT_TEXT, _NOT_TEXT)
    if reason == "unexpected end of data":
        return LineProblem.of(line, LineReason.OPEN_QUOTE, _OPEN_QUOTE)
    return LineProblem.of(line, LineReason.OTHER, reason)


class _Lines:
    """The lines of a file for the csv module; remembers those of the current record, to give them back."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._again: deque[str] = deque()
        self._taken: list[str] = []
        self.number = 0
        """How many lines come before the current record."""
        self.is_spoiled = False

    def __iter__(self) -> Iterator[str]:
        while line := self._next():
            self._taken.append(line)
            self.is_spoiled = self.is_spoiled or is_spoiled(line)
            if len(self._taken) > _MOST_LINES:
                raise csv.Error(_OPEN_QUOTE)
            if len(line) > _LONGEST_LINE:
                raise csv.Error(f"is longer than {_LONGEST_LINE:,} characters")
            yield line

    def has_more(self) -> bool:
        """Say whether another line follows; it stays the next one."""
        if not self._again and (line := self._next()):
            self._again.append(line)
        return bool(self._again)

    def done(self) -> None:
        """Forget the current record: it has been dealt with."""
        self.number += len(self._taken)
        self._taken.clear()
        self.is_spoiled = False

    def read_again_after_first(self) -> None:
        self._again.extendleft(reversed(self._taken[1:]))
        del self._taken[1:]
        self.done()

    def _next(self) -> str:
        if self._again:
            return self._again.popleft()
        line = self._file.readline(_LONGEST_LINE + 1)
        if len(line) > _LONGEST_LINE:
            self._skip_rest(line)
        return line

    def _skip_rest(self, line: str) -> None:
        while line and not line.endswith(("\n", "\r")):
            line = self._file.readline(_LONGEST_LINE)
