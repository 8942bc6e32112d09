"""How large a query may be: its depth, its aliases and its fields, with fragments counted wherever they are used.

One walk that stops at the first limit. What a client asks about the schema itself is counted but has no depth: tools
go deep there, and GraphQL's own rule stops who goes in circles. Fragments that spread each other twice double with
every level: counted in full before they are refused, thirty of them would keep a processor busy for hours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a document may hold at most."""

    depth: int
    aliases: int
    fields: int


class _TooLarge(Exception):
    pass


def limit_rule(limits: Limits) -> type[ValidationRule]:
    """Return the rule of validation that enforces these limits."""

    class LimitRule(ValidationRule):
        def __init__(self, context: ValidationContext) -> None:
            super().__init__(context)
            definitions = context.document.definitions
            fragments = {one.name.value: one for one in definitions if isinstance(one, FragmentDefinitionNode)}
            walk = _Walk(limits, fragments)
            try:
                for one in definitions:
                    if isinstance(one, OperationDefinitionNode):
                        walk.enter(one.selection_set, depth=1, inside=frozenset())
            except _TooLarge as error:
                context.report_error(GraphQLError(str(error)))

    return LimitRule


class _Walk:
    def __init__(self, limits: Limits, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._limits = limits
        self._fragments = fragments
        self._seen = 0
        self._aliases = 0

    def enter(self, selections: SelectionSetNode, *, depth: float, inside: frozenset[str]) -> None:
        for node in selections.selections:
            self._count(node, depth)
            if isinstance(node, FragmentSpreadNode):
                self._spread(node.name.value, depth=depth, inside=inside)
            elif (below := getattr(node, "selection_set", None)) is not None:
                self.enter(below, depth=_below(node, depth), inside=inside)

    def _spread(self, name: str, *, depth: float, inside: frozenset[str]) -> None:
        fragment = self._fragments.get(name)
        if fragment is not None and name not in inside:
            self.enter(fragment.selection_set, depth=depth, inside=inside | {name})

    def _count(self, node: Any, depth: float) -> None:
        self._seen += 1
        self._aliases += isinstance(node, FieldNode) and node.alias is not None
        for value, most, what in (
            (depth, self._limits.depth, "levels"),
            (self._aliases, self._limits.aliases, "aliases"),
            (self._seen, self._limits.fields, "fields, fragments counted wherever they are used"),
        ):
            if value > most:
                raise _TooLarge(f"the query has more than {most} {what}; split it")


def _below(node: Any, depth: float) -> float:
    if not isinstance(node, FieldNode):
        return depth
    return float("-inf") if node.name.value.startswith("__") else depth + 1
