"""The step graph of a definition: who follows whom. Pure; built once for each version and shared."""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import networkx as nx

from definitions.models import Definition, Step

_REFERENCE = re.compile(r"\bsteps\s*(?:\.\s*|\[\s*['\"])([a-z][a-z0-9_]*)")


class StepGraph:
    """The steps of one definition as a directed acyclic graph.

    The definition must have been validated: every next step exists and there is no cycle.
    """

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.steps: Mapping[str, Step] = {step.key: step for step in definition.steps}
        self._graph: nx.DiGraph[str] = nx.DiGraph()
        self._graph.add_nodes_from(self.steps)
        for step in definition.steps:
            self._graph.add_edges_from((step.key, child) for child in step.next_steps)
        self._parents = {key: tuple(self._graph.predecessors(key)) for key in self.steps}
        self._children = {key: tuple(self._graph.successors(key)) for key in self.steps}

    def parents(self, key: str) -> Sequence[str]:
        return self._parents[key]

    def children(self, key: str) -> Sequence[str]:
        return self._children[key]

    def ancestors(self, key: str) -> frozenset[str]:
        """Return every step that comes before this one, however far up."""
        return frozenset(nx.ancestors(self._graph, key))

    def references(self, key: str) -> frozenset[str]:
        """Return the steps whose results the params of this step name."""
        return self._references[key]

    @cached_property
    def _references(self) -> Mapping[str, frozenset[str]]:
        return {key: step_references(step.params) for key, step in self.steps.items()}

    @cached_property
    def roots(self) -> tuple[str, ...]:
        return tuple(key for key, parents in self._parents.items() if not parents)

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The keys, parents before children; the definition's order where it does not matter."""
        position = {key: index for index, key in enumerate(self.steps)}
        return tuple(nx.lexicographical_topological_sort(self._graph, key=position.__getitem__))


def step_references(value: Any) -> frozenset[str]:
    """Return the keys that the templates in a JSON value name as ``steps.<key>`` or ``steps['<key>']``."""
    match value:
        case str():
            return frozenset(match[1] for match in _REFERENCE.finditer(value)) if "{" in value else frozenset()
        case dict():
            return frozenset().union(*map(step_references, value.values()))
        case list() | tuple():
            return frozenset().union(*map(step_references, value))
        case _:
            return frozenset()


def find_cycle(steps: Sequence[Step]) -> list[str] | None:
    """Return the keys of one cycle, its first repeated at the end, or None. Unknown next steps are ignored."""
    known = {step.key for step in steps}
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edges_from((step.key, child) for step in steps for child in step.next_steps if child in known)
    try:
        edges = nx.find_cycle(graph)
    except nx.NetworkXNoCycle:
        return None
    return [edge[0] for edge in edges] + [edges[-1][1]]
