"""The errors of a definition: each names the place by JSON path and says what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice

_LONGEST_WORD = 100
_MOST_WORDS = 1_000


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong with a definition.

    Attributes:
        path: JSON path from the row, as in ``steps[3].nextSteps[0]``.
        message: what is wrong there, with the offending value.
    """

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


class DefinitionError(Exception):
    """A definition is refused; ``problems`` lists everything wrong with it."""

    def __init__(self, problems: Sequence[Problem], *, name: str | None = None) -> None:
        self.problems = tuple(problems)
        self.name = name
        what = f"definition {name!r}" if name else "definition"
        lines = "\n".join(f"  {problem}" for problem in self.problems)
        super().__init__(f"{what} has {len(self.problems)} problem(s):\n{lines}")


class ExpressionError(Exception):
    """An expression or a template does not parse, or cannot be evaluated with the values at hand."""


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """Return `` (did you mean "load"?)`` for the nearest known word, or an empty string."""
    near = nearest(word, known)
    return "" if near is None else f' (did you mean "{near}"?)'


def nearest(word: str, known: Sequence[str]) -> str | None:
    """Return the known word that may have been meant, if one is near.

    Comparing is slow, so of many known words only those that begin alike are looked at, and long words are not.
    """
    if len(word) > _LONGEST_WORD:
        return None
    if len(known) > _MOST_WORDS:
        known = list(islice((other for other in known if other[:2] == word[:2]), _MOST_WORDS))
    return next(iter(get_close_matches(word, known, n=1, cutoff=0.6)), None)
