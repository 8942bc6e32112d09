"""Which params of an instance a text reads, and which of them it knows to be missing at times.

Looks at checked trees, never at a schema: what is declared is decided elsewhere. What is read by a name that is only
known at run time, as ``params[name]``, is nobody's name here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from jinja2 import nodes

from definitions.filters import TAKES_UNDEFINED


@dataclass(frozen=True, slots=True)
class ParamReads:
    """The params that a text reads by name.

    Attributes:
        plain: reading one that an instance lacks is an error.
        guarded: those of which it asks ``is defined`` or ``in params``, or that have a ``default``.
    """

    plain: frozenset[str] = frozenset()
    guarded: frozenset[str] = frozenset()


def param_reads(tree: nodes.Node) -> ParamReads:
    """Return what a checked tree reads of ``params``."""
    plain, guarded = set[str](), set[str]()
    stack = [(tree, False)]
    while stack:
        node, may_lack = stack.pop()
        if name := _param(node):
            (guarded if may_lack else plain).add(name)
        guarded.update(_asked_for(node))
        stack.extend((child, _passes_on(node, child, may_lack)) for child in node.iter_child_nodes())
    return ParamReads(frozenset(plain), frozenset(guarded))


def _param(node: nodes.Node) -> str | None:
    """Return the name in ``params.name`` and ``params['name']``."""
    match node:
        case nodes.Getattr(node=nodes.Name(name="params"), attr=name):
            return str(name)
        case nodes.Getitem(node=nodes.Name(name="params"), arg=nodes.Const(value=str(name))):
            return name
    return None


def _passes_on(node: nodes.Node, child: nodes.Node, may_lack: bool) -> bool:
    """Say whether a child may be undefined: as what ``default`` is put behind, and down to where that looks it up."""
    match node:
        case nodes.Filter() | nodes.Test():
            return child is node.node and node.name in TAKES_UNDEFINED
        case nodes.Getattr() | nodes.Getitem():
            return may_lack and child is node.node
        case nodes.CondExpr():
            return may_lack and child is not node.test
    return False


def _asked_for(node: nodes.Node) -> Iterator[str]:
    """Yield the name in ``'name' in params``, however it is written."""
    match node:
        case nodes.Compare(expr=nodes.Const(value=str(name)), ops=operands):
            if any(operand.op in {"in", "notin"} and _is_params(operand.expr) for operand in operands):
                yield name
        case nodes.Test(name="in", node=nodes.Const(value=str(name)), args=arguments):
            if any(_is_params(argument) for argument in arguments):
                yield name


def _is_params(node: nodes.Node) -> bool:
    """Say whether these are the params themselves, or their names by a filter."""
    while isinstance(node, nodes.Filter) and node.node is not None:
        node = node.node
    return isinstance(node, nodes.Name) and node.name == "params"
