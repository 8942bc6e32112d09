"""Expressions: what ``condition`` and ``parallel.over`` hold, and what one ``{{ }}`` may be.

The expression part of Jinja cut down to names, attributes, items, literals, comparisons, and/or/not, plus, minus and a
fixed list of filters and tests. Interpreted over JSON values, never compiled; so it can neither loop nor reach Python.
"""

from collections.abc import Mapping
from functools import lru_cache

from definitions.errors import ExpressionError
from definitions.evaluation import Evaluator
from definitions.param_reads import ParamReads, param_reads
from definitions.syntax import NAMES, Syntax, parse_expression
from definitions.values import Budget, Json


class Expression:
    """A parsed expression."""

    def __init__(self, text: str, syntax: Syntax) -> None:
        self.text = text
        self._tree = syntax.tree
        self.references = syntax.references
        """The keys of the steps that it reads."""

    @property
    def params(self) -> ParamReads:
        """The params that it reads."""
        return param_reads(self._tree)

    @classmethod
    def parse(cls, text: str, *, names: frozenset[str] = NAMES) -> "Expression":
        """Parse text over these top names; equal text is parsed once.

        Raises:
            ExpressionError: it is no expression, or uses what is not allowed; the message says what and where.
        """
        return _parse(text, names)

    def evaluate(self, values: Mapping[str, Json]) -> Json:
        """Return the value of the expression: None, bool, int, float, str, list or dict.

        Raises:
            ExpressionError: it reads something undefined, mixes types, or costs too much.
        """
        try:
            return Evaluator(values, Budget()).value(self._tree)
        except ExpressionError as error:
            raise ExpressionError(f"{error} (in: {shortened(self.text)})") from None
        except RecursionError:
            raise ExpressionError(f"a value is nested too deeply (in: {shortened(self.text)})") from None


def shortened(text: str) -> str:
    """Return text on one line, at most 120 characters of it."""
    line = " ".join(text[:500].split())
    return line if len(line) <= 120 else f"{line[:117]}..."


@lru_cache(maxsize=4096)
def _parse(text: str, names: frozenset[str]) -> Expression:
    return Expression(text, parse_expression(text, names=names))
