"""Evaluates a checked expression tree over plain JSON values. An attribute is a key of an object, and nothing else.

Knows nothing of text, templates or the engine: the tree has been through ``syntax``, and everything here is bounded by
the budget that it is given.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, cast

from jinja2 import nodes

from definitions.errors import ExpressionError, did_you_mean
from definitions.filters import CHEAP, FILTERS, TAKES_UNDEFINED, TESTS, contains, ordered
from definitions.values import Budget, Json, Undefined, bounded, described, is_number, plain, text_of


class Evaluator:
    """Evaluates nodes in one scope of names."""

    def __init__(self, scope: Mapping[str, Json], budget: Budget) -> None:
        self.scope = scope
        self.budget = budget

    def value(self, node: nodes.Node) -> Json:
        """Return the value of a node.

        Raises:
            ExpressionError: it reads something undefined, mixes types, or costs too much.
        """
        found = self.maybe(node)
        if isinstance(found, Undefined):
            raise ExpressionError(found.why)
        return found

    def maybe(self, node: nodes.Node) -> Json | Undefined:
        """Return the value of a node, or ``Undefined``."""
        self.budget.spend(1)
        return _HANDLERS[type(node)](self, node)

    def made(self, value: Json) -> Json:
        """Return a value that was just made, charged by its size.

        Raises:
            ExpressionError: it is too large.
        """
        self.budget.spend(len(value) // 50 if isinstance(value, str | list) else 0)
        return bounded(value)

    def compare(self, left: Json, operation: str, right: Json) -> bool:
        self.budget.weigh(left)
        self.budget.weigh(right)
        if operation in {"in", "notin"}:
            return contains(right, left) == (operation == "in")
        if operation in {"eq", "ne"}:
            return bool((left == right) == (operation == "eq"))
        ordered(left, right)
        return bool(_ORDER[operation](left, right))


def field(value: Json | Undefined, key: Json, node: nodes.Node) -> Json | Undefined:
    """Return the field of an object or the item of a list; what is not there is undefined."""
    if isinstance(value, Undefined):
        return value
    if isinstance(value, dict) and isinstance(key, str):
        return plain(value[key]) if key in value else _missing(node, key, known=list(value))
    if isinstance(value, list) and isinstance(key, int) and not isinstance(key, bool):
        return plain(value[key]) if -len(value) <= key < len(value) else _missing(node, key, known=[])
    return Undefined(f"{path_of(node)} is undefined: {described(value)} has no {described(key)}")


def path_of(node: nodes.Node) -> str:
    """Return a name with its attributes and items as it was written, as far as it is plain."""
    match node:
        case nodes.Name():
            return node.name
        case nodes.Getattr():
            return f"{path_of(node.node)}.{node.attr}"
        case nodes.Getitem(arg=nodes.Const(value=key)):
            return f"{path_of(node.node)}[{key!r}]"
    return "the value"


def _missing(node: nodes.Node, key: Json, *, known: list[str]) -> Undefined:
    hint = did_you_mean(key, known) if isinstance(key, str) else ""
    return Undefined(f"{path_of(node)} is undefined{hint}; write | default(...) if it may be missing")


def _name(evaluator: Evaluator, node: nodes.Name) -> Json | Undefined:
    if node.name not in evaluator.scope:
        return Undefined(f"{node.name} is undefined here")
    value = evaluator.scope[node.name]
    return dict(value) if isinstance(value, MappingProxyType) else plain(value)


def _attribute(evaluator: Evaluator, node: nodes.Getattr) -> Json | Undefined:
    return field(evaluator.maybe(node.node), node.attr, node)


def _item(evaluator: Evaluator, node: nodes.Getitem) -> Json | Undefined:
    found = evaluator.maybe(node.node)
    if isinstance(node.arg, nodes.Slice):
        return found if isinstance(found, Undefined) else _slice(evaluator, found, node.arg)
    return field(found, evaluator.value(node.arg), node)


def _slice(evaluator: Evaluator, value: Json, node: nodes.Slice) -> Json:
    bounds = [None if part is None else evaluator.value(part) for part in (node.start, node.stop, node.step)]
    if not isinstance(value, str | list):
        raise ExpressionError(f"only a string or a list can be sliced, not {described(value)}")
    if any(not (bound is None or (isinstance(bound, int) and not isinstance(bound, bool))) for bound in bounds):
        raise ExpressionError("the bounds of a slice are whole numbers")
    if bounds[2] == 0:
        raise ExpressionError("the step of a slice cannot be 0")
    return evaluator.made(value[slice(*bounds)])


def _list(evaluator: Evaluator, node: nodes.List | nodes.Tuple) -> Json:
    return [evaluator.value(item) for item in node.items]


def _dict(evaluator: Evaluator, node: nodes.Dict) -> Json:
    return {evaluator.value(pair.key): evaluator.value(pair.value) for pair in node.items}


def _and(evaluator: Evaluator, node: nodes.And) -> Json:
    left = evaluator.value(node.left)
    return evaluator.value(node.right) if left else left


def _or(evaluator: Evaluator, node: nodes.Or) -> Json:
    return evaluator.value(node.left) or evaluator.value(node.right)


def _not(evaluator: Evaluator, node: nodes.Not) -> Json:
    return not evaluator.value(node.node)


def _negative(evaluator: Evaluator, node: nodes.Neg) -> Json:
    value = evaluator.value(node.node)
    if not is_number(value):
        raise ExpressionError(f"only a number can be negative, not {described(value)}")
    return -value


def _add(evaluator: Evaluator, node: nodes.Add) -> Json:
    left, right = evaluator.value(node.left), evaluator.value(node.right)
    if isinstance(left, str) and isinstance(right, str):
        return evaluator.made(left + right)
    if isinstance(left, list) and isinstance(right, list):
        return evaluator.made(left + right)
    if is_number(left) and is_number(right):
        return bounded(left + right)
    raise ExpressionError(f"{described(left)} + {described(right)}: only two numbers, strings or lists can be added")


def _subtract(evaluator: Evaluator, node: nodes.Sub) -> Json:
    left, right = evaluator.value(node.left), evaluator.value(node.right)
    if is_number(left) and is_number(right):
        return bounded(left - right)
    raise ExpressionError(f"{described(left)} - {described(right)}: only numbers can be subtracted")


def _concat(evaluator: Evaluator, node: nodes.Concat) -> Json:
    return evaluator.made("".join(text_of(evaluator.value(part), evaluator.budget) for part in node.nodes))


def _conditional(evaluator: Evaluator, node: nodes.CondExpr) -> Json | Undefined:
    if evaluator.value(node.test):
        return evaluator.maybe(node.expr1)
    return evaluator.maybe(node.expr2) if node.expr2 is not None else ""


def _compare(evaluator: Evaluator, node: nodes.Compare) -> Json:
    left = evaluator.value(node.expr)
    for operand in node.ops:
        right = evaluator.value(operand.expr)
        if not evaluator.compare(left, operand.op, right):
            return False
        left = right
    return True


def _filter(evaluator: Evaluator, node: nodes.Filter) -> Json | Undefined:
    arguments = [evaluator.value(argument) for argument in node.args]
    value = _argument(evaluator, node)
    result = _applied(node.name, FILTERS[node.name], value, arguments)
    return result if isinstance(result, Undefined) else evaluator.made(result)


def _test(evaluator: Evaluator, node: nodes.Test) -> Json:
    arguments = [evaluator.value(argument) for argument in node.args]
    for argument in arguments:
        evaluator.budget.weigh(argument)
    return _applied(node.name, TESTS[node.name], _argument(evaluator, node), arguments)


def _argument(evaluator: Evaluator, node: nodes.Filter | nodes.Test) -> Json | Undefined:
    value_node = cast("nodes.Expr", node.node)
    if node.name in TAKES_UNDEFINED:
        return evaluator.maybe(value_node)
    value = evaluator.value(value_node)
    if node.name not in CHEAP:
        evaluator.budget.weigh(value)
    return value


def _applied(name: str, function: Callable[..., Any], value: Any, arguments: list[Json]) -> Any:
    try:
        return function(value, *arguments)
    except ExpressionError as error:
        raise ExpressionError(f'"{name}" {error}') from None


_ORDER: Mapping[str, Callable[[Any, Any], bool]] = MappingProxyType(
    {
        "lt": lambda left, right: left < right,
        "lteq": lambda left, right: left <= right,
        "gt": lambda left, right: left > right,
        "gteq": lambda left, right: left >= right,
    }
)

_HANDLERS: Mapping[type[nodes.Node], Callable[[Evaluator, Any], Any]] = MappingProxyType(
    {
        nodes.Add: _add,
        nodes.And: _and,
        nodes.Compare: _compare,
        nodes.Concat: _concat,
        nodes.CondExpr: _conditional,
        nodes.Const: lambda _, node: node.value,
        nodes.Dict: _dict,
        nodes.Filter: _filter,
        nodes.Getattr: _attribute,
        nodes.Getitem: _item,
        nodes.List: _list,
        nodes.Name: _name,
        nodes.Neg: _negative,
        nodes.Not: _not,
        nodes.Or: _or,
        nodes.Sub: _subtract,
        nodes.Test: _test,
        nodes.Tuple: _list,
    }
)
