"""The step graph of a definition: who follows whom. Pure; built once for each version and shared."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import networkx as nx

from definitions.models import Definition, Step


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

    @cached_property
    def roots(self) -> tuple[str, ...]:
        return tuple(key for key, parents in self._parents.items() if not parents)

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The keys, parents before children; the definition's order where it does not matter."""
        position = {key: index for index, key in enumerate(self.steps)}
        return tuple(nx.lexicographical_topological_sort(self._graph, key=position.__getitem__))


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
