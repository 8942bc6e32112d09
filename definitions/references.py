"""The texts of one step: condition, parallel.over, templates and SQL in params, and the steps that they read.

A text may read the output of an ancestor only: nothing else is sure to be there when the step runs.
"""

import re
from collections.abc import Iterator, Mapping

from definitions.errors import ExpressionError, Problem, did_you_mean
from definitions.expressions import Expression
from definitions.marks import Mark, Place, strings
from definitions.models import KEY_PATTERN
from definitions.sql_text import check_sql
from definitions.templates import ITEM_NAMES, Template, is_template, parse_whole
from definitions.wiring import RawStep, Wiring

_KEY = re.compile(KEY_PATTERN)


def check_texts(step: RawStep, wiring: Wiring, params_place: Place) -> Iterator[Problem]:
    """Yield what is wrong with the texts of a step; the place says which params are SQL or rendered for each item."""
    texts = _Texts(step, wiring)
    at = f"steps[{step.index}]"
    condition, parallel, params = (step.raw.get(name) for name in ("condition", "parallel", "params"))
    if isinstance(condition, str) and condition:
        yield from texts.expression(condition, f"{at}.condition")
    if isinstance(parallel, Mapping) and isinstance(over := parallel.get("over"), str) and over:
        yield from texts.over(over, f"{at}.parallel.over")
    if isinstance(params, dict) and params:
        for path, text, mark in strings(params, params_place, f"{at}.params"):
            yield from texts.param(text, mark, path)


class _Texts:
    def __init__(self, step: RawStep, wiring: Wiring) -> None:
        self._step = step
        self._wiring = wiring

    def expression(self, text: str, path: str) -> Iterator[Problem]:
        try:
            parsed = Expression.parse(text)
        except ExpressionError as error:
            yield Problem(path, str(error))
            return
        yield from self._references(parsed.references, path)

    def over(self, text: str, path: str) -> Iterator[Problem]:
        """``over`` is the key of an ancestor if it is one word, and an expression otherwise."""
        if not _KEY.fullmatch(text):
            yield from self.expression(text, path)
        elif text not in self._wiring:
            yield Problem(path, f'unknown step "{text}"{did_you_mean(text, self._wiring.keys)}')
        elif not self._wiring.is_ancestor(text, of=self._step.key):
            yield Problem(path, f'"{text}" is not an ancestor of "{self._step.key}"')

    def param(self, text: str, mark: Mark, path: str) -> Iterator[Problem]:
        if mark is Mark.SQL:
            if problem := check_sql(text):
                yield Problem(path, problem)
        elif is_template(text):
            try:
                parsed = Template.parse(text, names=ITEM_NAMES) if mark is Mark.PER_ITEM else parse_whole(text)
            except ExpressionError as error:
                yield Problem(path, str(error))
                return
            yield from self._references(parsed.references, path)

    def _references(self, keys: frozenset[str], path: str) -> Iterator[Problem]:
        for key in sorted(keys):
            if key not in self._wiring:
                yield Problem(path, f'"steps.{key[:63]}": unknown step{did_you_mean(key, self._wiring.keys)}')
            elif not self._wiring.is_ancestor(key, of=self._step.key):
                yield Problem(path, f'"steps.{key}" is not an ancestor of "{self._step.key}"')
