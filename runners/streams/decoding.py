"""Reads the rows of a chunk: one matrix of bytes for all, or a list of floats for each.

Decides what can be trusted. A matrix whose length does not fit says nothing of whose bytes are whose, so none of its
rows is believed; a list is one row's own, and spoils no other.
"""

import numpy as np

from protos import embedding_stream_pb2 as pb
from runners.embedding.blocks import Block, Fault, Matrix

_FLOAT = np.dtype("<f4")


def read_block(chunk: pb.Chunk, *, dimensions: int) -> Block:
    """Return the rows of a chunk; ``dimensions`` are those that the data set is said to have."""
    rows = [(row.id, row.metadata) for row in chunk.rows]
    matrix, faults = _from_matrix(chunk, dimensions) if chunk.matrix else _from_lists(chunk, dimensions)
    return Block(
        places=range(chunk.first_row, chunk.first_row + len(rows)),
        ids=[key for key, _ in rows],
        metadata=[metadata for _, metadata in rows],
        matrix=matrix,
        faults=faults,
    )


def _from_matrix(chunk: pb.Chunk, dimensions: int) -> tuple[Matrix, dict[int, Fault]]:
    count = len(chunk.rows)
    if fault := _matrix_fault(chunk, dimensions):
        return _zeros(count, dimensions), dict.fromkeys(range(count), fault)
    return np.frombuffer(chunk.matrix, _FLOAT).reshape(count, dimensions).astype(np.float32, copy=False), {}


def _matrix_fault(chunk: pb.Chunk, dimensions: int) -> Fault | None:
    count, size = len(chunk.rows), len(chunk.matrix)
    if chunk.dimensions != dimensions:
        return Fault(f"the chunk has vectors of {chunk.dimensions} dimensions, the data set of {dimensions}")
    if size != (needed := count * dimensions * _FLOAT.itemsize):
        return Fault(
            f"the chunk's matrix has {size:,} bytes, its {count} rows of {dimensions} float32 need {needed:,}: "
            "nobody can say which bytes are whose"
        )
    return None


def _from_lists(chunk: pb.Chunk, dimensions: int) -> tuple[Matrix, dict[int, Fault]]:
    matrix, faults = _zeros(len(chunk.rows), dimensions), {}
    for number, row in enumerate(chunk.rows):
        if len(row.vector) == dimensions:
            matrix[number] = row.vector
        else:
            faults[number] = _list_fault(row, dimensions)
    return matrix, faults


def _list_fault(row: pb.Row, dimensions: int) -> Fault:
    if not row.vector:
        return Fault("the row has no vector")
    reason = f"the vector has {len(row.vector)} dimensions, the data set {dimensions}"
    return Fault(reason, np.array(row.vector, _FLOAT).tobytes())


def _zeros(rows: int, dimensions: int) -> Matrix:
    return np.zeros((rows, dimensions), np.float32)
