"""The commonest turn, decided without reading a row: a step has succeeded, and what follows runs, or waits on.

Pure. Says which reports are of that kind. The statement that writes them checks that the rows are as expected; what it
leaves alone goes the longer way.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from definitions.graph import StepGraph
from definitions.models import Step
from engine.claims import Report
from engine.contexts import InstanceContext
from engine.planner import StepState, Tally, Verdict, verdict


class Release(NamedTuple):
    """A report of a success, and the steps that wait for it."""

    report: Report
    children: Sequence[str]


@dataclass(frozen=True, slots=True)
class Split:
    """Reports by the way they go. No instance has reports on both: the longer way writes what it has read before."""

    short: Sequence[Release]
    long: Sequence[Report]

    @property
    def instances(self) -> set[int]:
        """The instances that they are about."""
        short = {release.report.claim.instance_id for release in self.short}
        return short | {report.claim.instance_id for report in self.long}


@dataclass(slots=True)
class Follower:
    """A step that waits for reports of one turn.

    Attributes:
        runner: who is to run it.
        parents: how many it has.
        ending: how many of them this turn reports.
    """

    instance_id: int
    key: str
    runner: str
    parents: int
    ending: int = 0


class Followers(NamedTuple):
    """The steps that wait for reports, each once, and of each report the places of those that wait for it, from 1."""

    steps: Sequence[Follower]
    places: Sequence[Sequence[int]]


def split(contexts: Mapping[int, InstanceContext], reports: Iterable[Report]) -> Split:
    """Say which reports can be written, and their children told, without reading them first."""
    of_instance: dict[int, list[Report]] = {}
    for report in reports:
        of_instance.setdefault(report.claim.instance_id, []).append(report)
    short: list[Release] = []
    long: list[Report] = []
    for instance_id, own in of_instance.items():
        releases = _releases(contexts[instance_id], own)
        if len(releases) == len(own):
            short += releases
        else:
            long += own
    return Split(short, long)


def followers(contexts: Mapping[int, InstanceContext], releases: Iterable[Release]) -> Followers:
    """Return the steps that are to be told of these reports."""
    steps: list[Follower] = []
    known: dict[tuple[int, str], int] = {}

    places: list[list[int]] = []
    for report, children in releases:
        instance_id = report.claim.instance_id
        graph = contexts[instance_id].graph
        own = []
        for key in children:
            place = known.get((instance_id, key))
            if place is None:
                steps.append(Follower(instance_id, key, graph.steps[key].runner_name, len(graph.parents(key))))
                place = known[instance_id, key] = len(steps)
            steps[place - 1].ending += 1
            own.append(place)
        places.append(own)
    return Followers(steps, places)


def _releases(context: InstanceContext, reports: Iterable[Report]) -> list[Release]:
    """Return what is certain; it may be less than what was asked."""
    certain = _certain(context.graph)
    releases = []
    for report in reports:
        children = context.graph.children(report.claim.step_key)
        if not children or report.claim.shard or report.state is not StepState.SUCCEEDED:
            break
        if not certain.issuperset(children):
            break
        releases.append(Release(report, children))
    return releases


@lru_cache(maxsize=100)
def _certain(graph: StepGraph) -> frozenset[str]:
    """Return the steps that wait while a parent is open and run when all have succeeded, whatever the rows say."""
    return frozenset(key for key, step in graph.steps.items() if _is_certain(step, parents=len(graph.parents(key))))


def _is_certain(step: Step, *, parents: int) -> bool:
    one_is_open = Tally(total=parents, open=1, succeeded=parents - 1, failed=0)
    none_is_open = Tally(total=parents, open=0, succeeded=parents, failed=0)
    return (
        step.condition is None
        and step.parallel is None
        and verdict(step.fan_in, one_is_open) is Verdict.WAIT
        and verdict(step.fan_in, none_is_open) is Verdict.RUN
    )
