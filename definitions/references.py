"""The texts of one step: condition, parallel.over, templates and SQL in params; the steps and params that they read.

A text may read the output of an ancestor only: nothing else is sure to be there when the step runs. Which params there
are is decided elsewhere.
"""

import re
from collections.abc import Iterator, Mapping

from definitions.declared import ParamNames
from definitions.errors import ExpressionError, Problem, did_you_mean
from definitions.expressions import Expression
from definitions.marks import Mark, Place, key_path, strings
from definitions.models import KEY_PATTERN
from definitions.sql_text import check_sql
from definitions.templates import ITEM_NAMES, Template, is_template, parse_whole
from definitions.values import Json
from definitions.wiring import RawStep, Wiring

_KEY = re.compile(KEY_PATTERN)


def check_texts(step: RawStep, wiring: Wiring, params_place: Place, *, names: ParamNames) -> Iterator[Problem]:
    """Yield what is wrong with the texts of a step; the place says which params are SQL or rendered for each item.

    The params that they read are noted in ``names``.
    """
    texts = _Texts(step, wiring, names)
    at = f"steps[{step.index}]"
    condition, parallel, params = (step.raw.get(name) for name in ("condition", "parallel", "params"))
    if isinstance(condition, str) and condition:
        yield from texts.expression(condition, f"{at}.condition")
    if isinstance(parallel, Mapping) and isinstance(over := parallel.get("over"), str) and over:
        yield from texts.over(over, f"{at}.parallel.over")
    if isinstance(params, dict) and params:
        for path, text, mark in strings(params, params_place, f"{at}.params"):
            yield from texts.param(text, mark, path)
        if names.are_known:
            texts.note_binds(params, params_place, at)


class _Texts:
    def __init__(self, step: RawStep, wiring: Wiring, names: ParamNames) -> None:
        self._step = step
        self._wiring = wiring
        self._names = names

    def expression(self, text: str, path: str) -> Iterator[Problem]:
        try:
            parsed = Expression.parse(text)
        except ExpressionError as error:
            yield Problem(path, str(error))
            return
        yield from self._read(parsed, path)

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
            yield from self._read(parsed, path)

    def note_binds(self, params: Mapping[str, Json], place: Place, at: str) -> None:
        """Note the ``:name``s of SQL of which the runner says where their values come from."""
        for key, text in params.items():
            if isinstance(text, str) and ":" in text and (field := place.child(key).binds):
                self._names.sql(text, f"{at}.params{key_path(key)}", bind=params.get(field, {}))

    def _read(self, parsed: Expression | Template, path: str) -> Iterator[Problem]:
        if self._names.are_known:
            self._names.text(parsed.params, path)
        for key in sorted(parsed.references):
            if key not in self._wiring:
                yield Problem(path, f'"steps.{key[:63]}": unknown step{did_you_mean(key, self._wiring.keys)}')
            elif not self._wiring.is_ancestor(key, of=self._step.key):
                yield Problem(path, f'"steps.{key}" is not an ancestor of "{self._step.key}"')
