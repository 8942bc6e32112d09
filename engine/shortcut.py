"""The commonest turn, decided without reading a row: a step has succeeded, and what follows waits for nobody else.

Pure. Says which reports are of that kind. The statement that writes them checks that the rows are as expected; what it
leaves alone goes the longer way.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from engine.claims import Report
from engine.contexts import InstanceContext
from engine.planner import StepState, Tally, Verdict, verdict

_ONE_SUCCESS = Tally(total=1, open=0, succeeded=1, failed=0)


class Release(NamedTuple):
    """A report of a success, and the steps that it releases."""

    report: Report
    children: Sequence[str]


@dataclass(frozen=True, slots=True)
class Split:
    """Reports by the way they go. No instance has reports on both: the longer way writes what it has read before."""

    short: Sequence[Release]
    long: Sequence[Report]


def split(contexts: Mapping[int, InstanceContext], reports: Iterable[Report]) -> Split:
    """Say which reports can be written, and their children released, without reading them first."""
    of_instance: dict[int, list[Report]] = {}
    for report in reports:
        of_instance.setdefault(report.claim.instance_id, []).append(report)
    short: list[Release] = []
    long: list[Report] = []
    for instance_id, own in of_instance.items():
        releases = [_release(contexts[instance_id], report) for report in own]
        sure = [release for release in releases if release is not None]
        if len(sure) == len(own):
            short += sure
        else:
            long += own
    return Split(short, long)


def _release(context: InstanceContext, report: Report) -> Release | None:
    if report.claim.shard or report.state is not StepState.SUCCEEDED:
        return None
    children = context.graph.children(report.claim.step_key)
    if not children or not all(_runs_next(context, child) for child in children):
        return None
    return Release(report, children)


def _runs_next(context: InstanceContext, key: str) -> bool:
    """Whether this step runs once its only parent has succeeded, whatever else there is in the rows."""
    step = context.graph.steps[key]
    return (
        step.condition is None
        and step.parallel is None
        and len(context.graph.parents(key)) == 1
        and verdict(step.fan_in, _ONE_SUCCESS) is Verdict.RUN
    )
