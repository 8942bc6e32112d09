"""Parses the JSON text in a field and puts what it holds into the item, if it fits a JSON Schema.

An item that does not fit is failed: its payload stays whole, and the reason has the position of the syntax error or
the path of each violation.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NoReturn

from definitions.schemas import check_params
from runners.base import Column, Json, NewItem
from runners.columns import ColumnTracker, with_columns
from runners.transforms.base import Payload

_MOST_VIOLATIONS = 5
_TYPES: Mapping[str, str] = {
    "string": "text",
    "boolean": "boolean",
    "integer": "bigint",
    "number": "double precision",
    "array": "jsonb",
    "object": "jsonb",
}


class UnfitError(Exception):
    """A value is not what it should be; the message is the reason that people see."""


class ParseField:
    """Merges the parsed object into the item, or puts the parsed value under ``into``."""

    one_to_one = True

    def __init__(self, field: str, *, into: str | None, schema: Mapping[str, Json], keep: Sequence[str] | None) -> None:
        self.needs: Sequence[str] = (field, *(keep or ()))
        self._field = field
        self._into = into
        self._schema = schema
        self._keep = keep
        self._tracker = ColumnTracker()
        for column in expected_columns(schema, into=into):
            self._tracker.expect(column)

    def made(self, payloads: Iterable[Payload]) -> Iterator[NewItem]:
        for payload in payloads:
            try:
                yield NewItem(self._merged(payload))
            except UnfitError as error:
                yield NewItem(payload, error=str(error))

    def columns(self, known: Sequence[Column]) -> tuple[Column, ...]:
        kept = [column for column in known if self._keep is None or column.name in self._keep]
        return with_columns(kept, self._tracker.columns())

    def _merged(self, payload: Payload) -> Payload:
        value = parsed(payload.get(self._field), name=self._field)
        if problems := check_params(value, self._schema, path=self._field):
            raise UnfitError("; ".join(str(problem) for problem in problems[:_MOST_VIOLATIONS]))
        new = self._fields(value)
        self._tracker.see(new)
        kept = payload if self._keep is None else {name: payload.get(name) for name in self._keep}
        return kept | new

    def _fields(self, value: Json) -> Payload:
        if self._into is not None:
            return {self._into: value}
        if not isinstance(value, dict):
            raise UnfitError(f"{self._field}: a JSON object is needed to take fields from, or say where with into")
        return value


def expected_columns(schema: Mapping[str, Json], *, into: str | None) -> list[Column]:
    """Return the columns that a schema promises, so that SQL over them works on a day without any item."""
    properties = schema.get("properties")
    named = {into: schema} if into is not None else properties if isinstance(properties, dict) else {}
    typed = ((name, _TYPES.get(_json_type(part))) for name, part in named.items())
    return [Column(name, kind) for name, kind in typed if kind is not None]


def _json_type(schema: Json) -> str:
    types = schema.get("type") if isinstance(schema, Mapping) else None
    listed = types if isinstance(types, list) else [types]
    real = [one for one in listed if one != "null"]
    return str(real[0]) if len(real) == 1 else ""


def parsed(value: Json, *, name: str) -> Json:
    """Return what JSON text holds; a list or an object has been parsed before.

    Raises:
        UnfitError: it is no JSON; the message has line and column.
    """
    if isinstance(value, list | dict):
        return value
    if not isinstance(value, str):
        raise UnfitError(f"{name}: there is no JSON text to parse, the field is {json.dumps(value)}")
    try:
        return json.loads(value, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise UnfitError(f"{name}: not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from error
    except (ValueError, RecursionError) as error:
        raise UnfitError(f"{name}: not JSON: {error}") from error


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a JSON value")
