"""Data sets in pickles, read as data alone (``unpickling``). The shapes that are understood:

* ``{"ids": [...], "embeddings": array, "metadata": [...], "model": "..."}``: the array stays in the file
* ``[{"id": ..., "embedding": array or list, "metadata": {...}}, ...]``
* ``{id: array or list, ...}``
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from services.embedding_server.datasets.allowance import Allowance
from services.embedding_server.datasets.base import Same, Table, Texts
from services.embedding_server.datasets.building import PackedTexts, TableBuilder, id_text, metadata_text
from services.embedding_server.datasets.columns import ID, METADATA, MODEL, VECTOR, checked_vectors, named, split_row
from services.embedding_server.datasets.pickled import PickledArray, PickleRefused
from services.embedding_server.datasets.source import Source
from services.embedding_server.datasets.unpickling import read_pickle
from services.embedding_server.errors import DataSetBroken

_Row: TypeAlias = tuple[Any, Any, Any]


def read(source: Source, *, allowance: Allowance) -> Table:
    """Return what the pickle holds.

    Raises:
        DataSetBroken: it is refused, damaged, or of another shape.
    """
    try:
        held = read_pickle(source, allowance=allowance)
        return _table(held, allowance)
    except PickleRefused as error:
        raise DataSetBroken(source.name, f"this pickle is refused: {error}") from error


def _table(held: Any, allowance: Allowance) -> Table:
    match held:
        case dict() if named(ID, held) and named(VECTOR, held):
            return _of_columns(held, allowance)
        case dict():
            return _of_rows(((row_id, vector, None) for row_id, vector in held.items()), allowance)
        case list() | tuple():
            return _of_rows(_split(held, allowance.file), allowance)
    raise DataSetBroken(
        allowance.file,
        f"it holds a {type(held).__name__}; expected are a dict of 'ids' and 'embeddings', a list of rows that are"
        " dicts, or a dict of vectors by id",
    )


def _of_columns(held: Mapping[str, Any], allowance: Allowance) -> Table:
    ids, vectors, metadata = (held.get(named(names, held) or "") for names in (ID, VECTOR, METADATA))
    model = str(held.get(MODEL) or "")
    if isinstance(vectors, PickledArray):
        array = checked_vectors(vectors.array, file=allowance.file)
        columns = _Columns(allowance, rows=array.rows)
        return Table(columns.texts("ids", ids), columns.texts("metadata", metadata), array, model)
    if not isinstance(vectors, list | tuple):
        raise DataSetBroken(allowance.file, f"the embeddings are a {type(vectors).__name__}; an array is expected")
    columns = _Columns(allowance, rows=len(vectors))
    rows = zip(columns.values("ids", ids), vectors, columns.values("metadata", metadata), strict=True)
    return _of_rows(rows, allowance, model=model)


class _Columns:
    """The columns beside the vectors: lists, or arrays, of as many values as there are vectors."""

    def __init__(self, allowance: Allowance, *, rows: int) -> None:
        self._allowance = allowance
        self._rows = rows

    def values(self, name: str, given: Any) -> Sequence[Any]:
        """Return the column as a list."""
        if given is None and name == "metadata":
            return [None] * self._rows
        values = given.array.all().tolist() if isinstance(given, PickledArray) else given
        if not isinstance(values, list | tuple) or len(values) != self._rows:
            raise DataSetBroken(
                self._allowance.file, f"there are {self._rows} vectors; {name} must be a list of as many"
            )
        return values

    def texts(self, name: str, given: Any) -> Texts:
        """Return the column as what is streamed."""
        if given is None and name == "metadata":
            return Same("{}")
        write = id_text if name == "ids" else metadata_text
        texts = PackedTexts(self._allowance)
        for row, value in enumerate(self.values(name, given)):
            try:
                texts.add(write(value))
            except ValueError as error:
                raise DataSetBroken(self._allowance.file, f"row {row}: {error}") from error
        return texts


def _of_rows(rows: Iterable[_Row], allowance: Allowance, *, model: str = "") -> Table:
    builder = TableBuilder(allowance)
    for number, (row_id, vector, metadata) in enumerate(rows):
        held = vector.array.all() if isinstance(vector, PickledArray) else vector
        builder.add(row_id=row_id, vector=held, metadata=metadata, where=f"row {number}")
    return builder.table(model=model)


def _split(rows: Iterable[Any], file: str) -> Iterator[_Row]:
    for number, row in enumerate(rows):
        if not isinstance(row, Mapping):
            raise DataSetBroken(file, f"row {number} is a {type(row).__name__}; a dict is expected")
        try:
            yield split_row(row)
        except ValueError as error:
            raise DataSetBroken(file, f"row {number}: {error}") from error
