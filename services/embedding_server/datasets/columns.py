"""What the parts of a data set are called, whatever the format."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.embedding_server.datasets.stored import StoredArray
from services.embedding_server.errors import DataSetBroken

ID = ("id", "ids")
VECTOR = ("embedding", "embeddings", "vector", "vectors")
METADATA = ("metadata",)
MODEL = "model"

_NUMBERS = ("f", "i", "u")
_MOST_DIMENSIONS = 65_536


def named(names: tuple[str, ...], present: Iterable[str]) -> str | None:
    """Return the first of these names that is present."""
    there = set(present)
    return next((name for name in names if name in there), None)


def split_row(row: Mapping[str, Any]) -> tuple[Any, Any, Any]:
    """Return id, vector and metadata of a row that is an object.

    Without a field ``metadata``, all fields that are neither id nor vector are the metadata.

    Raises:
        ValueError: it has no id, or no vector.
    """
    identity, vector = named(ID, row), named(VECTOR, row)
    if identity is None or vector is None:
        missing = "id" if identity is None else "embedding"
        raise ValueError(f"there is no {missing!r}; a row has 'id', 'embedding' and, if it likes, 'metadata'")
    if "metadata" in row:
        return row[identity], row[vector], row["metadata"]
    return row[identity], row[vector], {name: row[name] for name in row if name not in (identity, vector)}


def checked_vectors(array: StoredArray, *, file: str) -> StoredArray:
    """Return the array if it can be a data set's vectors.

    Raises:
        DataSetBroken: it is no matrix of numbers.
    """
    if len(array.shape) != 2 or array.dtype.kind not in _NUMBERS:
        raise DataSetBroken(
            file, f"the embeddings are an array of {array.shape} {array.dtype}; they must be rows x dimensions numbers"
        )
    rows, dimensions = array.shape
    if dimensions > _MOST_DIMENSIONS or (rows and not dimensions):
        raise DataSetBroken(file, f"the vectors have {dimensions} dimensions; 1 to {_MOST_DIMENSIONS} are taken")
    return array
