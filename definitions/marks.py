"""Which strings of a params object are SQL, which are rendered for each item, and which are ordinary templates.

A runner says so in the JSON Schema of its params: ``x-sql`` and ``x-per-item``. The schema is walked beside the params,
through ``$ref``, ``anyOf``, ``oneOf`` and ``allOf``; a mark holds for everything below it.

``x-binds`` says of SQL that its ``:name``s are params of the instance, and fields of the param that it names.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from definitions.values import Json

_BINDS = "x-binds"
_UNIONS = ("anyOf", "oneOf", "allOf")


class Mark(StrEnum):
    """What a string in params is."""

    TEMPLATE = "template"
    PER_ITEM = "x-per-item"
    SQL = "x-sql"


class Place:
    """A place in the params with all the schemas that may describe it."""

    def __init__(self, schemas: Sequence[Any], root: Mapping[str, Any], *, mark: Mark = Mark.TEMPLATE) -> None:
        self._root = root
        self._schemas = list(_expanded(schemas, root))
        self.mark = mark if mark is not Mark.TEMPLATE else _mark(self._schemas)

    @classmethod
    def root(cls, schema: Mapping[str, Any]) -> "Place":
        return cls([schema], schema)

    @property
    def binds(self) -> str | None:
        """The param beside this one that has further values for the ``:name``s in it; None if that is not known."""
        named = (schema.get(_BINDS) for schema in self._schemas)
        return next((name for name in named if isinstance(name, str)), None)

    def child(self, key: str | int) -> "Place":
        """Return the place of one field or one item below this one."""
        found = [sub for schema in self._schemas for sub in _subschemas(schema, key)]
        return Place(found, self._root, mark=self.mark)


def strings(value: Json, place: Place, path: str) -> Iterator[tuple[str, str, Mark]]:
    """Yield every string below a value with its JSON path and its mark, in order."""
    stack: list[tuple[Json, Place, str]] = [(value, place, path)]
    while stack:
        part, where, at = stack.pop()
        if isinstance(part, str):
            yield at, part, where.mark
        elif isinstance(part, dict):
            stack.extend((part[key], where.child(key), f"{at}{key_path(key)}") for key in reversed(part))
        elif isinstance(part, list):
            stack.extend((part[i], where.child(i), f"{at}[{i}]") for i in reversed(range(len(part))))


def key_path(key: str | int) -> str:
    """Return how a key is appended to a JSON path: ``.name``, ``[3]`` or ``["odd name"]``."""
    if isinstance(key, int):
        return f"[{key}]"
    return f".{key}" if key.isidentifier() else f"[{json.dumps(key[:60])}]"


def _expanded(schemas: Sequence[Any], root: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the schemas and all that they refer to or unite, each once."""
    stack, seen = list(reversed(schemas)), set[int]()
    while stack:
        schema = stack.pop()
        if not isinstance(schema, Mapping) or id(schema) in seen:
            continue
        seen.add(id(schema))
        yield schema
        stack.extend(part for union in _UNIONS for part in schema.get(union, ()))
        if isinstance(reference := schema.get("$ref"), str):
            stack.append(_resolved(reference, root))


def _resolved(reference: str, root: Mapping[str, Any]) -> Any:
    found: Any = root
    for part in reference.removeprefix("#").strip("/").split("/"):
        if part and isinstance(found, Mapping):
            found = found.get(part.replace("~1", "/").replace("~0", "~"))
    return found


def _subschemas(schema: Mapping[str, Any], key: str | int) -> Iterator[Any]:
    if isinstance(key, int):
        prefix = schema.get("prefixItems", ())
        yield prefix[key] if key < len(prefix) else schema.get("items")
        return
    properties = schema.get("properties", {})
    yield properties[key] if key in properties else schema.get("additionalProperties")


def _mark(schemas: Sequence[Mapping[str, Any]]) -> Mark:
    for mark in (Mark.SQL, Mark.PER_ITEM):
        if any(schema.get(mark.value) is True for schema in schemas):
            return mark
    return Mark.TEMPLATE
