"""Rows as they come: ids, metadata as text, one matrix of vectors. What cannot be a vector is kept beside it.

Knows nothing of where rows come from or go to. A place says which row of its source a row is; it is kept as JSON.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from runners.base import Json

Matrix: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row has no vector, and the bytes that were sent in its place, if they can be told from others'."""

    reason: str
    sent: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Consecutive rows. A row with a fault has zeros in the matrix."""

    places: Sequence[Json]
    ids: Sequence[str]
    metadata: Sequence[str]
    matrix: Matrix
    faults: Mapping[int, Fault] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def row_bytes(self) -> int:
        """About how many bytes a row has."""
        text = sum(map(len, self.metadata)) + sum(map(len, self.ids))
        return int(self.matrix.shape[1]) * 4 + text // max(len(self), 1)

    def cut(self, first: int, last: int) -> "Block":
        """Return the rows ``first <= row < last``."""
        return Block(
            places=self.places[first:last],
            ids=self.ids[first:last],
            metadata=self.metadata[first:last],
            matrix=self.matrix[first:last],
            faults={row - first: fault for row, fault in self.faults.items() if first <= row < last},
        )


def joined(blocks: Sequence[Block]) -> Block:
    """Return the rows of all blocks, one after the other."""
    if len(blocks) == 1:
        return blocks[0]
    starts = np.cumsum([0, *map(len, blocks)])
    return Block(
        places=_chained(block.places for block in blocks),
        ids=_chained(block.ids for block in blocks),
        metadata=_chained(block.metadata for block in blocks),
        matrix=np.concatenate([block.matrix for block in blocks]),
        faults={
            int(start) + row: fault
            for start, block in zip(starts, blocks, strict=False)
            for row, fault in block.faults.items()
        },
    )


def _chained(lists: Iterable[Sequence[Any]]) -> list[Any]:
    return [value for values in lists for value in values]


async def regrouped(blocks: AsyncIterator[Block], *, rows: Callable[[Block], int]) -> AsyncIterator[Block]:
    """Yield the same rows in blocks of as many as ``rows`` says for rows like these, whatever the sender's were."""
    waiting: list[Block] = []
    async for block in blocks:
        waiting.append(block)
        while waiting and sum(map(len, waiting)) >= (size := rows(waiting[0])):
            whole = joined(waiting)
            yield whole.cut(0, size)
            waiting = [whole.cut(size, len(whole))] if len(whole) > size else []
    if waiting:
        yield joined(waiting)
