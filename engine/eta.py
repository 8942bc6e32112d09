"""Estimates when an instance ends, from how long its steps took in earlier instances. Pure: no clock, no database.

A step's time runs from the end of its last parent to its own end: waiting for a worker, being tried again, and waiting
for a provider are in it. Where the number of items that came in is known, time is counted by item. The estimate is the
longest path through what is not done. Its error is how far the same rule was off for each of the earlier instances,
estimated from the others.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from definitions.graph import StepGraph


@dataclass(frozen=True, slots=True)
class StepTimes:
    """How far a step is, or was: when it ended, what it made, and while it runs, how much of it is done."""

    finished_at: datetime | None
    items: int | None
    done: int | None = None
    total: int | None = None
    started_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """One instance: when it began, and its steps."""

    started_at: datetime
    steps: Mapping[str, StepTimes]


@dataclass(frozen=True, slots=True)
class Estimate:
    """How much longer an instance takes.

    Attributes:
        error_seconds: how far off it may be: half of the earlier instances would have been off by more.
        path: the steps that it waits for, one after the other.
        runs: how many earlier instances it rests on.
    """

    seconds_left: float
    error_seconds: float
    path: Sequence[str]
    runs: int


@dataclass(frozen=True, slots=True)
class Sample:
    """How long a step took, and how many items came in."""

    seconds: float
    inflow: int | None


def unknown_steps(graph: StepGraph, course: Course, past: Sequence[Course]) -> list[str]:
    """Return the unfinished steps that no earlier instance has finished: no estimate can be made with them."""
    samples = _samples(graph, past)
    return [key for key in graph.order if not _is_done(course, key) and not samples[key]]


def estimate(graph: StepGraph, course: Course, past: Sequence[Course], *, now: datetime) -> Estimate | None:
    """Return how much longer the instance takes; None if there is a step that no earlier instance has finished."""
    samples = _samples(graph, past)
    if unknown_steps(graph, course, past):
        return None
    left, errors = {}, {}
    for key in graph.order:
        left[key] = 0.0 if _is_done(course, key) else _left(graph, course, key, samples[key], now)
        errors[key] = 0.0 if _is_done(course, key) else _error(samples[key])
    path = _longest(graph, left)
    open_path = [key for key in path if not _is_done(course, key)]
    return Estimate(
        seconds_left=sum(left[key] for key in open_path),
        error_seconds=sum(errors[key] for key in open_path),
        path=open_path,
        runs=len(past),
    )


def _samples(graph: StepGraph, past: Sequence[Course]) -> dict[str, list[Sample]]:
    found: dict[str, list[Sample]] = {key: [] for key in graph.order}
    for course in past:
        for key in graph.order:
            seconds = _took(graph, course, key)
            if seconds is not None:
                found[key].append(Sample(seconds, _inflow(graph, course, key)))
    return found


def _took(graph: StepGraph, course: Course, key: str) -> float | None:
    step = course.steps.get(key)
    if step is None or step.finished_at is None:
        return None
    return max(0.0, (step.finished_at - _released_at(graph, course, key)).total_seconds())


def _released_at(graph: StepGraph, course: Course, key: str) -> datetime:
    ends = [
        end for parent in graph.parents(key) if parent in course.steps and (end := course.steps[parent].finished_at)
    ]
    return max(ends, default=course.started_at)


def _inflow(graph: StepGraph, course: Course, key: str) -> int | None:
    parents = [course.steps[parent] for parent in graph.parents(key) if parent in course.steps]
    return max((parent.items for parent in parents if parent.items), default=None)


def _is_done(course: Course, key: str) -> bool:
    return key in course.steps and course.steps[key].finished_at is not None


def _left(graph: StepGraph, course: Course, key: str, samples: Sequence[Sample], now: datetime) -> float:
    step = course.steps.get(key)
    if step is not None and step.started_at and step.done and step.total and step.done <= step.total:
        return (now - step.started_at).total_seconds() * (step.total - step.done) / step.done
    expected = _expected(samples, _inflow(graph, course, key))
    is_released = all(_is_done(course, parent) for parent in graph.parents(key))
    elapsed = (now - _released_at(graph, course, key)).total_seconds() if is_released else 0.0
    return max(0.0, expected - elapsed)


def _expected(samples: Collection[Sample], inflow: int | None) -> float:
    rates = [sample.seconds / sample.inflow for sample in samples if sample.inflow]
    if inflow and len(rates) == len(samples):
        return median(rates) * inflow
    return median(sample.seconds for sample in samples)


def _error(samples: Sequence[Sample]) -> float:
    """Return the median of how far each sample is from what the others foretell; of a single one, all of it."""
    if len(samples) < 2:
        return samples[0].seconds
    misses = []
    for number, sample in enumerate(samples):
        others = [*samples[:number], *samples[number + 1 :]]
        misses.append(abs(sample.seconds - _expected(others, sample.inflow)))
    return median(misses)


def _longest(graph: StepGraph, left: Mapping[str, float]) -> list[str]:
    ends: dict[str, float] = {}
    before: dict[str, str | None] = {}
    for key in graph.order:
        last = max(graph.parents(key), key=lambda parent: ends[parent], default=None)
        before[key] = last
        ends[key] = left[key] + (ends[last] if last is not None else 0.0)
    path: list[str] = []
    at: str | None = max(graph.order, key=lambda key: ends[key], default=None)
    while at is not None:
        path.append(at)
        at = before[at]
    return path[::-1]
