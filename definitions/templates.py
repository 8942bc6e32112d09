"""Templates: which strings of a definition are rendered, and to what.

Jinja's syntax with output, ``if``, ``for`` and ``set`` over the names of an expression. A string in params that is one
``{{ expression }}`` gives the value itself, any other template gives text. What the runner's schema marks as SQL or as
rendered for each item is left alone, and what came out of a template is never rendered again.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from definitions.errors import ExpressionError
from definitions.expressions import Expression
from definitions.marks import Mark, Place, key_path
from definitions.param_reads import ParamReads, param_reads
from definitions.statements import rendered
from definitions.syntax import ITEM_NAMES, NAMES, Syntax, parse_template
from definitions.values import MAX_DEPTH, Json

__all__ = ["ITEM_NAMES", "NAMES", "Template", "has_templates", "is_template", "parse_whole", "render_params"]

_MARKS = ("{{", "{%", "{#")


class Template:
    """A parsed template."""

    def __init__(self, syntax: Syntax) -> None:
        self._tree = syntax.tree
        self.references = syntax.references
        """The keys of the steps that it reads."""

    @property
    def params(self) -> ParamReads:
        """The params that it reads."""
        return param_reads(self._tree)

    @classmethod
    def parse(cls, text: str, *, names: frozenset[str] = NAMES) -> "Template":
        """Parse text over these top names; equal text is parsed once.

        Raises:
            ExpressionError: it is no template, or uses what is not allowed; the message says what and where.
        """
        return _parse(text, names)

    def render(self, values: Mapping[str, Json]) -> str:
        """Return the text with every value put in: strings as they are, everything else as JSON writes it.

        Raises:
            ExpressionError: it reads something undefined, mixes types, or costs or writes too much.
        """
        try:
            return rendered(self._tree, values)
        except RecursionError:
            raise ExpressionError("a value is nested too deeply") from None


def has_templates(params: Json) -> bool:
    """Say whether any string in the params has something to render, marked or not. Cheap."""
    stack = [params]
    while stack:
        part = stack.pop()
        if isinstance(part, str) and is_template(part):
            return True
        if isinstance(part, dict | list):
            stack.extend(part.values() if isinstance(part, dict) else part)
    return False


def render_params(
    params: Mapping[str, Json], *, values: Mapping[str, Json], schema: Mapping[str, Any]
) -> dict[str, Json]:
    """Return the params with their templates rendered over ``values``; ``schema`` is the runner's.

    Raises:
        ExpressionError: a template fails; the message has its JSON path.
    """
    if not has_templates(dict(params)):
        return dict(params)
    renderer = _Renderer(values)
    place = Place.root(schema)
    return {key: renderer.rendered(part, place.child(key), f"params{key_path(key)}") for key, part in params.items()}


def is_template(text: str) -> bool:
    """Say whether text has anything to render."""
    return any(mark in text for mark in _MARKS)


@lru_cache(maxsize=4096)
def parse_whole(text: str, *, names: frozenset[str] = NAMES) -> Expression | Template:
    """Parse a templated string: to an expression if it is exactly one ``{{ }}``, else to a template.

    Raises:
        ExpressionError: it is neither.
    """
    stripped = text.strip()
    if stripped.startswith("{{") and stripped.endswith("}}"):
        try:
            return Expression.parse(_without_whitespace_control(stripped[2:-2]), names=names)
        except ExpressionError:
            pass
    return Template.parse(text, names=names)


def _without_whitespace_control(inside: str) -> str:
    inside = inside[1:] if inside[:1] in {"-", "+"} else inside
    return inside[:-1] if inside[-1:] in {"-", "+"} else inside


@lru_cache(maxsize=1024)
def _parse(text: str, names: frozenset[str]) -> Template:
    return Template(parse_template(text, names=names))


class _Renderer:
    def __init__(self, values: Mapping[str, Json]) -> None:
        self._values = values

    def rendered(self, value: Json, place: Place, path: str, depth: int = 0) -> Json:
        if depth > MAX_DEPTH:
            raise ExpressionError(f"{path[:200]}: params are nested more than {MAX_DEPTH} levels deep")
        if place.mark is not Mark.TEMPLATE:
            return value
        match value:
            case str() if is_template(value):
                return self._text(value, path)
            case dict():
                return {k: self.rendered(v, place.child(k), path + key_path(k), depth + 1) for k, v in value.items()}
            case list():
                return [self.rendered(v, place.child(i), f"{path}[{i}]", depth + 1) for i, v in enumerate(value)]
        return value

    def _text(self, text: str, path: str) -> Json:
        try:
            match parse_whole(text):
                case Expression() as expression:
                    return expression.evaluate(self._values)
                case Template() as template:
                    return template.render(self._values)
        except ExpressionError as error:
            raise ExpressionError(f"{path}: {error}") from None
