"""Reads pickles as data: plain containers, texts, numbers, numpy arrays. Nothing that one names is imported or called.

A pickle is a program, and ``pickle.load`` runs it. This reader knows those of its instructions that only put values
together; a name is looked up in ``pickled``, and nowhere else. It builds on the interpreter's reader in Python, not on
the one in C: that one lets a file of ten bytes ask for gigabytes (LONG_BINPUT). Large runs of bytes stay in the file
until somebody asks for a part of them.
"""

import pickle
import struct
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO, ClassVar, cast

from services.embedding_server.datasets.allowance import Allowance
from services.embedding_server.datasets.pickled import NAMES, Name, PickledArray, PickledDtype, PickleRefused
from services.embedding_server.datasets.source import Source
from services.embedding_server.datasets.stored import InFile
from services.embedding_server.errors import DataSetBroken

_LARGE = 1 << 16
_DAMAGED = (
    pickle.UnpicklingError, AssertionError, AttributeError, EOFError, IndexError, KeyError, MemoryError, OverflowError,
    RecursionError, TypeError, ValueError, struct.error,
)  # fmt: skip


def read_pickle(source: Source, *, allowance: Allowance) -> Any:
    """Return what the pickle holds; arrays are ``PickledArray``.

    Raises:
        PickleRefused: it names anything but numpy arrays and plain containers, or it is damaged.
        DataSetBroken: it comes to more than the allowance.
    """
    try:
        with open(source.number, "rb", closefd=False) as file:
            file.seek(0)
            return _Reader(_File(file, source), allowance).load()
    except (PickleRefused, DataSetBroken):
        raise
    except _DAMAGED as error:
        raise PickleRefused(
            f"it is damaged, or does what plain data has no need of: {type(error).__name__}: {error}"
        ) from error


class _File:
    """A file as the unpickler wants one; for what is large, it can be told to say only where it lies."""

    def __init__(self, file: BinaryIO, source: Source) -> None:
        self._file = file
        self._source = source
        self.readline = file.readline
        self.leaves_large = False

    def read(self, count: int) -> bytes | InFile:
        if count < _LARGE or not self.leaves_large:
            return self._whole(count)
        first = self._file.tell()
        self._check(count, first)
        self._file.seek(count, 1)
        return InFile(self._source, first, count)

    def _whole(self, count: int) -> bytes:
        if count >= _LARGE:
            self._check(count, self._file.tell())
        part = self._file.read(count)
        if len(part) < count:
            raise EOFError("it ends too early")
        return part

    def _check(self, count: int, first: int) -> None:
        """Refuse before anything is set aside for what is not there."""
        if count > self._source.size - first:
            raise EOFError("it ends too early")


_PLAIN: Mapping[int, Callable[[Any], None]] = {code[0]: pickle._Unpickler.dispatch[code[0]] for code in (  # noqa: SLF001
    pickle.PROTO, pickle.FRAME, pickle.STOP,
    pickle.NONE, pickle.NEWTRUE, pickle.NEWFALSE,
    pickle.INT, pickle.BININT, pickle.BININT1, pickle.BININT2, pickle.LONG, pickle.LONG1, pickle.LONG4,
    pickle.FLOAT, pickle.BINFLOAT,
    pickle.STRING, pickle.BINSTRING, pickle.SHORT_BINSTRING,
    pickle.UNICODE, pickle.SHORT_BINUNICODE, pickle.BINUNICODE, pickle.BINUNICODE8, pickle.SHORT_BINBYTES,
    pickle.EMPTY_LIST, pickle.LIST, pickle.APPEND, pickle.APPENDS,
    pickle.EMPTY_DICT, pickle.DICT, pickle.SETITEM, pickle.SETITEMS,
    pickle.EMPTY_SET, pickle.FROZENSET, pickle.ADDITEMS,
    pickle.EMPTY_TUPLE, pickle.TUPLE, pickle.TUPLE1, pickle.TUPLE2, pickle.TUPLE3,
    pickle.MARK, pickle.POP, pickle.POP_MARK, pickle.DUP,
    pickle.GET, pickle.BINGET, pickle.LONG_BINGET, pickle.PUT, pickle.BINPUT, pickle.LONG_BINPUT, pickle.MEMOIZE,
    pickle.GLOBAL, pickle.STACK_GLOBAL,
)}  # fmt: skip


class _Reader(pickle._Unpickler):  # noqa: SLF001 - the reader in Python has no other name
    """Knows data only: an instruction that is not in ``dispatch`` is refused, a name goes through ``find_class``."""

    # What the class has besides what its stubs say.
    stack: list[Any]
    append: Callable[[Any], None]
    read: Callable[[int], bytes]

    def __init__(self, file: _File, allowance: Allowance) -> None:
        super().__init__(cast("Any", file))
        self._file = file
        self._allowance = allowance

    def find_class(self, module: str, name: str) -> Any:
        known = NAMES.get((module, name))
        if known is None:
            raise PickleRefused(
                f"it names {module[:100]}.{name[:100]}, which is not read: only numpy arrays and plain containers are."
                " If you do not know why it does, do not open this file with anything else either"
            )
        return known

    def _reduce(self) -> None:
        arguments = self.stack.pop()
        function = self.stack[-1]
        if not isinstance(function, Name):
            raise PickleRefused("it calls something that has no name")
        self.stack[-1] = function.make(self._allowance, *arguments)

    def _build(self) -> None:
        state = self.stack.pop()
        made = self.stack[-1]
        if not isinstance(made, PickledArray | PickledDtype):
            raise PickleRefused(f"it gives a state to a {type(made).__name__}")
        made.build(state, self._allowance)

    def _bytes(self) -> None:
        self._take(*struct.unpack("<I", self.read(4)))

    def _long_bytes(self) -> None:
        """Take bytes, or a bytearray, which is not told apart since nobody will write to it."""
        self._take(*struct.unpack("<Q", self.read(8)))

    def _take(self, count: int) -> None:
        self._file.leaves_large = True
        self.append(self.read(count))
        self._file.leaves_large = False

    dispatch: ClassVar[dict[int, Callable[[Any], None]]] = dict(_PLAIN) | {
        pickle.REDUCE[0]: _reduce,
        pickle.BUILD[0]: _build,
        pickle.BINBYTES[0]: _bytes,
        pickle.BINBYTES8[0]: _long_bytes,
        pickle.BYTEARRAY8[0]: _long_bytes,
    }
