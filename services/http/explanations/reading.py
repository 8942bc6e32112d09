"""An upload's entries, by column and with their lines, in bounded memory. Decides which lines make an entry.

Blocking: meant for a thread. Whether an entry is a good question, ``questions`` decides.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TextIO, TypeAlias

from runners.sources.text import open_text
from services.http.explanations.columns import column_named
from services.http.explanations.csv_entries import csv_entries
from services.http.explanations.json_entries import json_entries
from services.http.explanations.receiving import Kind, Received
from services.http.explanations.shapes import LineProblem, LineReason

_BATCH = 1_000
_MOST_IGNORED = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """What an upload says of one question; nothing of it is checked."""

    line: int
    values: dict[str, Any]


Read: TypeAlias = Entry | LineProblem


@dataclass(slots=True)
class Reading:
    """The entries of an upload, batch by batch, and the names of columns that nothing is known about."""

    received: Received
    ignored: set[str] = field(default_factory=set)

    def batches(self) -> Iterator[list[Read]]:
        """Yield the entries in order.

        Raises:
            UploadRefused: nothing further can be read.
        """
        text = open_text(self.received.file, encoding=self.received.encoding, newline="")
        entries = map(self._named, self._raw(text))
        while batch := list(islice(entries, _BATCH)):
            yield batch

    def _raw(self, text: TextIO) -> Iterable[tuple[int, dict[str, Any]] | LineProblem]:
        match self.received.kind:
            case Kind.CSV:
                return csv_entries(text)
            case Kind.JSON:
                return json_entries(text)

    def _named(self, read: tuple[int, dict[str, Any]] | LineProblem) -> Read:
        if isinstance(read, LineProblem):
            return read
        line, raw = read
        named: dict[str, Any] = {}
        for name, value in raw.items():
            column = column_named(name)
            if column is None:
                self._ignore(name)
            elif column in named:
                return LineProblem.of(line, LineReason.GIVEN_TWICE, "is given twice, under two names", column=column)
            else:
                named[column] = value
        return Entry(line, named)

    def _ignore(self, name: str) -> None:
        if len(self.ignored) < _MOST_IGNORED:
            self.ignored.add(name[:100])
