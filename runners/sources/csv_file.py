"""CSV as a stream of chunks. Decides which lines make a record and which of them are broken.

A stray quote swallows what follows it up to the next one. So of a broken record only the first line is rejected, and
the lines after it are read again: one bad line costs one line, not the rest of the file.
"""

import csv
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TextIO

from definitions.errors import did_you_mean
from runners.base import BadData, Column, InvalidStep
from runners.sources.base import MAX_ENTRY, Chunk, broken_entry
from runners.sources.cells import CellType, converter
from runners.sources.jsontext import jsonb_text, quote, row_template
from runners.sources.text import NOT_TEXT, is_spoiled

_LONGEST_FIELD = 4_000_000
_FREE_REREADING = 5_000_000
_REREADING_PER_CHARACTER = 4


@dataclass(frozen=True, slots=True)
class CsvOptions:
    """How a CSV file is written."""

    delimiter: str = ","
    header: bool = True
    columns: Sequence[str] | None = None
    types: Mapping[str, CellType] = field(default_factory=dict)


class CsvFormat:
    """Implements ``runners.sources.base.Format``."""

    def __init__(self, file: TextIO, options: CsvOptions) -> None:
        # The csv module keeps this limit for the whole process; every reader here wants the same one.
        csv.field_size_limit(_LONGEST_FIELD)
        self._options = options
        self._lines = _Lines(file)
        self._names: list[str] = []

    def columns(self) -> tuple[Column, ...]:
        return tuple(Column(name, self._options.types.get(name, "text")) for name in self._names)

    def chunks(self) -> Iterator[Chunk]:
        self._names = self._read_names()
        row = _RowEncoder(self._names, self._options.types)
        chunk = Chunk()
        while self._fill(chunk, row):
            yield _safe(chunk)
            chunk = Chunk()
        if not chunk.is_empty:
            yield _safe(chunk)

    def _read_names(self) -> list[str]:
        header = self._read_header() if self._options.header else []
        names = list(self._options.columns or [name.strip() or f"column_{n}" for n, name in enumerate(header, 1)])
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            raise BadData(f'the file has two columns named "{doubled[0]}"; give all names by `columns`')
        for name in self._options.types:
            if name not in names:
                raise InvalidStep(f"types: the file has no column {name!r}{did_you_mean(name, names)}; it has {names}")
        return names

    def _read_header(self) -> list[str]:
        try:
            header = next(self._reader(), None)
        except csv.Error as error:
            raise BadData(f"the header, line 1, is broken: {error}") from error
        if header is None:
            raise BadData("the file is empty: it has not even a header; set `header: false` if it needs none")
        if self._lines.take_spoiled():
            raise BadData(f"the header, line 1, is broken: {NOT_TEXT}")
        self._lines.done()
        return header

    def _reader(self) -> Iterator[list[str]]:
        return csv.reader(iter(self._lines), delimiter=self._options.delimiter, strict=True)

    def _fill(self, chunk: Chunk, encode: "_RowEncoder") -> bool:
        """Read records until the chunk is full; False at the end of the file."""
        while not chunk.is_full:
            try:
                return self._read_records(chunk, encode)
            except csv.Error as error:
                self._reject_line(chunk, str(error))
        return True

    def _read_records(self, chunk: Chunk, encode: "_RowEncoder") -> bool:
        lines, width = self._lines, encode.width
        for row in self._reader():
            if len(row) == width and not lines.spoiled:
                try:
                    chunk.add(encode(row))
                except ValueError as error:
                    self._reject_record(chunk, str(error))
                lines.done()
            else:
                self._reject_odd(chunk, row, width)
            if chunk.is_full:
                return True
        return False

    def _reject_odd(self, chunk: Chunk, row: Sequence[str], width: int) -> None:
        if self._lines.take_spoiled():
            self._reject_record(chunk, NOT_TEXT)
            self._lines.done()
        elif not row:
            self._lines.done()
        else:
            self._reject_line(chunk, f"it has {len(row)} fields where {width} are expected")

    def _reject_record(self, chunk: Chunk, reason: str) -> None:
        raw = "".join(self._lines.taken)
        chunk.reject(broken_entry(raw, where="line", line=self._lines.number + 1, reason=reason), size=len(raw))

    def _reject_line(self, chunk: Chunk, reason: str) -> None:
        lines = self._lines
        first = lines.taken[0].rstrip("\r\n")
        chunk.reject(broken_entry(first, where="line", line=lines.number + 1, reason=reason), size=len(first))
        lines.read_again_after_first()


class _RowEncoder:
    """Turns the cells of a record into the JSON text of an object."""

    def __init__(self, names: Sequence[str], types: Mapping[str, CellType]) -> None:
        self.width = len(names)
        self._template = row_template(names)
        self._converters = [converter(name, types.get(name, "text")) for name in names] if types else None

    def __call__(self, row: Sequence[str]) -> str:
        if self._converters is None:
            return self._template % tuple(map(quote, row))
        return self._template % tuple([to_json(cell) for to_json, cell in zip(self._converters, row, strict=True)])


class _Lines:
    """The lines of a file for the csv module; remembers those of the current record, to give them back."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._again: deque[str] = deque()
        self._seen = 0
        self._swallowed = 0
        self._reread = 0
        self.taken: list[str] = []
        self.number = 0
        """How many lines come before the current record."""
        self.spoiled = False

    def __iter__(self) -> Iterator[str]:
        again, taken, readline = self._again, self.taken, self._file.readline
        while line := again.popleft() if again else readline(MAX_ENTRY):
            taken.append(line)
            if not line.isascii() and is_spoiled(line):
                self.spoiled = True
            yield line

    def done(self) -> None:
        """Forget the current record: it has been dealt with."""
        self.number += len(self.taken)
        self.taken.clear()

    def take_spoiled(self) -> bool:
        spoiled, self.spoiled = self.spoiled, False
        return spoiled

    def read_again_after_first(self) -> None:
        """Give all lines but the first back. That is bounded: with stray quotes it could grow with the square."""
        self._count_rereading()
        self._again.extendleft(reversed(self.taken[1:]))
        self.number += 1
        self.spoiled = False
        self.taken.clear()

    def _count_rereading(self) -> None:
        unseen = self.taken[max(0, self._seen - self.number) :]
        self._seen = max(self._seen, self.number + len(self.taken))
        self._swallowed += sum(map(len, unseen))
        self._reread += sum(map(len, self.taken)) - len(self.taken[0])
        if self._reread > _FREE_REREADING + _REREADING_PER_CHARACTER * self._swallowed:
            raise BadData(f"line {self.number + 1}: quotes are unbalanced in too many places; is this CSV?")


def _safe(chunk: Chunk) -> Chunk:
    if "\\u0000" in "".join(chunk.good):
        chunk.good = [jsonb_text(text) for text in chunk.good]
    return chunk
