"""Patterns that people and models write. RE2 matches them: its time grows with the text, however a pattern is made.

Decides what a pattern may be, and what it costs. Python's own ``re`` is for patterns of this code alone: one line of
somebody else's could keep it busy for years, and the whole process with it.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import re2

_MAX_MEMORY = 1 << 20
"""Bytes for one pattern, its cache of states included."""
_KEPT = 128
_COST_UNIT = 2_000
_LITERALS = re.compile(r"\\[^1-9k]|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_LOOKS_OR_REFERS = re.compile(r"\(\?<?[=!]|\\[1-9k]|\(\?P=")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|.)", re.DOTALL)


class PatternError(ValueError):
    """A pattern is none; the message begins with it."""

    def __init__(self, pattern: str, reason: str) -> None:
        super().__init__(f'"{pattern[:60]}" {reason}')


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern, ready to be looked for."""

    _compiled: Any
    _size: int

    def is_in(self, text: str) -> bool:
        """Say whether some part of the text matches."""
        return self._compiled.search(_whole(text)) is not None

    def cost(self, text: str) -> int:
        """Return what ``is_in`` costs at most, in units of some 20 microseconds."""
        return 1 + self._size * len(text) // _COST_UNIT


@lru_cache(maxsize=_KEPT)
def compiled(pattern: str) -> Pattern:
    r"""Return a pattern, which may have the ``\uAC00`` of JSON Schema; ``\d`` and ``\w`` are those of ASCII.

    Raises:
        PatternError: it is no pattern, or RE2 does not match its like.
    """
    if _LOOKS_OR_REFERS.search(_LITERALS.sub("_", pattern)):
        raise PatternError(
            pattern, "looks around or refers back, which no pattern may: to match it could take without end"
        )
    try:
        made = re2.compile(_ESCAPE.sub(_as_re2, pattern), _options())
    except (re2.error, UnicodeEncodeError) as error:
        raise PatternError(pattern, f"is not a regular expression: {_reason(error)}") from error
    return Pattern(made, made.programsize)


def _as_re2(escape: re.Match[str]) -> str:
    return rf"\x{{{escape[1]}}}" if escape[1] else escape[0]


def _options() -> Any:
    options = re2.Options()
    options.max_mem = _MAX_MEMORY
    options.never_capture = True
    options.log_errors = False
    return options


def _reason(error: Exception) -> str:
    [first, *_] = error.args
    return first.decode("utf-8", "replace") if isinstance(first, bytes) else str(error)


def _whole(text: str) -> str:
    """Return a text that has an encoding: JSON may hold halves of a character, which have none."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
