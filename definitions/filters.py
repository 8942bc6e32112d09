"""The filters and tests that expressions and templates may use. This list is the whole of it.

Each filter gets a value and arguments that are JSON, gives JSON back, and neither pads nor repeats: its result is never
much larger than its input. What a filter costs is charged by the evaluator.
"""

import inspect
import json
import math
import operator
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import MappingProxyType

from definitions.errors import ExpressionError
from definitions.values import Budget, Json, Undefined, described, is_number, text_of

Filter = Callable[..., Json]
Test = Callable[..., bool]

_MISSING = object()
_MAX_DIGITS = 300
_MAX_PARTS = 10_000


def ordered(left: Json, right: Json) -> None:
    """Make sure that two values have an order: two numbers, or two strings.

    Raises:
        ExpressionError: they do not.
    """
    if (is_number(left) and is_number(right)) or (isinstance(left, str) and isinstance(right, str)):
        return
    raise ExpressionError(f"{described(left)} and {described(right)} have no order")


def contains(container: Json, value: Json) -> bool:
    """Say whether a list has a value, an object a key, or a string a part."""
    if isinstance(container, list):
        return value in container
    if isinstance(container, dict | str) and isinstance(value, str):
        return value in container
    raise ExpressionError(f"{described(value)} cannot be in {described(container)}")


def _want(value: Json, types: type | tuple[type, ...], what: str) -> None:
    if not isinstance(value, types) or (isinstance(value, bool) and types is not bool):
        raise ExpressionError(f"wants {what}, not {described(value)}")


def _default(value: Json | Undefined, fallback: Json = "", boolean: Json = False) -> Json:
    if isinstance(value, Undefined) or (boolean and not value):
        return fallback
    return value


def _length(value: Json) -> Json:
    _want(value, (str, list, dict), "a string, a list or an object")
    return len(value)


def _to_number(value: Json, fallback: Json, convert: Callable[[Json], Json]) -> Json:
    if not (isinstance(value, str) and len(value) > _MAX_DIGITS):
        with suppress(TypeError, ValueError, OverflowError):
            return convert(value)
    if fallback is _MISSING:
        raise ExpressionError(f"cannot make a number of {described(value)}; give a fallback: int(0)")
    return fallback


def _int(value: Json, fallback: Json = _MISSING) -> Json:
    return _to_number(value, fallback, lambda given: int(float(given)) if _has_point(given) else int(given))


def _has_point(value: Json) -> bool:
    return isinstance(value, str) and any(mark in value for mark in ".eE")


def _float(value: Json, fallback: Json = _MISSING) -> Json:
    return _to_number(value, fallback, float)


def _string(value: Json) -> Json:
    return text_of(value, Budget())


def _tojson(value: Json) -> Json:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _lower(value: Json) -> Json:
    _want(value, str, "a string")
    return value.lower()


def _upper(value: Json) -> Json:
    _want(value, str, "a string")
    return value.upper()


def _title(value: Json) -> Json:
    _want(value, str, "a string")
    return value.title()


def _capitalize(value: Json) -> Json:
    _want(value, str, "a string")
    return value.capitalize()


def _trim(value: Json, chars: Json = None) -> Json:
    _want(value, str, "a string")
    _want(chars, (str, type(None)), "its characters as a string")
    return value.strip(chars)


def _truncate(value: Json, length: Json = 255, end: Json = "...") -> Json:
    _want(value, str, "a string")
    _want(length, int, "a whole number as length")
    _want(end, str, "a string as end")
    return value if len(value) <= length else value[: max(length - len(end), 0)] + end


def _replace(value: Json, old: Json, new: Json) -> Json:
    for text in (value, old, new):
        _want(text, str, "strings")
    if value.count(old) * len(new) > len(value) + 100_000:
        raise ExpressionError("the replaced text would grow too much")
    return value.replace(old, new)


def _split(value: Json, separator: Json = None) -> Json:
    _want(value, str, "a string")
    _want(separator, (str, type(None)), "a string as separator")
    if separator == "":
        raise ExpressionError("wants a separator that is not empty")
    parts = value.split(separator, _MAX_PARTS)
    if len(parts) > _MAX_PARTS:
        raise ExpressionError(f"would make more than {_MAX_PARTS:,} parts")
    return parts


def _abs(value: Json) -> Json:
    _want(value, (int, float), "a number")
    return abs(value)


def _round(value: Json, digits: Json = 0) -> Json:
    _want(value, (int, float), "a number")
    _want(digits, int, "a whole number of digits")
    if abs(digits) > 15 or not math.isfinite(value):
        raise ExpressionError("wants a finite number and at most 15 digits")
    return round(value, digits) if digits else round(value)


