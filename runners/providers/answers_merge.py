"""Two JSON Schemas made one that means both: for allOf, and for what stands beside anyOf, oneOf and $ref. Pure."""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import reduce
from math import lcm

from runners.base import Json
from runners.providers.answers_scalars import Schema

ANNOTATIONS = frozenset(
    {"$comment", "$defs", "$id", "$schema", "default", "definitions", "deprecated", "description", "discriminator"}
    | {"examples", "nullable", "readOnly", "title", "writeOnly"}
)
"""Keywords that forbid nothing."""


class References:
    """The schemas that a root schema names by ``#/...``."""

    def __init__(self, root: Schema) -> None:
        self._root = root

    def target(self, reference: str, path: str) -> Json:
        """Return what the reference points to.

        Raises:
            ValueError: it points outside the root schema, or to nothing.
        """
        if reference != "#" and not reference.startswith("#/"):
            raise ValueError(f"{path}: only references within the schema are followed, this is {reference!r}")
        found: Json = self._root
        for part in [name.replace("~1", "/").replace("~0", "~") for name in reference.split("/")[1:]]:
            try:
                found = found[int(part)] if isinstance(found, list) else found[part]
            except (KeyError, IndexError, TypeError, ValueError):
                raise ValueError(f"{path}: the reference {reference!r} points to nothing") from None
        return found

    def reachable(self, schema: Json) -> frozenset[str]:
        """Return every reference that can be met while a value of this schema is made."""
        found: set[str] = set()
        waiting = [schema]
        while waiting:
            for reference in _named_in(waiting.pop()):
                if reference not in found:
                    found.add(reference)
                    waiting.append(self.target(reference, reference))
        return frozenset(found)

    def direct(self, schema: Schema) -> list[str]:
        """Return the references that ``flat`` follows in this schema itself."""
        parts = [part for part in schema.get("allOf", ()) if isinstance(part, Mapping)]
        own = [schema["$ref"]] if "$ref" in schema else []
        return own + [named for part in parts for named in self.direct(part)]

    def flat(self, schema: Json, path: str) -> dict[str, Json]:
        """Return the schema with its ``$ref`` and ``allOf`` replaced by what they say.

        Raises:
            ValueError: a reference points to nothing or to itself, or two parts contradict each other.
        """
        return self._flat(schema, path, frozenset())

    def _flat(self, schema: Json, path: str, seen: frozenset[str]) -> dict[str, Json]:
        if schema is True:
            return {}
        if schema is False:
            raise ValueError(f"{path}: the schema false allows nothing")
        own = {name: value for name, value in schema.items() if name not in ("$ref", "allOf")}
        parts = list(schema.get("allOf", ()))
        if (reference := schema.get("$ref")) is not None:
            if reference in seen:
                raise ValueError(f"{path}: the reference {reference!r} says nothing but itself")
            seen |= {reference}
            parts.append(self.target(reference, path))
        return reduce(lambda whole, part: merged(whole, self._flat(part, path, seen), path), parts, own)


def merged(first: Schema, second: Schema, path: str) -> dict[str, Json]:
    """Return the schema that both allow.

    Raises:
        ValueError: they contradict each other.
    """
    whole = {**second, **first}
    for name in (first.keys() & second.keys()) - ANNOTATIONS:
        if first[name] != second[name]:
            whole[name] = _both(name, first[name], second[name], path)
    return whole


def _named_in(schema: Json) -> Iterator[str]:
    if isinstance(schema, list):
        for part in schema:
            yield from _named_in(part)
    if isinstance(schema, Mapping):
        if isinstance(reference := schema.get("$ref"), str):
            yield reference
        for name, part in schema.items():
            if name not in ("$defs", "definitions", "enum", "const", "default", "examples"):
                yield from _named_in(part)


def _both(name: str, first: Json, second: Json, path: str) -> Json:
    if name not in _TOGETHER:
        raise ValueError(f"{path}: two different values for {name!r} cannot be brought together; write it once")
    both = _TOGETHER[name](first, second)
    if both == []:
        raise ValueError(f"{path}: {name!r} is {first!r} in one part and {second!r} in another")
    return both


def _common_types(first: Json, second: Json) -> list[str]:
    names, others = _listed(first), _listed(second)
    common = [name for name in names if name in others]
    if "integer" in names + others and {"number", "integer"} & set(names) and {"number", "integer"} & set(others):
        common = [name for name in common if name != "number"] + ["integer"] * ("integer" not in common)
    return common


def _listed(types: Json) -> list[str]:
    return list(types) if isinstance(types, list) else [types]


def _all_of(first: Json, second: Json) -> Json:
    if first is False or second is False:
        return False
    return {"allOf": [first, second]}


def _each_all_of(first: Json, second: Json) -> Json:
    shared = {name: _all_of(first[name], second[name]) for name in first.keys() & second.keys()}
    return {**first, **second, **shared}


def _any_of_both(first: Json, second: Json) -> Json:
    return [_all_of(one, other) for one in first for other in second]


def _common_multiple(first: float, second: float) -> float:
    one, other = Fraction(str(first)), Fraction(str(second))
    common = Fraction(lcm(one.numerator * other.denominator, other.numerator * one.denominator))
    common /= one.denominator * other.denominator
    return int(common) if common.denominator == 1 else float(common)


_TOGETHER: Mapping[str, Callable[[Json, Json], Json]] = {
    "type": _common_types,
    "enum": lambda first, second: [value for value in first if value in second],
    "required": lambda first, second: list(dict.fromkeys([*first, *second])),
    "properties": _each_all_of,
    "patternProperties": _each_all_of,
    "items": _all_of,
    "additionalProperties": _all_of,
    "propertyNames": _all_of,
    "anyOf": _any_of_both,
    "uniqueItems": lambda first, second: first or second,
    "multipleOf": _common_multiple,
} | {
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), min),
}
