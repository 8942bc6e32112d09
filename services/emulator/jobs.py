"""A batch job: what was decided when it came in, and what it is at any moment. Pure; the time is handed in.

A job has no thread. Its phase follows from the time that has passed; only once its end is due are its lines worked.
"""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from runners.providers.base import Usage
from services.emulator.faults import FaultOrder


class Phase(StrEnum):
    VALIDATING = "validating"
    RUNNING = "running"
    FINISHING = "finishing"
    """Its end has come; the lines are being worked."""
    CANCELLING = "cancelling"
    COMPLETED = "completed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    FAILED = "failed"


ENDED = frozenset({Phase.COMPLETED, Phase.EXPIRED, Phase.CANCELLED, Phase.FAILED})


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a job is refused as a whole; ``line`` counts from 1."""

    code: str
    message: str
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What a look at the input file has found."""

    offsets: "array[int]"
    """Where each line begins."""
    tokens: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """How the output file differs from one good line for each request."""

    shuffled: FaultOrder | None = None
    missing: FaultOrder | None = None
    doubled: FaultOrder | None = None
    truncated: FaultOrder | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a job will go, decided when it is created. Durations in seconds."""

    validating: float
    working: float
    cancelling: float
    window: float
    hidden: float
    """How long it is missing from lists."""
    output_late: float = 0.0
    """How much later than its end its files come."""
    is_stuck: bool = False
    expires_at_part: float | None = None
    """Expires instead of ending, with this part of its lines done."""
    only_errors: bool = False
    word: str | None = None
    """The state that is shown while it runs."""
    problems: tuple[Problem, ...] = ()
    """It fails as a whole, with these."""
    shape: Shape = field(default_factory=Shape)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How and when a job ends, and how many of its lines are done by then."""

    phase: Phase
    at: float
    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What a job has come to."""

    phase: Phase
    at: float
    succeeded: int = 0
    failed: int = 0
    usage: Usage = field(default_factory=Usage)
    output: str | None = None
    """The id of the file with the answers, as the API knows it; as ``errors``."""
    errors: str | None = None


@dataclass(slots=True, kw_only=True)
class Job:
    """One job. Only ``cancelled_at``, ``is_worked`` and ``ended`` change."""

    id: str
    api: str
    key: str | None
    """The caller's name for it."""
    model: str
    request: Mapping[str, Any]
    """The body that created it."""
    input: Path
    survey: Survey
    created_at: float
    plan: Plan
    cancelled_at: float | None = None
    is_worked: bool = False
    """Its lines are being worked: too late to cancel."""
    ended: Ended | None = None

    @property
    def lines(self) -> int:
        return len(self.survey.offsets)

    @property
    def starts_at(self) -> float:
        return self.created_at + self.plan.validating

    @property
    def expires_at(self) -> float:
        return self.created_at + self.plan.window


def phase_of(job: Job, now: float) -> Phase:
    """Say what the job is now."""
    if job.ended is not None:
        return job.ended.phase
    if job.is_worked:
        return Phase.FINISHING
    if job.cancelled_at is not None:
        return Phase.CANCELLING
    return Phase.VALIDATING if job.plan.is_stuck or now < job.starts_at else Phase.RUNNING


def published(job: Job, now: float) -> Ended | None:
    """Return what the job has come to, once its files are there: they may come later than its end."""
    if job.ended is None or now < job.ended.at + job.plan.output_late:
        return None
    return job.ended


def lines_done(job: Job, now: float) -> int:
    """Return how many lines are done by now, as people see it: in step with the time."""
    if job.plan.is_stuck:
        return 0
    if job.plan.working == 0:
        return job.lines if now >= job.starts_at else 0
    part = (now - job.starts_at) / job.plan.working
    most = 1.0 if job.plan.expires_at_part is None else job.plan.expires_at_part
    return int(job.lines * min(max(part, 0.0), most))


def ending_of(job: Job, now: float) -> Ending | None:
    """Return the end that is due by now; None while the job goes on."""
    ending = _next_ending(job)
    return ending if ending.at <= now else None


def _next_ending(job: Job) -> Ending:
    if job.plan.problems:
        return Ending(phase=Phase.FAILED, at=job.starts_at, lines=0)
    if job.cancelled_at is not None:
        at = job.cancelled_at + job.plan.cancelling
        return Ending(phase=Phase.CANCELLED, at=at, lines=lines_done(job, job.cancelled_at))
    done_at = job.starts_at + job.plan.working
    if job.plan.is_stuck or done_at > job.expires_at:
        return Ending(phase=Phase.EXPIRED, at=job.expires_at, lines=lines_done(job, job.expires_at))
    if job.plan.expires_at_part is not None:
        return Ending(phase=Phase.EXPIRED, at=done_at, lines=int(job.lines * job.plan.expires_at_part))
    return Ending(phase=Phase.COMPLETED, at=done_at, lines=job.lines)
