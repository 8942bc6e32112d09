"""Renders a checked template tree: output, ``if``, ``for`` and ``set``, over plain JSON values.

Jinja's own sandbox keeps Python out of reach but neither time nor memory; interpreting the tree with a budget keeps all
three, and needs no compiled code.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from jinja2 import nodes

from definitions.errors import ExpressionError
from definitions.evaluation import Evaluator
from definitions.values import MAX_TEXT, Budget, Json, described, text_of


def rendered(tree: nodes.Node, values: Mapping[str, Json]) -> str:
    """Return the text of a template.

    Raises:
        ExpressionError: it reads something undefined, mixes types, or costs or writes too much.
    """
    rendering = _Rendering(Budget())
    rendering.body([tree], dict(values))
    return "".join(rendering.parts)


class _Rendering:
    """One rendering: the text so far and what may still be spent. Scopes are dicts; a loop's body gets a copy."""

    def __init__(self, budget: Budget) -> None:
        self.parts: list[str] = []
        self._budget = budget
        self._length = 0

    def body(self, statements: Sequence[nodes.Node], scope: dict[str, Json]) -> None:
        for statement in statements:
            self._budget.spend(1)
            _STATEMENTS[type(statement)](self, statement, scope)

    def value(self, node: nodes.Node, scope: dict[str, Json]) -> Json:
        try:
            return Evaluator(scope, self._budget).value(node)
        except ExpressionError as error:
            raise ExpressionError(f"{error} (line {node.lineno})") from None

    def whole(self, tree: nodes.Template, scope: dict[str, Json]) -> None:
        self.body(tree.body, scope)

    def output(self, node: nodes.Output, scope: dict[str, Json]) -> None:
        for part in node.nodes:
            if isinstance(part, nodes.TemplateData):
                self._write(part.data)
            else:
                self._write(text_of(self.value(part, scope), self._budget))

    def conditional(self, node: nodes.If, scope: dict[str, Json]) -> None:
        for branch in (node, *node.elif_):
            if self.value(branch.test, scope):
                return self.body(branch.body, scope)
        return self.body(node.else_, scope)

    def assign(self, node: nodes.Assign, scope: dict[str, Json]) -> None:
        _bind(node.target, self.value(node.node, scope), scope)

    def loop(self, node: nodes.For, scope: dict[str, Json]) -> None:
        items = self._items(node, scope)
        for index, item in enumerate(items):
            self._budget.spend(len(scope))
            inner = scope | {"loop": _position(index, len(items))}
            _bind(node.target, item, inner)
            self.body(node.body, inner)
        if not items:
            self.body(node.else_, scope)

    def _items(self, node: nodes.For, scope: dict[str, Json]) -> list[Json]:
        found = self.value(node.iter, scope)
        if not isinstance(found, list | dict):
            raise ExpressionError(
                f"only a list or an object can be looped over, not {described(found)} (line {node.lineno})"
            )
        self._budget.spend(len(found))
        return [item for item in found if node.test is None or self._passes(node, item, scope)]

    def _passes(self, node: nodes.For, item: Json, scope: dict[str, Json]) -> bool:
        inner = dict(scope)
        _bind(node.target, item, inner)
        return bool(self.value(node.test, inner)) if node.test is not None else True

    def _write(self, text: str) -> None:
        self._length += len(text)
        if self._length > MAX_TEXT:
            raise ExpressionError(f"the rendered text is longer than {MAX_TEXT:,} characters")
        self.parts.append(text)


def _position(index: int, length: int) -> dict[str, Json]:
    return {
        "index": index + 1,
        "index0": index,
        "revindex": length - index,
        "revindex0": length - index - 1,
        "first": index == 0,
        "last": index == length - 1,
        "length": length,
    }


def _bind(target: nodes.Node, value: Json, scope: dict[str, Json]) -> None:
    """Put a value into the scope under one name, or its parts under several."""
    if isinstance(target, nodes.Name):
        scope[target.name] = value
        return
    names = [item.name for item in target.iter_child_nodes() if isinstance(item, nodes.Name)]
    if not isinstance(value, list) or len(value) != len(names):
        raise ExpressionError(
            f"{described(value)} cannot be taken apart into {len(names)} names (line {target.lineno})"
        )
    scope.update(zip(names, value, strict=True))


_STATEMENTS: Mapping[type[nodes.Node], Callable[[_Rendering, Any, dict[str, Json]], None]] = MappingProxyType(
    {
        nodes.Assign: _Rendering.assign,
        nodes.For: _Rendering.loop,
        nodes.If: _Rendering.conditional,
        nodes.Output: _Rendering.output,
        nodes.Template: _Rendering.whole,
    }
)
