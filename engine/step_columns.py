"""The rows that a starting instance gets for its steps, column by column.

The same for every instance of a version, so it is put together once. Knows the graph; knows nothing of instances.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from definitions.graph import StepGraph
from definitions.models import FanIn


class StepColumns(NamedTuple):
    """The values of each column of insert_steps.sql, with commas between them; all are of one length."""

    keys: str
    runners: str
    waiting_on: str
    succeeded: str
    failed: str


class _Tally(NamedTuple):
    """How a step's parents stand when the instance starts."""

    waiting_on: int
    succeeded: int = 0
    failed: int = 0


@lru_cache(maxsize=100)
def step_columns(graph: StepGraph, tried: str | None = None) -> StepColumns:
    """Return the steps to make, parents first: all, or the one that is tried alone."""
    if tried is None:
        return _columns(graph, graph.order, [_Tally(len(graph.parents(key))) for key in graph.order])
    return _columns(graph, [tried], [_tally_alone(graph, tried)])


def _tally_alone(graph: StepGraph, key: str) -> _Tally:
    """Let a step that is tried alone find its parents as its fan-in wants them."""
    parents = len(graph.parents(key))
    failed = parents if graph.steps[key].fan_in is FanIn.ANY_FAILED else 0
    return _Tally(0, succeeded=parents - failed, failed=failed)


def _columns(graph: StepGraph, keys: Sequence[str], tallies: Iterable[_Tally]) -> StepColumns:
    waiting_on, succeeded, failed = zip(*tallies, strict=True)
    runners = [graph.steps[key].runner_name for key in keys]
    return StepColumns(*(",".join(map(str, column)) for column in (keys, runners, waiting_on, succeeded, failed)))
