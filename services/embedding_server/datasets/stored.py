"""Arrays whose bytes stay where they are, in the file or in memory; what is asked for is read when it is.

So a data set in ``.npz`` or a pickled array takes no memory, however large it is. Knows no format.
"""

import math
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np

from services.embedding_server.datasets.allowance import Allowance
from services.embedding_server.datasets.source import Source

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]
Matrix: TypeAlias = np.ndarray[Any, np.dtype[np.float32]]
"""Rows x dimensions, one row after the other."""

_WIRE = np.dtype("<f4")


class Block(Protocol):
    """Bytes that can be read in parts."""

    @property
    def length(self) -> int: ...

    def fill(self, into: memoryview, *, first: int) -> None:
        """Copy the bytes from ``first`` on, as many as there is room for."""
        ...

    def after(self, first: int) -> "Block":
        """Return what is left from this byte on."""
        ...


@dataclass(frozen=True, slots=True)
class InFile:
    """A part of a file."""

    source: Source
    first: int
    length: int

    def fill(self, into: memoryview, *, first: int) -> None:
        self.source.fill(into, first=self.first + first)

    def after(self, first: int) -> "InFile":
        return InFile(self.source, self.first + first, self.length - first)


@dataclass(frozen=True, slots=True)
class InMemory:
    """Bytes that had to be made, since the file has them in another form."""

    data: memoryview

    @property
    def length(self) -> int:
        return self.data.nbytes

    def fill(self, into: memoryview, *, first: int) -> None:
        into[:] = self.data[first : first + into.nbytes]

    def after(self, first: int) -> "InMemory":
        return InMemory(self.data[first:])


def read(block: Block, first: int, count: int) -> bytearray:
    """Return a part of a block."""
    part = bytearray(count)
    block.fill(memoryview(part), first=first)
    return part


@dataclass(frozen=True, slots=True)
class StoredArray:
    """An array of plain numbers or characters, one row after the other."""

    block: Block
    dtype: np.dtype[Any]
    shape: tuple[int, ...]

    def __post_init__(self) -> None:
        """Refuse what is not plain bytes, or not as many as the shape says.

        Raises:
            ValueError: it says which.
        """
        if self.dtype.hasobject or self.dtype.itemsize == 0 or self.dtype.names is not None:
            raise ValueError(f"an array of {self.dtype} holds more than plain numbers or characters")
        if len(self.shape) > 2 or any(length < 0 for length in self.shape):
            raise ValueError(f"an array of {self.shape} is neither a list nor a matrix")
        if math.prod(self.shape) * self.dtype.itemsize != self.block.length:
            raise ValueError(f"an array of {self.shape} {self.dtype} does not fit {self.block.length} bytes")

    @classmethod
    def by_columns(
        cls, block: Block, dtype: np.dtype[Any], shape: tuple[int, ...], *, allowance: Allowance
    ) -> "StoredArray":
        """Return an array that is stored column after column. To have its rows, it is turned round in memory."""
        if len(shape) < 2:
            return cls(block, dtype, shape)
        turned = cls(block, dtype, shape[::-1])
        allowance.take(2 * block.length)
        rows = np.ascontiguousarray(turned.all().T)
        return cls(InMemory(memoryview(rows.tobytes())), dtype, shape)

    @property
    def rows(self) -> int:
        return self.shape[0] if self.shape else 1

    def part(self, first: int, end: int) -> Array:
        """Return these rows."""
        part = read(self.block, first * self._row, (end - first) * self._row)
        return np.frombuffer(part, self.dtype).reshape(end - first, *self.shape[1:])

    def fill(self, into: memoryview, *, first: int, end: int) -> None:
        """Write these rows as little-endian float32; those that are stored so come straight from where they are."""
        if self.dtype == _WIRE:
            self.block.fill(into, first=first * self._row)
        else:
            into[:] = self.part(first, end).astype(_WIRE).data.cast("B")

    def all(self) -> Array:
        """Return the whole array; a single value as an array of one."""
        return self.part(0, self.rows)

    @property
    def _row(self) -> int:
        return math.prod(self.shape[1:]) * self.dtype.itemsize
