"""Cuts a data set into chunks: how many rows each holds, and its bytes. Knows nothing of calls.

A chunk is written as bytes here, not as a message that gRPC would write again: the matrix, which is nearly all of it,
is read from the file and joined to the rest, and copied nowhere else. It pays: see ``benchmarks/streams.py``.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from protos import embedding_stream_pb2 as pb
from services.embedding_server.datasets.base import DataSet
from services.embedding_server.errors import DataSetBroken, InvalidField

MOST_ROWS = 500
MOST_BYTES = 100_000_000
USUAL_BYTES = 4_000_000
"""Below the 4 MiB that clients take without being told otherwise."""

_HEAD_ROOM = 200
"""More than a version, a position and the lengths of a chunk take."""
_MATRIX = bytes((pb.Chunk.MATRIX_FIELD_NUMBER << 3 | 2,))


@dataclass(frozen=True, slots=True)
class Cut:
    """Which rows are asked for, and how large their chunks may be."""

    first: int
    end: int
    rows: int
    bytes: int

    @classmethod
    def of(cls, request: pb.StreamRequest, data: DataSet) -> "Cut":
        """Read a request.

        Raises:
            InvalidField: it asks for rows that there are not.
        """
        end = request.end_row or data.rows
        if end > data.rows:
            raise InvalidField("end_row", f"{end} lies beyond the {data.rows} rows of {data.name!r}")
        if request.first_row > end:
            limit = f"end_row, {end}" if request.end_row else f"the {data.rows} rows of {data.name!r}"
            raise InvalidField("first_row", f"{request.first_row} lies beyond {limit}")
        return cls(
            first=request.first_row,
            end=end,
            rows=min(request.chunk_rows or MOST_ROWS, MOST_ROWS),
            bytes=min(request.max_chunk_bytes or USUAL_BYTES, MOST_BYTES),
        )


async def chunks(data: DataSet, cut: Cut) -> AsyncIterator[bytes]:
    """Give the chunks in order, each made in a thread when it is asked for: none is made ahead.

    Raises:
        InvalidField: a row does not fit a chunk.
        DataSetBroken: an id or metadata are no text.
        DataSetUnreadable: the file was written to.
    """
    first = cut.first
    # Used again for each chunk: fetching so much memory takes longer than reading into it.
    matrix = memoryview(bytearray(_fitting(data, cut) * data.dimensions * 4))
    while first < cut.end:
        chunk, rows = await asyncio.to_thread(_chunk, data, cut, first, matrix)
        data.source.check()  # afterwards: what was read may be of two versions
        yield chunk
        first += rows


def _fitting(data: DataSet, cut: Cut) -> int:
    """Return how many rows fit a chunk if ids and metadata take no room."""
    row_bytes = data.dimensions * 4
    return min(cut.rows, cut.end - cut.first, max(1, (cut.bytes - _HEAD_ROOM) // row_bytes)) if row_bytes else 0


def _chunk(data: DataSet, cut: Cut, first: int, matrix: memoryview) -> tuple[bytes, int]:
    """Return a chunk that begins at this row, and how many rows it holds: fewer if metadata are long."""
    row_bytes = data.dimensions * 4
    rows = min(cut.end - first, matrix.nbytes // row_bytes)
    while True:
        begun = head(data, first, first + rows).SerializeToString()
        size = len(begun) + _HEAD_ROOM + rows * row_bytes
        if size <= cut.bytes:
            break
        if rows == 1:
            raise InvalidField("max_chunk_bytes", f"row {first} takes {size} bytes alone, more than {cut.bytes}")
        rows = max(1, rows * cut.bytes // (2 * size))
    part = matrix[: rows * row_bytes]
    data.table.vectors.fill(part, first=first, end=first + rows)
    # The fields of a message may come in any order, so the matrix is appended as one more.
    return b"".join((begun, _MATRIX, _varint(part.nbytes), part)), rows


def head(data: DataSet, first: int, end: int) -> pb.Chunk:
    """Return everything of a chunk but the matrix.

    Raises:
        DataSetBroken: an id or metadata are no text.
    """
    chunk = pb.Chunk(version=data.version, first_row=first, dimensions=data.dimensions)
    add = chunk.rows.add
    try:
        ids, metadata = data.table.ids.part(first, end), data.table.metadata.part(first, end)
        for row_id, text in zip(ids, metadata, strict=True):
            add(id=row_id, metadata=text)  # in its place: rows that are made first would be copied
    except ValueError as error:
        raise DataSetBroken(data.source.name, f"rows {first} to {end - 1}: {error}") from error
    return chunk


def _varint(number: int) -> bytes:
    """Return a length as protocol buffers write it: seven bits a byte, the lowest first."""
    written = bytearray()
    while number > 0x7F:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    written.append(number)
    return bytes(written)
