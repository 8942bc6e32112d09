"""How steps are wired: keys, next steps, cycles, and which steps come before which.

Works on raw rows, leniently, so that a definition with other mistakes still gets its wiring checked in the same pass.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import networkx as nx

from definitions.errors import Problem, did_you_mean

_LONGEST_CYCLE = 20


@dataclass(frozen=True, slots=True)
class RawStep:
    """A step as far as its wiring can be read; ``raw`` is what the analyst wrote."""

    index: int
    key: str
    next_steps: tuple[Any, ...]
    raw: Mapping[str, Any]


def raw_steps(row: Mapping[str, Any]) -> list[RawStep]:
    """Return the steps of a row that are objects with a key; the rest is for the shape check to report."""
    steps = row.get("steps")
    found = []
    for index, raw in enumerate(steps if isinstance(steps, list | tuple) else ()):
        if isinstance(raw, Mapping) and isinstance(raw.get("key"), str):
            next_steps = raw.get("nextSteps", ())
            found.append(
                RawStep(index, raw["key"], tuple(next_steps) if isinstance(next_steps, list | tuple) else (), raw)
            )
    return found


class Wiring:
    """The wiring of one definition: its problems, and the ancestors of each step as far as they are certain."""

    def __init__(self, steps: Sequence[RawStep]) -> None:
        self._steps = steps
        self._first: dict[str, RawStep] = {}
        for step in steps:
            self._first.setdefault(step.key, step)
        self.keys = list(self._first)
        self._graph = self._build()
        self._bits = {key: 1 << position for position, key in enumerate(self.keys)}
        self._ancestors = self._close()

    def __contains__(self, key: str) -> bool:
        return key in self._first

    def is_ancestor(self, key: str, *, of: str) -> bool:
        """Say whether one step comes before another; true where a cycle makes it impossible to tell."""
        before = self._ancestors.get(of)
        return before is None or bool(before & self._bits[key])

    def problems(self) -> Iterator[Problem]:
        """Yield duplicate keys, wrong next steps, cycles and unreachable steps."""
        for step in self._steps:
            if step is not self._first[step.key]:
                first = self._first[step.key].index
                yield Problem(f"steps[{step.index}].key", f'duplicate key "{step.key[:63]}" (first at steps[{first}])')
            yield from self._next_steps(step)
        yield from self._cycles()

    def _build(self) -> "nx.DiGraph[str]":
        """Build the graph of the known next steps. A step that follows itself is reported apart."""
        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(self.keys)
        for step in self._steps:
            followers = (child for child in step.next_steps if isinstance(child, str) and child in self._first)
            graph.add_edges_from((step.key, child) for child in followers if child != step.key)
        return graph

    def _close(self) -> dict[str, int]:
        """Return the set of ancestors of every step that no cycle holds up, as bits: 10,000 steps take a few ms."""
        waiting = dict(self._graph.in_degree())
        ready = [key for key, parents in waiting.items() if parents == 0]
        found = dict.fromkeys(self.keys, 0)
        done: dict[str, int] = {}
        while ready:
            key = ready.pop()
            done[key] = found[key]
            for child in self._graph.successors(key):
                found[child] |= found[key] | self._bits[key]
                waiting[child] -= 1
                if waiting[child] == 0:
                    ready.append(child)
        return done

    def _next_steps(self, step: RawStep) -> Iterator[Problem]:
        seen = set[str]()
        for position, child in enumerate(step.next_steps):
            path = f"steps[{step.index}].nextSteps[{position}]"
            if not isinstance(child, str):
                continue
            if child in seen:
                yield Problem(path, f'"{child[:63]}" is listed twice')
            elif child == step.key:
                yield Problem(path, f'"{child[:63]}" cannot follow itself')
            elif child not in self._first:
                yield Problem(path, f'unknown step "{child[:63]}"{did_you_mean(child, self.keys)}')
            seen.add(child)

    def _cycles(self) -> Iterator[Problem]:
        """Yield one cycle for each knot, then the steps that wait for one without being in it."""
        in_cycles = set[str]()
        for knot in self._knots():
            in_cycles |= knot
            yield self._cycle(knot)
        for key in self.keys:
            if key not in self._ancestors and key not in in_cycles:
                path = f"steps[{self._first[key].index}].key"
                yield Problem(path, f'"{key}" is unreachable: it comes after a cycle, so it would never run')

    def _knots(self) -> list[set[str]]:
        if len(self._ancestors) == len(self.keys):
            return []
        components = (set(part) for part in nx.strongly_connected_components(self._graph) if len(part) > 1)
        return sorted(components, key=lambda part: min(self._first[key].index for key in part))

    def _cycle(self, knot: set[str]) -> Problem:
        start = min(knot, key=lambda key: self._first[key].index)
        way = self._way_round(start, knot)
        last = self._first[way[-1]]
        shown = way if len(way) <= _LONGEST_CYCLE else [*way[:10], f"... {len(way) - 20:,} more ...", *way[-10:]]
        closing = list(last.next_steps).index(start) if start in last.next_steps else 0
        return Problem(f"steps[{last.index}].nextSteps[{closing}]", f"cycle: {' → '.join([*shown, start])}")

    def _way_round(self, start: str, knot: set[str]) -> list[str]:
        """Return the shortest way from a step back to itself, without the repeated end."""
        inside = self._graph.subgraph(knot).copy()
        came_from = dict(nx.bfs_predecessors(inside, start))
        way = [next(key for key in came_from if inside.has_edge(key, start))]
        while way[-1] != start:
            way.append(came_from[way[-1]])
        return way[::-1]
