"""Data sets in JSONL: an object in each line, ``{"id": ..., "embedding": [...], "metadata": {...}}``.

Numbers in decimals are an expensive way to write vectors: this is for small data sets, and for people.
"""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from services.embedding_server.datasets.allowance import Allowance
from services.embedding_server.datasets.base import Table
from services.embedding_server.datasets.building import TableBuilder
from services.embedding_server.datasets.columns import split_row
from services.embedding_server.datasets.source import Source
from services.embedding_server.errors import DataSetBroken

_LONGEST_LINE = 16_000_000


def read(source: Source, *, allowance: Allowance) -> Table:
    """Return what the lines hold; empty ones are passed over.

    Raises:
        DataSetBroken: a line is no row, or its vector is of another length than the first one.
    """
    builder = TableBuilder(allowance)
    with open(source.number, "rb", closefd=False) as file:
        file.seek(0)
        for number, line in _lines(file, source.name):
            where = f"line {number}"
            try:
                row_id, vector, metadata = split_row(_object(line))
            except (ValueError, RecursionError) as error:
                raise DataSetBroken(source.name, f"{where}: {error}") from error
            builder.add(row_id=row_id, vector=vector, metadata=metadata, where=where)
    return builder.table()


def _lines(file: BinaryIO, name: str) -> Iterator[tuple[int, bytes]]:
    number = 0
    while line := file.readline(_LONGEST_LINE):
        number += 1
        if len(line) == _LONGEST_LINE:
            raise DataSetBroken(name, f"line {number} is longer than {_LONGEST_LINE:,} bytes")
        if line.strip():
            yield number, line


def _object(line: bytes) -> dict[str, Any]:
    match read := json.loads(line):
        case dict():
            return read
    raise ValueError(f"a {type(read).__name__} where a row is expected, which is an object")
