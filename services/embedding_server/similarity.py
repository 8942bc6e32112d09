"""The rows that are nearest to a vector by cosine similarity: exact, block by block, in bounded memory.

Every row is compared, at the speed of memory. A database with an index is for what is asked often; this is for a look
into a data set that is not loaded anywhere, and for checking what such an index finds.
"""

import asyncio
from dataclasses import dataclass

import numpy as np

from services.embedding_server.datasets.base import DataSet, Texts
from services.embedding_server.datasets.stored import Array
from services.embedding_server.errors import InvalidField, UnknownRow

_BLOCK_BYTES = 8_000_000
_IDS_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True)
class Match:
    """A row and how near it is: 1 is the same direction."""

    row: int
    similarity: float


async def row_of(data: DataSet, row_id: str) -> int:
    """Return the first row with this id.

    Raises:
        UnknownRow: there is none.
    """
    for first in range(0, data.rows, _IDS_AT_ONCE):
        end = min(first + _IDS_AT_ONCE, data.rows)
        found = await asyncio.to_thread(_position, data.table.ids, row_id, first, end)
        if found is not None:
            return found
    raise UnknownRow(row_id, data.name)


async def nearest(data: DataSet, vector: Array, *, limit: int, but: int | None = None) -> list[Match]:
    """Return the nearest rows, the nearest first, without row ``but``. Rows without a direction are no match.

    Raises:
        InvalidField: the vector has no direction, or is of other dimensions.
        DataSetUnreadable: the file was written to.
    """
    direction = _direction(data, vector)
    rows = np.empty(0, np.int64)
    similarities = np.empty(0, np.float32)
    step = max(1, _BLOCK_BYTES // (4 * data.dimensions or 1))
    for first in range(0, data.rows, step):
        # Between blocks the call can be cancelled, and others get their turn.
        found = await asyncio.to_thread(_similarities, data, first, min(first + step, data.rows), direction)
        if but is not None and first <= but < first + step:
            found[but - first] = np.nan
        rows, similarities = _best(
            np.concatenate((rows, np.arange(first, first + len(found)))),
            np.concatenate((similarities, found)),
            limit=limit,
        )
    return [Match(int(row), float(each)) for row, each in zip(rows, similarities, strict=True)]


def _direction(data: DataSet, vector: Array) -> Array:
    if len(vector) != data.dimensions:
        raise InvalidField(
            "data_set", f"the row has {len(vector)} dimensions, those of {data.name!r} have {data.dimensions}"
        )
    exact = vector.astype(np.float64)
    length = np.linalg.norm(exact)
    if not (np.isfinite(length) and length > 0):
        raise InvalidField("id", "the row's vector has no direction: it is zero, or not finite")
    return (exact / length).astype(np.float32)


def _similarities(data: DataSet, first: int, end: int, direction: Array) -> Array:
    block = data.matrix(first, end)
    data.source.check()
    with np.errstate(all="ignore"):
        similarities: Array = block @ direction / np.sqrt(np.einsum("ij,ij->i", block, block))
    return similarities


def _best(rows: Array, similarities: Array, *, limit: int) -> tuple[Array, Array]:
    """Return the highest ones in falling order, of equals the earlier row; what is not finite is left out."""
    kept = np.isfinite(similarities)
    if kept.sum() > limit:
        kept &= similarities >= np.partition(similarities[kept], -limit)[-limit]
    rows, similarities = rows[kept], similarities[kept]
    order = np.lexsort((rows, -similarities))[:limit]
    return rows[order], similarities[order]


def _position(ids: Texts, row_id: str, first: int, end: int) -> int | None:
    there = list(ids.part(first, end))
    return first + there.index(row_id) if row_id in there else None
