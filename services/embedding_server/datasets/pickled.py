"""What the names in a pickle stand for here: numpy's and Python's own functions are never among it.

A file can ask for the same thing again and again in a few bytes, so all that is made of it is made within an allowance.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np

from services.embedding_server.datasets.allowance import Allowance
from services.embedding_server.datasets.stored import Block, InFile, InMemory, StoredArray

_DTYPE = re.compile(r"[<>|=]?(?:b1|[iu][1248]|f[248]|[US]\d{1,6})")


class PickleRefused(ValueError):
    """The pickle is damaged, or holds something other than data."""


class PickledArray:
    """An array as a pickle tells it: first that there is one, then of what."""

    def __init__(self, array: StoredArray | None = None) -> None:
        self._array = array

    @property
    def array(self) -> StoredArray:
        if self._array is None:
            raise PickleRefused("it holds an array of which it does not say what is in it")
        return self._array

    def build(self, state: Any, allowance: Allowance) -> None:
        """Take what an array's pickle holds: its version, shape, type, order and bytes."""
        _, shape, dtype, is_fortran, data = state
        self._array = _array(allowance, data, dtype=dtype, shape=shape, is_fortran=is_fortran)


class PickledDtype:
    """A type of numbers or characters, by its short name."""

    def __init__(self, name: str) -> None:
        if not _DTYPE.fullmatch(name):
            raise PickleRefused(f"it holds an array of type {name[:50]!r}; only numbers and characters are read")
        self.dtype = np.dtype(name)

    def build(self, state: Any, _: Allowance) -> None:
        """Take the byte order."""
        self.dtype = self.dtype.newbyteorder(state[1])


@dataclass(frozen=True, slots=True)
class Name:
    """What a name of the pickle stands for. Not callable: only the reader can ask for it."""

    make: Callable[..., Any]


def _refused(*_: Any) -> NoReturn:
    raise PickleRefused("it makes an array in a way that numpy's pickles do not")


def _reconstructed(_: Allowance, kind: Any, shape: Any, _type: Any) -> PickledArray:
    if kind is not _NDARRAY or shape != (0,):
        _refused()
    return PickledArray()


def _from_buffer(allowance: Allowance, data: Any, dtype: Any, shape: Any, order: Any) -> PickledArray:
    return PickledArray(_array(allowance, data, dtype=dtype, shape=shape, is_fortran=order == "F"))


def _scalar(allowance: Allowance, dtype: Any, data: Any) -> Any:
    array = _array(allowance, data, dtype=dtype, shape=(), is_fortran=False)
    allowance.take(array.block.length)
    return array.all().item()


def _dtype(_: Allowance, name: Any, *_more: Any) -> PickledDtype:
    return PickledDtype(str(name))


def _ordered(_: Allowance) -> dict[Any, Any]:
    return {}


def _no_bytes(_: Allowance) -> bytes:
    """Return the empty bytes, which protocols before 3 write as a call."""
    return b""


def _encoded(allowance: Allowance, text: Any, encoding: Any) -> bytes:
    """Return bytes as protocols before 3 write them."""
    if encoding != "latin1" or not isinstance(text, str):
        raise PickleRefused(f"it encodes a {type(text).__name__} as {str(encoding)[:50]!r}")
    allowance.take(len(text))
    return text.encode("latin1")


def _array(allowance: Allowance, data: Any, *, dtype: Any, shape: Any, is_fortran: bool) -> StoredArray:
    if not isinstance(dtype, PickledDtype) or not isinstance(shape, tuple):
        _refused()
    lengths = tuple(int(length) for length in shape)
    if is_fortran:
        return StoredArray.by_columns(_block(data), dtype.dtype, lengths, allowance=allowance)
    return StoredArray(_block(data), dtype.dtype, lengths)


def _block(data: Any) -> Block:
    match data:
        case InFile():
            return data
        case bytes():
            return InMemory(memoryview(data))
    raise PickleRefused("it holds an array of Python objects, which are not read; write texts and numbers as such")


_NDARRAY = Name(_refused)

NAMES: Mapping[tuple[str, str], Name] = {
    ("collections", "OrderedDict"): Name(_ordered),
    ("__builtin__", "bytes"): Name(_no_bytes),
    ("_codecs", "encode"): Name(_encoded),
    ("numpy", "ndarray"): _NDARRAY,
    ("numpy", "dtype"): Name(_dtype),
} | {
    (f"numpy.{core}.{module}", name): Name(make)
    for core in ("core", "_core")
    for module, name, make in (
        ("multiarray", "_reconstruct", _reconstructed),
        ("multiarray", "scalar", _scalar),
        ("numeric", "_frombuffer", _from_buffer),
    )
}
