"""Making a table out of rows that come one after the other, within a limit of memory.

For the formats that cannot be mapped. Knows no format; whoever adds a row says where in the file it is.
"""

import json
from array import array
from collections.abc import Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

import numpy as np

from services.embedding_server.datasets.allowance import Allowance
from services.embedding_server.datasets.base import Table
from services.embedding_server.datasets.stored import InMemory, StoredArray
from services.embedding_server.errors import DataSetBroken

_MOST_METADATA = 1_000_000
_DEEPEST = 50


class PackedTexts:
    """Texts as one run of UTF-8 and where each begins: a tenth of the memory that as many strings take."""

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self._bytes = bytearray()
        self._ends = array("Q", [0])

    def add(self, text: str) -> None:
        """Append a text.

        Raises:
            UnicodeEncodeError: it holds half of a surrogate pair.
        """
        encoded = text.encode()
        self._allowance.take(len(encoded) + self._ends.itemsize)
        self._bytes += encoded
        self._ends.append(len(self._bytes))

    def part(self, first: int, end: int) -> Sequence[str]:
        ends = self._ends[first : end + 1]
        return [self._bytes[a:b].decode() for a, b in pairwise(ends)]


class TableBuilder:
    """Takes rows and gives a table. All rows have as many dimensions as the first one."""

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self._ids = PackedTexts(allowance)
        self._metadata = PackedTexts(allowance)
        self._numbers = array("f")
        self._rows = 0
        self._dimensions = 0

    def add(self, *, row_id: object, vector: object, metadata: object, where: str) -> None:
        """Append a row.

        Raises:
            DataSetBroken: the id is no text or whole number, the vector no list of as many numbers as the others are.
        """
        self._add_vector(vector, where)
        try:
            self._ids.add(id_text(row_id))
            self._metadata.add(metadata_text(metadata))
        except ValueError as error:
            raise DataSetBroken(self._allowance.file, f"{where}: {error}") from error
        self._rows += 1

    def table(self, *, model: str = "") -> Table:
        """Return what was added so far."""
        block = InMemory(memoryview(self._numbers).cast("B"))
        vectors = StoredArray(block, np.dtype(np.float32), (self._rows, self._dimensions))
        return Table(self._ids, self._metadata, vectors, model)

    def _add_vector(self, vector: object, where: str) -> None:
        count = _length(vector)
        if self._rows == 0 and count:
            self._dimensions = count
        if count is None or count != self._dimensions or not count:
            raise DataSetBroken(self._allowance.file, f"{where}: {self._vector_problem(vector, count)}")
        self._allowance.take(count * self._numbers.itemsize)
        try:
            self._extend(vector)
        except (TypeError, OverflowError) as error:
            raise DataSetBroken(self._allowance.file, f"{where}: a vector holds numbers only: {error}") from error

    def _vector_problem(self, vector: object, count: int | None) -> str:
        if count is None:
            return f"a vector is a list of numbers, not {_shown(vector)}"
        return f"the vector has {count} dimensions" + (f", those before have {self._dimensions}" if self._rows else "")

    def _extend(self, vector: Any) -> None:
        if isinstance(vector, np.ndarray):
            self._numbers.frombytes(vector.astype(np.float32).tobytes())
        else:
            self._numbers.extend(vector)


def id_text(value: object) -> str:
    """Return a row's id as text.

    Raises:
        ValueError: it is neither a text nor a whole number.
    """
    match value:
        case str():
            return value
        case int() if not isinstance(value, bool):
            return str(value)
    raise ValueError(f"an id is a text or a whole number, not {_shown(value)}")


def metadata_text(value: object) -> str:
    """Return metadata as the text of a JSON object. A text is taken as it is, for whoever loads it to judge.

    Raises:
        ValueError: it cannot be written as JSON, or unfolds into more than a megabyte.
    """
    if value is None:
        return "{}"
    if isinstance(value, str):
        return value
    _measure(value, budget=_MOST_METADATA, depth=_DEEPEST)
    text = _dumped(value, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return _dumped(value, ensure_ascii=True)
    return text


def _dumped(value: object, *, ensure_ascii: bool) -> str:
    try:
        return json.dumps(value, ensure_ascii=ensure_ascii, default=_plain)
    except TypeError as error:
        raise ValueError(f"the metadata cannot be written as JSON: {error}") from error


def _plain(value: object) -> str:
    if isinstance(value, date | time | Decimal | UUID):
        return str(value)
    raise TypeError(f"it holds a {type(value).__name__}")


def _measure(value: object, *, budget: int, depth: int) -> int:
    """Return what is left of the budget. A few shared lists can stand for more JSON than there is memory."""
    if budget <= 0 or depth <= 0:
        raise ValueError(f"metadata is larger than {_MOST_METADATA:,} characters, or deeper than {_DEEPEST} levels")
    match value:
        case str():
            return budget - len(value)
        case Mapping():
            for key, each in value.items():
                budget = _measure(each, budget=budget - len(str(key)), depth=depth - 1)
        case list() | tuple():
            for each in value:
                budget = _measure(each, budget=budget, depth=depth - 1)
    return budget - 1


def _length(vector: object) -> int | None:
    match vector:
        case list() | tuple():
            return len(vector)
        case np.ndarray() if vector.ndim == 1 and vector.dtype.kind in "fiu":
            return len(vector)
    return None


def _shown(value: object) -> str:
    return f"{value!r:.60}" if isinstance(value, str | int | float | bool | None) else type(value).__name__
