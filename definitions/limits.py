"""How large and how deep a definition may be. Checked first, iteratively: nothing later meets a hostile size."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from definitions.errors import Problem
from definitions.marks import key_path

MAX_DEPTH = 50
MAX_STRING = 1_000_000
MAX_SIZE = 8_000_000
_MAX_PROBLEMS = 20
_SCALARS = (str, int, float, bool, Decimal, type(None))


def check_limits(row: Mapping[str, Any]) -> list[Problem]:
    """Return what is too large, too deep, or no JSON at all. Past the limits nothing else can be checked."""
    walk = _Walk()
    walk.over(row)
    return walk.problems


class _Walk:
    """One pass over a value; ``size`` is about the length of its JSON text."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._size = 0

    def over(self, row: Mapping[str, Any]) -> None:
        stack: list[tuple[Any, str, int]] = [(value, str(key), 1) for key, value in reversed(list(row.items()))]
        while stack and len(self.problems) < _MAX_PROBLEMS:
            value, path, depth = stack.pop()
            self._size += 2
            if self._size > MAX_SIZE:
                self.problems.append(Problem("steps", f"the definition is larger than {MAX_SIZE:,} characters of JSON"))
                return
            self._check(value, path, depth)
            if depth < MAX_DEPTH:
                stack.extend(self._children(value, path, depth + 1))

    def _check(self, value: Any, path: str, depth: int) -> None:
        if isinstance(value, str):
            self._check_text(value, path)
        elif isinstance(value, Mapping | list | tuple):
            if depth >= MAX_DEPTH and value:
                self.problems.append(Problem(path, f"nested more than {MAX_DEPTH} levels deep"))
        elif not isinstance(value, _SCALARS):
            self.problems.append(Problem(path, f"a value of type {type(value).__name__} is not JSON"))
        elif isinstance(value, float) and (value != value or abs(value) == float("inf")):  # noqa: PLR0124 - NaN
            self.problems.append(Problem(path, "NaN and infinity are not JSON"))

    def _check_text(self, text: str, path: str) -> None:
        self._size += len(text)
        if len(text) > MAX_STRING:
            self.problems.append(Problem(path, f"has {len(text):,} characters; at most {MAX_STRING:,} are allowed"))
        if "\0" in text:
            self.problems.append(Problem(path, "has a NUL character, which PostgreSQL cannot store"))
        if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
            self.problems.append(Problem(path, "has half a surrogate pair, which is not a character"))

    def _children(self, value: Any, path: str, depth: int) -> list[tuple[Any, str, int]]:
        if isinstance(value, Mapping):
            for key in value:
                self._check_text(str(key), path)
            return [(part, path + key_path(str(key)), depth) for key, part in reversed(list(value.items()))]
        if isinstance(value, list | tuple):
            return [(part, f"{path}[{index}]", depth) for index, part in reversed(list(enumerate(value)))]
        return []
