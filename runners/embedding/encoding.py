"""Turns good rows into what PostgreSQL's binary COPY reads, and into the hashes by which they are known again.

A vector is sent as its number of dimensions, two zero bytes, and its values in network byte order (pgvector's
``vector_recv`` and ``halfvec_recv``). Pure.
"""

import hashlib
import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from runners.base import Json
from runners.embedding.blocks import Block, Matrix
from runners.embedding.checking import Checked

Bytes: TypeAlias = NDArray[np.uint8]

_BEGIN = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
_END = struct.pack(">h", -1)
_THING = struct.pack(">h", 2)
_FIELDS = struct.pack(">h", 5)
_JSONB = b"\x01"
"""The version of jsonb's binary form, which is its text otherwise."""
HALF_HASH = 16
"""Bytes of a content hash that are about the vector; as many more are about the metadata."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Good rows, sorted by id, ready to be written."""

    places: Sequence[Json]
    ids: Sequence[str]
    metadata: Sequence[str]
    matrix: Matrix
    hashes: Sequence[bytes]
    numbers: Sequence[int]
    """Which rows of the block they are."""

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, rows: Sequence[int]) -> "Rows":
        """Return some of the rows, in this order."""
        if len(rows) == len(self):
            return self
        return Rows(
            [self.places[row] for row in rows],
            [self.ids[row] for row in rows],
            [self.metadata[row] for row in rows],
            self.matrix[list(rows)],
            [self.hashes[row] for row in rows],
            [self.numbers[row] for row in rows],
        )


@dataclass(frozen=True, slots=True)
class CopyData:
    """Rows as PostgreSQL copies them in."""

    vectors: bytes
    things: bytes | None
    """Ids and metadata; None: the first table takes them by a statement."""


def hash_rows(block: Block, *, half: bool, model: str) -> list[bytes]:
    """Return the hash of each row, good or bad, by which it is known when it comes again."""
    seed = hashlib.sha256(f"{model}\n{block.matrix.shape[1]}\n{half}\n".encode())
    matrix = np.ascontiguousarray(block.matrix)
    return [_hash(seed, vector, text.encode()) for vector, text in zip(matrix, block.metadata, strict=True)]


def encode(block: Block, checked: Checked, hashes: Sequence[bytes]) -> Rows:
    """Return the good rows of a block. Sorted, so that all who write at once lock rows in the same order."""
    order = sorted(range(len(checked.good)), key=lambda place: block.ids[checked.good[place]])
    rows = [checked.good[place] for place in order]
    return Rows(
        places=[block.places[row] for row in rows],
        ids=[block.ids[row] for row in rows],
        metadata=[checked.metadata[place] for place in order],
        matrix=block.matrix if rows == list(range(len(block))) else block.matrix[rows],
        hashes=[hashes[row] for row in rows],
        numbers=rows,
    )


def copied_vectors(rows: Rows, *, half: bool, model: str) -> bytes:
    """Return the whole input of a COPY of (id, embedding, model, dimensions, content_hash)."""
    lines = _lines(rows.matrix, half=half)
    vectors, width = lines.reshape(-1).data, lines.shape[1]
    shape = _field(model.encode()) + _field(struct.pack(">i", rows.matrix.shape[1]))
    parts: list[bytes | memoryview] = [_BEGIN]
    for row, (text, hashed) in enumerate(zip(rows.ids, rows.hashes, strict=True)):
        parts.append(_FIELDS + _field(text.encode()))
        parts.append(vectors[row * width : (row + 1) * width])
        parts.append(shape + _field(hashed))
    parts.append(_END)
    return b"".join(parts)


def copied_things(rows: Rows) -> bytes:
    """Return the whole input of a COPY of (id, metadata)."""
    parts = [_BEGIN]
    for key, metadata in zip(rows.ids, rows.metadata, strict=True):
        parts += (_THING, _field(key.encode()), _field(_JSONB + metadata.encode()))
    parts.append(_END)
    return b"".join(parts)


def json_data(rows: Rows) -> str:
    """Return ids and metadata as one JSON array: escaping each for an SQL array takes several times longer."""
    quoted = zip(rows.ids, rows.metadata, strict=True)
    return "[" + ",".join(f'{{"id":{json.dumps(key)},"metadata":{text}}}' for key, text in quoted) + "]"


def _field(value: bytes) -> bytes:
    return struct.pack(">i", len(value)) + value


def _lines(matrix: Matrix, *, half: bool) -> Bytes:
    """Return one line of bytes for each vector: length, header and values."""
    count, dimensions = matrix.shape
    kind = np.dtype(">f2" if half else ">f4")
    size = dimensions * kind.itemsize
    lines = np.empty((count, 8 + size), np.uint8)
    lines[:, :8] = np.frombuffer(struct.pack(">ihh", 4 + size, dimensions, 0), np.uint8)
    lines[:, 8:].view(kind)[:] = matrix
    return lines


def _hash(seed: "hashlib._Hash", vector: Matrix, metadata: bytes) -> bytes:
    of_vector = seed.copy()
    of_vector.update(vector.data)
    return of_vector.digest()[:HALF_HASH] + hashlib.sha256(metadata).digest()[:HALF_HASH]
