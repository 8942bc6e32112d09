"""Writes a reference set in any of the formats that the server reads, under another name first."""

import json
import os
import pickle
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path

import numpy as np

from services.embedding_server.reference.making import MODEL, ReferenceSet


class Format(StrEnum):
    """The formats, by the ending of the file."""

    NPZ = "npz"
    PKL = "pkl"
    JSONL = "jsonl"
    PARQUET = "parquet"


def write(data: ReferenceSet, folder: Path, *, form: Format) -> Path:
    """Write the set and return its file. A server that has an earlier one open never sees half of this one."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{data.name}.{form}"
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        _WRITERS[form](data, partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return path


def _npz(data: ReferenceSet, path: Path) -> None:
    texts = {
        name: np.array([text.encode() for text in column])
        for name, column in (("ids", data.ids), ("metadata", data.metadata))
    }
    with path.open("wb") as file:
        np.savez(file, embeddings=data.matrix, model=np.array(MODEL), allow_pickle=False, **texts)


def _pkl(data: ReferenceSet, path: Path) -> None:
    metadata = [json.loads(text) for text in data.metadata]
    columns = {"ids": data.ids, "embeddings": data.matrix, "metadata": metadata, "model": MODEL}
    with path.open("wb") as file:
        pickle.dump(columns, file, protocol=5)


def _jsonl(data: ReferenceSet, path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        for row_id, text, vector in zip(data.ids, data.metadata, data.matrix, strict=True):
            row = {"id": row_id, "metadata": json.loads(text), "embedding": vector.tolist()}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _parquet(data: ReferenceSet, path: Path) -> None:
    import pyarrow  # noqa: PLC0415 - an extra
    import pyarrow.parquet  # noqa: PLC0415

    vectors = pyarrow.FixedSizeListArray.from_arrays(pyarrow.array(data.matrix.ravel()), data.matrix.shape[1])
    table = pyarrow.table({"id": data.ids, "metadata": data.metadata, "embedding": vectors})
    pyarrow.parquet.write_table(table.replace_schema_metadata({"model": MODEL}), path)


_WRITERS: Mapping[Format, Callable[[ReferenceSet, Path], None]] = {
    Format.NPZ: _npz,
    Format.PKL: _pkl,
    Format.JSONL: _jsonl,
    Format.PARQUET: _parquet,
}
