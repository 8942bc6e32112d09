"""Data sets in Parquet: columns ``id``, ``embedding`` (a list of numbers) and ``metadata``, read a batch at a time.

Without a column ``metadata``, all other columns are the metadata. The file's own metadata may name the ``model``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from services.embedding_server.datasets.allowance import Allowance
from services.embedding_server.datasets.base import Table
from services.embedding_server.datasets.building import TableBuilder
from services.embedding_server.datasets.columns import ID, METADATA, MODEL, VECTOR, named
from services.embedding_server.datasets.source import Source
from services.embedding_server.errors import DataSetBroken

if TYPE_CHECKING:
    import pyarrow
    import pyarrow.parquet

_BATCH = 2_000


def read(source: Source, *, allowance: Allowance) -> Table:
    """Return what the file holds.

    Raises:
        DataSetBroken: it is no Parquet, lacks a column, or a vector is missing or of another length than the first one.
    """
    builder = TableBuilder(allowance)
    with _opened(source) as parquet:
        names = _Names(parquet.schema_arrow.names, file=source.name)
        number = 0
        for batch in parquet.iter_batches(batch_size=_BATCH, columns=names.all):
            for row_id, vector, metadata in names.rows(batch):
                builder.add(row_id=row_id, vector=vector, metadata=metadata, where=f"row {number}")
                number += 1
        return builder.table(model=_model(parquet))


@contextmanager
def _opened(source: Source) -> "Iterator[pyarrow.parquet.ParquetFile]":
    try:
        import pyarrow  # noqa: PLC0415 - an extra, and half a second
        import pyarrow.parquet  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise DataSetBroken(source.name, "Parquet needs pyarrow: pip install 'batchdag[parquet]'") from error
    try:
        with open(source.number, "rb", closefd=False) as file, pyarrow.parquet.ParquetFile(file) as parquet:
            yield parquet
    except (pyarrow.ArrowException, OSError) as error:
        raise DataSetBroken(source.name, f"it is damaged, or no Parquet: {error}") from error


class _Names:
    """Which columns are read, and as what."""

    def __init__(self, present: list[str], *, file: str) -> None:
        identity, vector = named(ID, present), named(VECTOR, present)
        if identity is None or vector is None:
            shown = ", ".join(present[:20])
            raise DataSetBroken(file, f"there are no columns 'id' and 'embedding'; there are: {shown}")
        self._identity, self._vector = identity, vector
        given = named(METADATA, present)
        self._others = [given] if given else [name for name in present if name not in (identity, vector)]
        self._has_metadata = given is not None

    @property
    def all(self) -> list[str]:
        return [self._identity, self._vector, *self._others]

    def rows(self, batch: "pyarrow.RecordBatch") -> Iterator[tuple[Any, Any, Any]]:
        """Give id, vector and metadata of each row; a vector that is missing is None."""
        ids = batch.column(self._identity).to_pylist()
        return zip(ids, _vectors(batch.column(self._vector)), self._metadata(batch), strict=True)

    def _metadata(self, batch: "pyarrow.RecordBatch") -> list[Any]:
        if self._has_metadata:
            return list(batch.column(self._others[0]).to_pylist())
        if not self._others:
            return [None] * batch.num_rows
        return list(batch.select(self._others).to_pylist())


def _vectors(column: "pyarrow.Array") -> Iterator[Any]:
    import pyarrow.compute  # noqa: PLC0415
    import pyarrow.types  # noqa: PLC0415

    if not (pyarrow.types.is_list(column.type) or pyarrow.types.is_fixed_size_list(column.type)):
        yield from column.to_pylist()
        return
    values = column.flatten().to_numpy(zero_copy_only=False)
    first = 0
    for length in pyarrow.compute.list_value_length(column).to_pylist():
        yield None if length is None else values[first : first + length]
        first += length or 0


def _model(parquet: "pyarrow.parquet.ParquetFile") -> str:
    said = (parquet.schema_arrow.metadata or {}).get(MODEL.encode(), b"")
    return str(said.decode(errors="replace"))
