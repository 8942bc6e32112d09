"""The values of expressions and templates: what they may be, what they are called, and how they are written as text.

Knows nothing of syntax. Values are those of JSON and nothing else, so no Python object is within an analyst's reach.
"""

import json
import math
from dataclasses import dataclass
from typing import Any, TypeAlias

from definitions.errors import ExpressionError

Json: TypeAlias = Any
"""None, bool, int, float, str, and lists and string-keyed dicts of them."""

MAX_DEPTH = 100
MAX_TEXT = 1_000_000
MAX_BUDGET = 500_000
_MAX_BITS = 1024
_KINDS = {
    type(None): "null",
    bool: "boolean",
    int: "number",
    float: "number",
    str: "string",
    list: "list",
    dict: "object",
}


@dataclass(frozen=True, slots=True)
class Undefined:
    """What reading something that is not there gives. Only ``default`` and ``is defined`` accept it."""

    why: str


class Budget:
    """How much one evaluation may still do: a step for each node evaluated, and for the data that it touches."""

    def __init__(self, steps: int = MAX_BUDGET) -> None:
        self._left = steps

    def spend(self, steps: int) -> None:
        self._left -= steps
        if self._left < 0:
            raise ExpressionError("too much work for one evaluation: loop over less, or do it in SQL")

    def weigh(self, value: Json) -> None:
        """Spend what it costs to visit all of a value. Iterative, so that depth cannot hurt."""
        stack = [(value, 0)]
        while stack:
            part, depth = stack.pop()
            if depth > MAX_DEPTH:
                raise ExpressionError(f"a value is nested more than {MAX_DEPTH} levels deep")
            self.spend(1 + (len(part) // 100 if isinstance(part, str) else 0))
            if isinstance(part, list | dict):
                self.spend(len(part))
                children = part.values() if isinstance(part, dict) else part
                stack.extend((child, depth + 1) for child in children)


def kind(value: Json) -> str:
    """Return what JSON calls this type of value."""
    return _KINDS.get(type(value), type(value).__name__)


def described(value: Json) -> str:
    """Return a value with its type for an error message, shortened."""
    if value is None or isinstance(value, list | dict):
        return kind(value) if value is None else f"{kind(value)} of {len(value)}"
    if isinstance(value, str):
        return f"string {json.dumps(value[:60], ensure_ascii=False)}{'...' if len(value) > 60 else ''}"
    return f"{kind(value)} {json.dumps(value)}" if isinstance(value, int | float) else kind(value)


def plain(value: Json) -> Json:
    """Return the value if it is one of JSON's types (its parts are checked when they are read).

    Raises:
        ExpressionError: it is some other Python object.
    """
    if type(value) not in _KINDS:
        raise ExpressionError(f"a value of type {type(value).__name__} is not JSON and cannot be used here")
    return value


def bounded(value: Json) -> Json:
    """Return a value that was just made, unless it is too large or is not a JSON number."""
    if isinstance(value, str | list) and len(value) > MAX_TEXT:
        raise ExpressionError(f"a {kind(value)} grew beyond {MAX_TEXT:,}")
    if isinstance(value, int) and value.bit_length() > _MAX_BITS:
        raise ExpressionError("a number grew too large")
    if isinstance(value, float) and not math.isfinite(value):
        raise ExpressionError("a number became infinite, or is not a number")
    return value


def is_number(value: Json) -> bool:
    """Say whether the value is a number; a boolean is none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def text_of(value: Json, budget: Budget) -> str:
    """Return a value as text: a string as it is, everything else as JSON writes it."""
    if isinstance(value, str):
        return value
    budget.weigh(value)
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ExpressionError(f"a {kind(value)} cannot be written as text: {error}") from error
