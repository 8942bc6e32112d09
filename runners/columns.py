"""The columns of items that were not made by SQL: names in order of appearance, types from the values seen.

Decides which PostgreSQL type holds every value of a field. Knows nothing of where the items come from or go to.
"""

from collections.abc import Iterable, Mapping

from runners.base import Column, Json

_BIGINT = range(-(2**63), 2**63)
_TYPES: Mapping[type, str] = {
    str: "text",
    bool: "boolean",
    int: "bigint",
    float: "double precision",
    list: "jsonb",
    tuple: "jsonb",
    dict: "jsonb",
}
_NUMBERS = frozenset({"bigint", "numeric", "double precision"})


class ColumnTracker:
    """Collects the fields of payloads; one ``see`` for each payload, then ``columns``."""

    def __init__(self) -> None:
        self._seen: dict[str, set[str]] = {}

    def see(self, payload: Mapping[str, Json]) -> None:
        """Take note of one payload's fields. Null says that a field exists, not what type it has."""
        seen = self._seen
        for name, value in payload.items():
            types = seen.get(name)
            if types is None:
                types = seen[name] = set()
            if value is None:
                continue
            kind = _TYPES.get(type(value), "jsonb")
            if kind == "bigint" and value not in _BIGINT:
                kind = "numeric"
            types.add(kind)

    def expect(self, column: Column) -> None:
        """Take note of a field that is known beforehand, even if no payload should have it."""
        self._seen.setdefault(column.name, set()).add(column.type)

    def columns(self) -> tuple[Column, ...]:
        """Return every field seen, in order of first appearance, with the type that holds all its values."""
        return tuple(Column(name, common_type(types)) for name, types in self._seen.items())


def common_type(types: Iterable[str]) -> str:
    """Return the type that holds values of all these types: ``text`` for none, ``jsonb`` for what does not mix.

    A whole number beyond 64 bits makes the column ``numeric``, even beside fractions: nothing is rounded.
    """
    kinds = set(types)
    if not kinds:
        return "text"
    if len(kinds) == 1:
        return kinds.pop()
    if not kinds <= _NUMBERS:
        return "jsonb"
    return "numeric" if "numeric" in kinds else "double precision"


def with_columns(known: Iterable[Column], new: Iterable[Column]) -> tuple[Column, ...]:
    """Return the known columns, those of the same name replaced by the new ones, then the rest of the new ones."""
    columns = {column.name: column for column in known}
    columns.update({column.name: column for column in new})
    return tuple(columns.values())
