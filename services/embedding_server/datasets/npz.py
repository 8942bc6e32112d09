"""Data sets in ``.npz``: arrays ``ids``, ``embeddings`` and, if there are any, ``metadata`` and ``model``.

Members that are stored, as ``np.savez`` does, stay in the file; compressed ones are unpacked into memory. Nothing is
unpickled.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

import numpy as np

from services.embedding_server.datasets import stored
from services.embedding_server.datasets.allowance import Allowance
from services.embedding_server.datasets.base import ArrayTexts, Same, Table, Texts
from services.embedding_server.datasets.columns import ID, METADATA, MODEL, VECTOR, checked_vectors, named
from services.embedding_server.datasets.source import Source
from services.embedding_server.datasets.stored import Block, InFile, InMemory, StoredArray
from services.embedding_server.errors import DataSetBroken

_LOCAL_HEADER = struct.Struct("<4s22xHH")
"""Of a zip member: its mark, and the lengths of its name and extra field, which the directory may tell otherwise."""
_HEADER_ROOM = 20_000
_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, ValueError, EOFError, RuntimeError)


def read(source: Source, *, allowance: Allowance) -> Table:
    """Return what the file holds.

    Raises:
        DataSetBroken: it is no .npz, or lacks an array, or one is of the wrong kind.
    """
    try:
        with open(source.number, "rb", closefd=False) as file, zipfile.ZipFile(file) as members:
            return _table(_arrays(members, source=source, allowance=allowance), file=source.name)
    except DataSetBroken:
        raise
    except _DAMAGED as error:
        raise DataSetBroken(source.name, f"it is damaged, or no .npz: {error}") from error


def _arrays(members: zipfile.ZipFile, *, source: Source, allowance: Allowance) -> dict[str, StoredArray]:
    """Read the arrays that mean something here, and leave the others alone."""
    present = {info.filename.removesuffix(".npy"): info for info in members.infolist()}
    chosen = [named(names, present) for names in (ID, VECTOR, METADATA, (MODEL,))]
    if chosen[0] is None or chosen[1] is None:
        shown = ", ".join(sorted(present)[:20]) or "none"
        raise DataSetBroken(source.name, f"there are no arrays 'ids' and 'embeddings'; there are: {shown}")
    roles = zip(("ids", "embeddings", "metadata", "model"), chosen, strict=True)
    return {
        role: _npy(_bytes(members, present[name], source=source, allowance=allowance), allowance=allowance)
        for role, name in roles
        if name is not None
    }


def _table(arrays: Mapping[str, StoredArray], *, file: str) -> Table:
    vectors = checked_vectors(arrays["embeddings"], file=file)
    return Table(
        ids=_column("ids", arrays, rows=vectors.rows, kinds="USiu", file=file),
        metadata=_column("metadata", arrays, rows=vectors.rows, kinds="US", file=file),
        vectors=vectors,
        model=str(arrays["model"].all().item()) if "model" in arrays else "",
    )


def _column(role: str, arrays: Mapping[str, StoredArray], *, rows: int, kinds: str, file: str) -> Texts:
    array = arrays.get(role)
    if array is None:
        return Same("{}")
    has_kind = array.dtype.kind in kinds or array.rows == 0  # numpy calls an empty list one of floats
    if len(array.shape) != 1 or not has_kind:
        raise DataSetBroken(file, f"{role} is an array of {array.shape} {array.dtype}; it must be a list of texts")
    if array.rows != rows:
        raise DataSetBroken(file, f"there are {rows} vectors, and {array.rows} {role}")
    return ArrayTexts(array)


def _bytes(members: zipfile.ZipFile, info: zipfile.ZipInfo, *, source: Source, allowance: Allowance) -> Block:
    is_encrypted = bool(info.flag_bits & 1)
    if info.compress_type == zipfile.ZIP_STORED and not is_encrypted:
        return _stored(source, info)
    allowance.take(info.file_size)
    return InMemory(memoryview(members.read(info)))


def _stored(source: Source, info: zipfile.ZipInfo) -> InFile:
    """Return where in the file the member's bytes lie."""
    header = stored.read(InFile(source, 0, source.size), info.header_offset, _LOCAL_HEADER.size)
    mark, name, extra = _LOCAL_HEADER.unpack(header)
    first = info.header_offset + _LOCAL_HEADER.size + name + extra
    if mark != b"PK\x03\x04" or first + info.file_size > source.size:
        raise zipfile.BadZipFile(f"the member {info.filename} lies beyond the end")
    return InFile(source, first, info.file_size)


def _npy(block: Block, *, allowance: Allowance) -> StoredArray:
    """Return the array of a ``.npy`` member."""
    head = io.BytesIO(stored.read(block, 0, min(_HEADER_ROOM, block.length)))
    version = np.lib.format.read_magic(head)
    read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, is_fortran, dtype = read_header(head)
    rest = block.after(head.tell())
    if is_fortran:
        return StoredArray.by_columns(rest, dtype, shape, allowance=allowance)
    return StoredArray(rest, dtype, shape)
