"""Parquet as a stream of chunks, one record batch after the other. Needs pyarrow, which is imported only here."""

from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, TypeAlias

from runners.base import BadData, Column, InvalidStep
from runners.sources.base import CHUNK_ROWS, Chunk
from runners.sources.jsontext import dump, row_template

ToJson: TypeAlias = Callable[[Any], str]


class ParquetFormat:
    """Implements ``runners.sources.base.Format``."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._columns: tuple[Column, ...] = ()

    def columns(self) -> tuple[Column, ...]:
        return self._columns

    def chunks(self) -> Iterator[Chunk]:
        arrow, parquet = _pyarrow()
        try:
            yield from self._read(parquet.ParquetFile(self._file))
        except (arrow.ArrowException, UnicodeDecodeError) as error:
            raise BadData(f"the Parquet file cannot be read: {error}") from error

    def _read(self, table: Any) -> Iterator[Chunk]:
        fields = list(table.schema_arrow)
        self._columns = tuple(Column(field.name, postgres_type(field.type)) for field in fields)
        template = row_template(field.name for field in fields)
        for batch in table.iter_batches(batch_size=CHUNK_ROWS):
            cells = [
                [_to_json(column.type)(value) for value in array.to_pylist()]
                for column, array in zip(self._columns, batch.columns, strict=True)
            ]
            yield Chunk(good=[template % row for row in zip(*cells, strict=True)])


def postgres_type(arrow_type: Any) -> str:
    """Return the PostgreSQL type that holds the values of an Arrow type; ``jsonb`` for nested ones."""
    types = _pyarrow()[0].types
    if types.is_dictionary(arrow_type):
        return postgres_type(arrow_type.value_type)
    if types.is_timestamp(arrow_type):
        return "timestamp with time zone" if arrow_type.tz else "timestamp without time zone"
    tests = (
        (types.is_boolean, "boolean"),
        (types.is_uint64, "numeric"),
        (types.is_integer, "bigint"),
        (types.is_floating, "double precision"),
        (types.is_decimal, "numeric"),
        (types.is_date, "date"),
        (types.is_nested, "jsonb"),
    )
    return next((name for test, name in tests if test(arrow_type)), "bytea" if _is_binary(arrow_type) else "text")


def _is_binary(arrow_type: Any) -> bool:
    types = _pyarrow()[0].types
    return bool(
        types.is_binary(arrow_type) or types.is_large_binary(arrow_type) or types.is_fixed_size_binary(arrow_type)
    )


def _to_json(column_type: str) -> ToJson:
    match column_type:
        case "numeric":
            return _number
        case "bytea":
            return _bytes
        case _:
            return dump


def _number(value: Any) -> str:
    """Keep the digits of a decimal as they are: a JSON number, not a string."""
    return "null" if value is None else format(value, "f") if hasattr(value, "as_tuple") else str(value)


def _bytes(value: bytes | None) -> str:
    return "null" if value is None else f'"\\\\x{value.hex()}"'


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow as arrow  # noqa: PLC0415
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError as error:
        raise InvalidStep('reading Parquet needs pyarrow: pip install "batchdag[parquet]"') from error
    return arrow, parquet