def _first(value: Json) -> Json | Undefined:
    _want(value, (str, list), "a list or a string")
    return value[0] if value else Undefined("the first of an empty list is undefined")


def _last(value: Json) -> Json | Undefined:
    _want(value, (str, list), "a list or a string")
    return value[-1] if value else Undefined("the last of an empty list is undefined")


def _comparable(value: Json) -> list[Json]:
    _want(value, list, "a list")
    for part in value:
        ordered(part, value[0])
    return list(value)


def _min(value: Json) -> Json | Undefined:
    return min(_comparable(value), default=Undefined("the min of an empty list is undefined"))


def _max(value: Json) -> Json | Undefined:
    return max(_comparable(value), default=Undefined("the max of an empty list is undefined"))


def _sort(value: Json, reverse: Json = False) -> Json:
    return sorted(_comparable(value), reverse=bool(reverse))


def _unique(value: Json) -> Json:
    return list(dict.fromkeys(_comparable(value)))


def _reverse(value: Json) -> Json:
    _want(value, (str, list), "a list or a string")
    return value[::-1]


def _sum(value: Json) -> Json:
    _want(value, list, "a list of numbers")
    for part in value:
        _want(part, (int, float), "a list of numbers")
    return sum(value)


def _join(value: Json, separator: Json = "") -> Json:
    _want(value, list, "a list")
    _want(separator, str, "a string as separator")
    if len(value) * len(separator) > 1_000_000:
        raise ExpressionError("the joined text would be too long")
    budget = Budget()
    return separator.join(text_of(part, budget) for part in value)


def _map(value: Json, attribute: Json) -> Json:
    _want(value, list, "a list of objects")
    _want(attribute, str, "the name of a field")
    for part in value:
        if not isinstance(part, dict) or attribute not in part:
            raise ExpressionError(f"wants objects that have the field {described(attribute)}, not {described(part)}")
    return [part[attribute] for part in value]


def _keys(value: Json) -> Json:
    _want(value, dict, "an object")
    return list(value)


def _items(value: Json) -> Json:
    _want(value, dict, "an object")
    return [[key, part] for key, part in value.items()]


FILTERS: Mapping[str, Filter] = MappingProxyType(
    {
        "abs": _abs,
        "capitalize": _capitalize,
        "count": _length,
        "d": _default,
        "default": _default,
        "first": _first,
        "float": _float,
        "int": _int,
        "items": _items,
        "join": _join,
        "keys": _keys,
        "last": _last,
        "length": _length,
        "lower": _lower,
        "map": _map,
        "max": _max,
        "min": _min,
        "replace": _replace,
        "reverse": _reverse,
        "round": _round,
        "sort": _sort,
        "split": _split,
        "string": _string,
        "sum": _sum,
        "title": _title,
        "tojson": _tojson,
        "trim": _trim,
        "truncate": _truncate,
        "unique": _unique,
        "upper": _upper,
    }
)

CHEAP: frozenset[str] = frozenset({"count", "d", "default", "first", "last", "length"})
"""Filters that do not look at the whole value."""


def _compare(compare: Callable[[Json, Json], bool]) -> Test:
    def test(value: Json, other: Json) -> bool:
        ordered(value, other)
        return compare(value, other)

    return test


def _odd(value: Json) -> bool:
    _want(value, int, "a whole number")
    return bool(value % 2)


def _is_list_or_text(value: Json) -> bool:
    return isinstance(value, list | str)


def _is_integer(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


TESTS: Mapping[str, Test] = MappingProxyType(
    {
        "boolean": lambda value: isinstance(value, bool),
        "defined": lambda value: not isinstance(value, Undefined),
        "eq": operator.eq,
        "equalto": operator.eq,
        "even": lambda value: not _odd(value),
        "false": lambda value: value is False,
        "float": lambda value: isinstance(value, float),
        "ge": _compare(operator.ge),
        "gt": _compare(operator.gt),
        "in": lambda value, container: contains(container, value),
        "integer": _is_integer,
        "le": _compare(operator.le),
        "lt": _compare(operator.lt),
        "mapping": lambda value: isinstance(value, dict),
        "ne": operator.ne,
        "none": lambda value: value is None,
        "number": is_number,
        "odd": _odd,
        "sequence": _is_list_or_text,
        "string": lambda value: isinstance(value, str),
        "true": lambda value: value is True,
        "undefined": lambda value: isinstance(value, Undefined),
    }
)

TAKES_UNDEFINED: frozenset[str] = frozenset({"d", "default", "defined", "undefined"})
"""Filters and tests that accept what is not there."""


def fits(function: Callable[..., object], arguments: int) -> bool:
    """Say whether a filter or test takes this many arguments besides its value."""
    try:
        inspect.signature(function).bind(*range(arguments + 1))
    except TypeError:
        return False
    return True
