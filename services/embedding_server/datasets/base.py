"""What every format becomes: ids, metadata and vectors, in one order. Knows no format.

Whether a vector is any good (finite, not zero, its id not doubled) is judged where it is loaded, not here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from services.embedding_server.datasets.source import Source
from services.embedding_server.datasets.stored import Matrix, StoredArray


class Texts(Protocol):
    """One text for each row, made of what is stored when it is asked for."""

    def part(self, first: int, end: int) -> Sequence[str]:
        """Return the texts of these rows.

        Raises:
            ValueError: the bytes of one are no text.
        """
        ...


@dataclass(frozen=True, slots=True)
class Table:
    """What a reader finds in a file."""

    ids: Texts
    metadata: Texts
    vectors: StoredArray
    model: str = ""


@dataclass(frozen=True, slots=True)
class DataSet:
    """A data set of one version, with the open file that it came from."""

    name: str
    version: str
    table: Table
    source: Source

    @property
    def rows(self) -> int:
        return self.table.vectors.shape[0]

    @property
    def dimensions(self) -> int:
        return self.table.vectors.shape[1]

    def matrix(self, first: int, end: int) -> Matrix:
        """Return the vectors of these rows as little-endian float32, whatever they are stored as."""
        matrix: Matrix = self.table.vectors.part(first, end).astype("<f4", copy=False)
        return matrix


@dataclass(frozen=True, slots=True)
class Same:
    """The same text for every row."""

    text: str

    def part(self, first: int, end: int) -> Sequence[str]:
        return [self.text] * (end - first)


@dataclass(frozen=True, slots=True)
class ArrayTexts:
    """Texts in an array of numpy: of characters (U), of UTF-8 bytes (S), or of whole numbers."""

    array: StoredArray

    def part(self, first: int, end: int) -> Sequence[str]:
        values: list[Any] = self.array.part(first, end).tolist()
        match self.array.dtype.kind:
            case "U":
                return values
            case "S":
                return [value.decode() for value in values]
            case _:
                return [str(value) for value in values]
