"""Objects and arrays that fit a JSON Schema: which optional properties, how many items. Knows no references."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from definitions.keywords import matches
from runners.base import Json
from runners.providers.answers_draw import Draw
from runners.providers.answers_scalars import Maker, Schema

Compiled: TypeAlias = Callable[[Json, str, str], Maker]
"""Compiles a schema at a path, for the property of this name."""

_LEFT_OUT_IN = 8
"""An optional property is left out once in so many times, as models do."""
_TRIES = 100


def object_maker(schema: Schema, path: str, *, compiled: Compiled) -> Maker:
    """Return what makes objects: all that is required, most of what is optional, entries of open dictionaries."""
    fields = _fields(schema, path, compiled)
    return _Object(
        required=[field for field in fields if field.is_required],
        fields=fields,
        extra=_extra(schema, path, compiled),
        is_dictionary=not fields and _describes_entries(schema),
        low=int(schema.get("minProperties", 0)),
        high=schema.get("maxProperties", math.inf),
        path=path,
    ).make


def array_maker(schema: Schema, path: str, *, name: str, compiled: Compiled) -> Maker:
    """Return what makes arrays: two to four items where the schema leaves it open."""
    prefix = [compiled(part, f"{path}[{at}]", name) for at, part in enumerate(schema.get("prefixItems", ()))]
    rest = schema.get("items", {})
    high = min(schema.get("maxItems", math.inf), math.inf if rest is not False else len(prefix))
    low = int(schema.get("minItems", 0))
    if low > high:
        raise ValueError(f"{path}: at least {low} items are asked for and at most {high} allowed; change one of them")
    return _Array(
        prefix=prefix,
        rest=compiled(rest, f"{path}[]", name) if high > len(prefix) else None,
        low=low,
        usual=int(min(high, max(low, len(prefix)) or 2)),
        high=high,
        is_distinct=schema.get("uniqueItems", False),
        path=path,
    ).make


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    maker: Maker
    is_required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Object:
    required: Sequence[_Field]
    fields: Sequence[_Field]
    extra: tuple[Maker, Maker] | None
    is_dictionary: bool
    low: int
    high: float
    path: str

    def make(self, draw: Draw) -> dict[str, Json]:
        draw.made += 1
        room = self.high - len(self.required)
        value: dict[str, Json] = {}
        for field in self.fields:
            if not field.is_required:
                if room <= 0 or draw.is_shallow or draw.one_in(_LEFT_OUT_IN):
                    continue
                room -= 1
            value[field.name] = field.maker(draw)
        if self.is_dictionary or len(value) < self.low:
            self._fill(value, draw)
        return value

    def _fill(self, value: dict[str, Json], draw: Draw) -> None:
        for field in self.fields:
            if len(value) < self.low and field.name not in value:
                value[field.name] = field.maker(draw)
        usual = draw.between(2, 4) if self.is_dictionary and not draw.is_shallow else 0
        self._invent(value, int(max(self.low, min(usual, self.high))), draw)

    def _invent(self, value: dict[str, Json], count: int, draw: Draw) -> None:
        """Add entries under names of our own until there are ``count``."""
        declared = {field.name for field in self.fields}
        for attempt in range(_TRIES + count):
            if self.extra is None or len(value) >= count:
                break
            draw.distinct = attempt
            if (name := self.extra[0](draw)) not in value and name not in declared:
                value[name] = self.extra[1](draw)
        draw.distinct = 0
        if len(value) < self.low:
            raise ValueError(f"{self.path}: {self.low} properties are asked for, and only {len(value)} can be made")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Array:
    prefix: Sequence[Maker]
    rest: Maker | None
    low: int
    usual: int
    high: float
    is_distinct: bool
    path: str

    def make(self, draw: Draw) -> list[Json]:
        draw.made += 1
        count = self.low if draw.is_shallow else draw.between(self.usual, int(min(self.high, self.usual + 2)))
        makers = [self._at(position) for position in range(count)]
        if self.is_distinct:
            return self._distinct(makers, draw)
        return [maker(draw) for maker in makers]

    def _at(self, position: int) -> Maker:
        if position < len(self.prefix):
            return self.prefix[position]
        assert self.rest is not None
        return self.rest

    def _distinct(self, makers: Sequence[Maker], draw: Draw) -> list[Json]:
        made: dict[str, Json] = {}
        for maker in makers:
            if not self._add(made, maker, draw) and len(made) < self.low:
                raise ValueError(
                    f"{self.path}: {self.low} distinct items are asked for, and only {len(made)} were found; "
                    f"lower minItems or allow more values"
                )
        return list(made.values())

    def _add(self, made: dict[str, Json], maker: Maker, draw: Draw) -> bool:
        # Drawing with replacement: the last of n values is found within 12 n tries but once in e^12.
        for attempt in range(_TRIES + 12 * self.low):
            draw.distinct = attempt
            item = maker(draw)
            if (text := json.dumps(item, sort_keys=True)) not in made:
                made[text] = item
                draw.distinct = 0
                return True
        draw.distinct = 0
        return False


def _describes_entries(schema: Schema) -> bool:
    return "patternProperties" in schema or isinstance(schema.get("additionalProperties"), Mapping)


def _fields(schema: Schema, path: str, compiled: Compiled) -> list[_Field]:
    declared: Mapping[str, Json] = schema.get("properties", {})
    required = schema.get("required", ())
    patterns = schema.get("patternProperties", {})
    fields = []
    for name in dict.fromkeys([*declared, *required]):
        parts = [declared[name]] if name in declared else []
        parts += [part for pattern, part in patterns.items() if matches(pattern, name)]
        whole = _whole(parts, schema.get("additionalProperties", {}))
        if whole is not False or name in required:
            fields.append(_Field(name, compiled(whole, f"{path}.{name}", name), name in required))
    return fields


def _whole(parts: Sequence[Json], otherwise: Json) -> Json:
    if not parts:
        return otherwise
    return parts[0] if len(parts) == 1 else {"allOf": list(parts)}


def _extra(schema: Schema, path: str, compiled: Compiled) -> tuple[Maker, Maker] | None:
    """Return makers for the name and the value of a property that the schema does not list; None: it allows none."""
    names: Json = schema.get("propertyNames", {})
    values: Json = schema.get("additionalProperties", {})
    for pattern, part in schema.get("patternProperties", {}).items():
        names, values = {"allOf": [names, {"pattern": pattern}]}, part
        break
    if names is False or values is False:
        return None
    named = {"allOf": [{"type": "string"}, names]} if names else {"type": "string"}
    return compiled(named, f"{path} (name)", "name"), compiled(values, f"{path}.*", "")
