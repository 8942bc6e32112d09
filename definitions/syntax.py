"""What may be written in an expression and in a template: Jinja's syntax, cut down to an allow-list of nodes.

Text is parsed by Jinja's parser and checked here; nothing of it is ever compiled to Python or evaluated by Jinja. A
scan of the tokens comes first, so that deep nesting is refused before the recursive parser sees it.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.parser import Parser

from definitions.errors import ExpressionError, did_you_mean
from definitions.filters import FILTERS, TESTS, fits

NAMES = frozenset({"params", "instance", "steps", "shard"})
"""What expressions and templates may name."""
ITEM_NAMES = NAMES | {"item"}
"""What a template that is rendered for each item may name."""
MAX_EXPRESSION = 10_000
MAX_TEMPLATE = 200_000
_MAX_NESTING = 20
_MAX_TOKENS = 30_000
_MAX_DIGITS = 100
_MAX_LOOPS = 3
_SHORT = 5_000
_NESTING = ("(", "[", "{", "-", "+", "not", "else", "if", "for")
_PATH = re.compile(r"\s*([a-z]+(?:\.[A-Za-z][A-Za-z0-9_]*)*)\s*", re.ASCII)
_LONG_NUMBER = re.compile(rf"[0-9A-Fa-f_.]{{{_MAX_DIGITS}}}")
_MAX_TREE = 100

_ENVIRONMENT = Environment(autoescape=False, keep_trailing_newline=True)  # noqa: S701 - never renders, only parses

_EXPRESSION_NODES: frozenset[type[nodes.Node]] = frozenset(
    {
        nodes.Add, nodes.And, nodes.Compare, nodes.Const, nodes.Dict, nodes.Filter, nodes.Getattr, nodes.Getitem,
        nodes.List, nodes.Name, nodes.Neg, nodes.Not, nodes.Operand, nodes.Or, nodes.Pair, nodes.Sub, nodes.Test,
        nodes.Tuple,
    }
)  # fmt: skip
_TEMPLATE_NODES = _EXPRESSION_NODES | {
    nodes.Assign, nodes.Concat, nodes.CondExpr, nodes.For, nodes.If, nodes.Output, nodes.Slice, nodes.Template,
    nodes.TemplateData,
}  # fmt: skip
_WORDS = {
    nodes.Call: "calls", nodes.Mul: "*", nodes.Pow: "**", nodes.Mod: "%", nodes.Div: "/", nodes.FloorDiv: "//",
    nodes.With: "with", nodes.Scope: "autoescape", nodes.NSRef: "namespaces", nodes.AssignBlock: "set blocks",
    nodes.Concat: "~", nodes.CondExpr: "inline if", nodes.Slice: "slices", nodes.Pos: "unary +",
    nodes.Macro: "macros", nodes.Include: "include", nodes.Import: "import", nodes.FromImport: "import",
    nodes.Extends: "extends", nodes.Block: "blocks", nodes.CallBlock: "call blocks", nodes.FilterBlock: "filter blocks",
}  # fmt: skip
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")
_BLOCK_STARTS, _BLOCK_ENDS = frozenset({"if", "for"}), frozenset({"endif", "endfor"})


@dataclass(frozen=True, slots=True)
class Syntax:
    """A checked tree and the steps that it reads."""

    tree: nodes.Node
    references: frozenset[str]


def parse_expression(text: str, *, names: frozenset[str] = NAMES) -> Syntax:
    """Parse one expression over these top names.

    Raises:
        ExpressionError: it is not one, or uses what is not allowed.
    """
    if path := _plain_path(text, names):
        return path
    _scan(text, state="variable", limit=MAX_EXPRESSION)
    parser = _parser(text, state="variable")
    try:
        tree = parser.parse_expression()
        if not parser.stream.eos:
            raise ExpressionError(f"only one expression is allowed; it ends before {parser.stream.current.value!r}")
    except TemplateSyntaxError as error:
        raise _refused(error) from error
    return _checked(tree, allowed=_EXPRESSION_NODES, names=names)


def _plain_path(text: str, names: frozenset[str]) -> Syntax | None:
    """Return the tree of ``steps.load.result.rows`` and its like: most expressions are one, and the parser is slow."""
    if not (match := _PATH.fullmatch(text)):
        return None
    first, *fields = match[1].split(".")
    if first not in names or (first == "steps" and not fields) or len(fields) > _MAX_NESTING:
        return None
    tree: nodes.Expr = nodes.Name(first, "load", lineno=1)
    for name in fields:
        tree = nodes.Getattr(tree, name, "load", lineno=1)
    return Syntax(tree, frozenset(fields[:1]) if first == "steps" else frozenset())


def parse_template(text: str, *, names: frozenset[str] = NAMES) -> Syntax:
    """Parse a template over these top names.

    Raises:
        ExpressionError: it is not one, or uses what is not allowed.
    """
    _scan(text, state=None, limit=MAX_TEMPLATE)
    try:
        tree = _parser(text, state=None).parse()
    except TemplateSyntaxError as error:
        raise _refused(error) from error
    return _checked(tree, allowed=_TEMPLATE_NODES, names=names)


def _parser(text: str, *, state: str | None) -> Parser:
    try:
        return Parser(_ENVIRONMENT, text, state=state)
    except TemplateSyntaxError as error:
        raise _refused(error) from error


def _scan(text: str, *, state: str | None, limit: int) -> None:
    """Refuse text that is too long or too deep, by its characters and, if those leave a doubt, by its tokens."""
    if len(text) > limit:
        raise ExpressionError(f"the text has {len(text):,} characters; at most {limit:,} are allowed")
    if not _is_certainly_flat(text):
        _scan_tokens(text, state)


def _is_certainly_flat(text: str) -> bool:
    """Say whether the text is too short and plain to be nested deeply, whatever it means. This is nearly all text."""
    if len(text) > _SHORT:
        return False
    nesting = sum(map(text.count, _NESTING)) - 2 * (text.count("{{") + text.count("{%"))
    return nesting <= _MAX_NESTING and not _LONG_NUMBER.search(text)


def _scan_tokens(text: str, state: str | None) -> None:
    depth = _Depth()
    try:
        for count, (line, sort, value) in enumerate(_ENVIRONMENT.lexer.tokeniter(text, None, None, state)):
            if sort in {"integer", "float"} and len(value) > _MAX_DIGITS:
                raise ExpressionError(f"a number has more than {_MAX_DIGITS} digits (line {line})")
            if count > _MAX_TOKENS:
                raise ExpressionError(f"the text has more than {_MAX_TOKENS:,} parts (line {line})")
            if depth.after(sort, value) > _MAX_NESTING:
                raise ExpressionError(f"the text is nested more than {_MAX_NESTING} levels deep (line {line})")
    except TemplateSyntaxError as error:
        raise _refused(error) from error


class _Depth:
    """Counts how deep the parser would have to recurse: brackets, blocks, prefix operators, inline ifs."""

    def __init__(self) -> None:
        self._brackets = self._blocks = self._prefixes = self._elses = 0
        self._block_begins = False

    def after(self, sort: str, value: str) -> int:
        if sort in {"variable_begin", "block_begin"}:
            self._brackets = self._prefixes = self._elses = 0
        elif sort == "operator":
            self._operator(value)
        elif sort == "name":
            self._name(value)
        elif sort != "whitespace":
            self._prefixes = 0
        if sort != "whitespace":
            self._block_begins = sort == "block_begin"
        return self._brackets + self._blocks + self._prefixes + self._elses

    def _operator(self, value: str) -> None:
        self._brackets += (value in _OPEN) - (value in _CLOSE)
        self._prefixes = self._prefixes + 1 if value in "+-" else 0

    def _name(self, value: str) -> None:
        if self._block_begins:
            self._blocks += (value in _BLOCK_STARTS) - (value in _BLOCK_ENDS)
        self._elses += value == "else"
        self._prefixes = self._prefixes + 1 if value == "not" else 0


def _refused(error: TemplateSyntaxError) -> ExpressionError:
    return ExpressionError(f"{error.message} (line {error.lineno})")


def _checked(tree: nodes.Node, *, allowed: frozenset[type[nodes.Node]], names: frozenset[str]) -> Syntax:
    found = list(_walk(tree))
    checker = _Checker(allowed, names | _local_names(found))
    for node, loops in found:
        checker.check(node, loops)
    return Syntax(tree, frozenset(checker.references))


def _walk(tree: nodes.Node) -> Iterator[tuple[nodes.Node, int]]:
    """Yield every node with the number of loops around it. Iterative; a tree that is too deep is refused."""
    stack = [(tree, 0, 0)]
    while stack:
        node, depth, loops = stack.pop()
        if depth > _MAX_TREE:
            raise ExpressionError(f"more than {_MAX_TREE} operations in one chain (line {node.lineno})")
        yield node, loops
        if not isinstance(node, nodes.Const | nodes.Name):
            inside = loops + isinstance(node, nodes.For)
            stack.extend((child, depth + 1, inside) for child in node.iter_child_nodes())


def _local_names(found: Sequence[tuple[nodes.Node, int]]) -> frozenset[str]:
    names = {node.name for node, _ in found if isinstance(node, nodes.Name) and node.ctx == "store"}
    has_loop = any(loops for _, loops in found)
    return frozenset(names | ({"loop"} if has_loop else set()))


class _Checker:
    """Checks one tree node by node and collects the steps that it reads."""

    def __init__(self, allowed: frozenset[type[nodes.Node]], names: frozenset[str]) -> None:
        self._allowed = allowed
        self._names = names
        self._accounted: set[int] = set()
        self.references: set[str] = set()

    def check(self, node: nodes.Node, loops: int) -> None:
        if type(node) not in self._allowed:
            what = _WORDS.get(type(node), type(node).__name__)
            where = f" (line {node.lineno})" if node.lineno else ""
            raise ExpressionError(f"not allowed here: {what}{where}")
        if check := _CHECKS.get(type(node)):
            check(self, node, loops)

    def name(self, node: nodes.Name, _: int) -> None:
        if node.ctx == "store" and (node.name in NAMES or node.name == "loop"):
            raise ExpressionError(f"{node.name!r} cannot be set (line {node.lineno})")
        if node.name.startswith("_"):
            raise ExpressionError(f"the name {node.name!r} begins with an underscore (line {node.lineno})")
        if node.name not in self._names:
            known = sorted(self._names)
            hint = did_you_mean(node.name, known) or f"; known: {', '.join(known)}"
            raise ExpressionError(f'unknown name "{node.name}"{hint} (line {node.lineno})')
        if node.name == "steps" and id(node) not in self._accounted:
            raise ExpressionError(f"name the step that you mean, as in steps.load (line {node.lineno})")

    def access(self, node: nodes.Getattr | nodes.Getitem, _: int) -> None:
        if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
            raise ExpressionError(f'the attribute "{node.attr}" begins with an underscore (line {node.lineno})')
        if not (isinstance(node.node, nodes.Name) and node.node.name == "steps"):
            return
        key = node.attr if isinstance(node, nodes.Getattr) else getattr(node.arg, "value", None)
        if not isinstance(key, str):
            raise ExpressionError(
                f"steps[...] wants the key of a step as text, as in steps['load'] (line {node.lineno})"
            )
        self._accounted.add(id(node.node))
        self.references.add(key)


def _check_function(_: _Checker, node: nodes.Filter | nodes.Test, __: int) -> None:
    what = "filter" if isinstance(node, nodes.Filter) else "test"
    known = FILTERS if isinstance(node, nodes.Filter) else TESTS
    function = known.get(node.name)
    if function is None:
        hint = did_you_mean(node.name, sorted(known)) or f"; known: {', '.join(sorted(known))}"
        raise ExpressionError(f'unknown {what} "{node.name}"{hint} (line {node.lineno})')
    if node.kwargs or node.dyn_args is not None or node.dyn_kwargs is not None:
        raise ExpressionError(f'the {what} "{node.name}" takes its arguments by position (line {node.lineno})')
    if isinstance(node, nodes.Filter) and node.node is None:
        raise ExpressionError(f'the filter "{node.name}" has no value (line {node.lineno})')
    if not fits(function, len(node.args)):
        raise ExpressionError(
            f'the {what} "{node.name}" does not take {len(node.args)} argument(s) (line {node.lineno})'
        )


def _check_literal(_: _Checker, node: nodes.Node, __: int) -> None:
    """A list or an object holds constants only, so that no template can build a value that grows without bounds."""
    if isinstance(node, nodes.Tuple) and node.ctx == "store":
        return
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Pair) and not isinstance(getattr(child.key, "value", None), str):
            raise ExpressionError(f"the keys of an object are text (line {node.lineno})")
        if not _is_literal(child.value if isinstance(child, nodes.Pair) else child):
            raise ExpressionError(f"a list or an object can hold literals only (line {node.lineno})")


def _is_literal(node: nodes.Node) -> bool:
    if isinstance(node, nodes.Neg):
        return isinstance(node.node, nodes.Const)
    return isinstance(node, nodes.Const | nodes.List | nodes.Tuple | nodes.Dict)


def _check_constant(_: _Checker, node: nodes.Const, __: int) -> None:
    if isinstance(node.value, float) and not math.isfinite(node.value):
        raise ExpressionError(f"the number is too large (line {node.lineno})")


def _check_loop(_: _Checker, node: nodes.For, loops: int) -> None:
    if node.recursive:
        raise ExpressionError(f"recursive loops are not allowed (line {node.lineno})")
    if loops >= _MAX_LOOPS:
        raise ExpressionError(f"loops are nested more than {_MAX_LOOPS} deep (line {node.lineno})")


_CHECKS: Mapping[type[nodes.Node], Callable[[_Checker, Any, int], None]] = MappingProxyType(
    {
        nodes.Const: _check_constant,
        nodes.Dict: _check_literal,
        nodes.Filter: _check_function,
        nodes.For: _check_loop,
        nodes.Getattr: _Checker.access,
        nodes.Getitem: _Checker.access,
        nodes.List: _check_literal,
        nodes.Name: _Checker.name,
        nodes.Test: _check_function,
        nodes.Tuple: _check_literal,
    }
)
