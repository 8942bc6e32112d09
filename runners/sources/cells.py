"""The cells of a CSV file as JSON text. Decides what text is a value of which PostgreSQL type.

An empty cell is null, but for text, where it stays the empty string.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Literal, TypeAlias

from runners.sources.jsontext import jsonb_text, parse, quote

CellType: TypeAlias = Literal[
    "text", "bigint", "double precision", "numeric", "boolean", "date", "timestamptz", "jsonb"
]
ToJson: TypeAlias = Callable[[str], str]

_WHOLE = re.compile(r"[+-]?[0-9]{1,19}")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_TRUE = frozenset({"true", "t", "yes", "y", "on", "1"})
_FALSE = frozenset({"false", "f", "no", "n", "off", "0"})
_LONGEST_NUMBER = 1_000


def converter(name: str, cell_type: CellType) -> ToJson:
    """Return what turns a cell of this column into JSON text; it raises ValueError for a cell that does not fit."""
    if cell_type == "text":
        return quote
    convert = _CONVERTERS[cell_type]

    def to_json(cell: str) -> str:
        value = cell.strip()
        if not value:
            return "null"
        try:
            return convert(value)
        except ValueError:
            raise ValueError(f"column {name!r}: {value[:40]!r} is no {cell_type}") from None

    return to_json


def _bigint(value: str) -> str:
    if not _WHOLE.fullmatch(value) or not -(2**63) <= (number := int(value)) < 2**63:
        raise ValueError
    return str(number)


def _double(value: str) -> str:
    if not _NUMBER.fullmatch(value) or (number := float(value)) in (float("inf"), float("-inf")):
        raise ValueError
    return repr(number)


def _numeric(value: str) -> str:
    if not _NUMBER.fullmatch(value) or len(value) > _LONGEST_NUMBER:
        raise ValueError
    return format(Decimal(value), "f")


def _boolean(value: str) -> str:
    word = value.lower()
    if word in _TRUE:
        return "true"
    if word in _FALSE:
        return "false"
    raise ValueError


def _date(value: str) -> str:
    return quote(date.fromisoformat(value).isoformat())


def _timestamptz(value: str) -> str:
    """A time without a zone is taken as UTC, so that it does not depend on a session's time zone."""
    moment = datetime.fromisoformat(value)
    return quote((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat())


def _jsonb(value: str) -> str:
    parse(value)
    return jsonb_text(value)


_CONVERTERS: Mapping[str, ToJson] = MappingProxyType(
    {
        "bigint": _bigint,
        "double precision": _double,
        "numeric": _numeric,
        "boolean": _boolean,
        "date": _date,
        "timestamptz": _timestamptz,
        "jsonb": _jsonb,
    }
)
