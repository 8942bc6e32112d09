"""Decides what may run next. Pure: knows states and rules; knows no clock, no database, no ids."""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from definitions.models import FanIn, OnFailure, Tolerate


class StepState(StrEnum):
    """The states of ``batch_step``; the diagram is in docs/explanation/states.md."""

    PENDING = "pending"
    READY = "ready"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    SKIPPED = "skipped"
    UPSTREAM_FAILED = "upstream_failed"
    CANCELLED = "cancelled"

    @property
    def is_terminal(self) -> bool:
        return self not in (StepState.PENDING, StepState.READY, StepState.RUNNING)

    @property
    def is_failure(self) -> bool:
        """Whether a child counts this parent as failed."""
        return self in (StepState.FAILED, StepState.UPSTREAM_FAILED, StepState.CANCELLED)


class Status(StrEnum):
    """The states of ``batch_instance``."""

    PENDING = "pending"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_terminal(self) -> bool:
        return self not in (Status.PENDING, Status.RUNNING)


class Verdict(StrEnum):
    """What becomes of a pending step."""

    RUN = "run"
    WAIT = "wait"
    SKIP = "skip"
    UPSTREAM_FAILED = "upstream_failed"


@dataclass(frozen=True, slots=True)
class Tally:
    """How a step's parents stand: so many open, succeeded and failed; the rest were skipped."""

    total: int
    open: int
    succeeded: int
    failed: int

    @property
    def skipped(self) -> int:
        return self.total - self.open - self.succeeded - self.failed

    def count(self, state: StepState) -> "Tally":
        """Return the tally after one more parent has ended in this state, as its children see it."""
        return Tally(
            total=self.total,
            open=self.open - 1,
            succeeded=self.succeeded + (state is StepState.SUCCEEDED),
            failed=self.failed + state.is_failure,
        )


def seen_by_children(state: StepState, on_failure: OnFailure) -> StepState:
    """Return the state that children see: a tolerated failure counts as a success."""
    if state is StepState.FAILED and on_failure is OnFailure.CONTINUE:
        return StepState.SUCCEEDED
    return state


def verdict(rule: FanIn, parents: Tally) -> Verdict:
    """Say whether a step whose parents stand like this may run.

    Pure, and complete: every rule answers for every tally, so a step can never hang on a case nobody thought of.
    """
    if rule is FanIn.ANY_SUCCESS and parents.succeeded:
        return Verdict.RUN
    if parents.open:
        return Verdict.WAIT
    if parents.total == 0:
        return Verdict.SKIP if rule is FanIn.ANY_FAILED else Verdict.RUN
    return _decided(rule, parents)


def _decided(rule: FanIn, parents: Tally) -> Verdict:
    match rule:
        case FanIn.ALL_DONE:
            return Verdict.RUN
        case FanIn.ANY_FAILED:
            return Verdict.RUN if parents.failed else Verdict.SKIP
        case FanIn.NONE_FAILED:
            return Verdict.UPSTREAM_FAILED if parents.failed else Verdict.RUN
        case FanIn.NONE_FAILED_MIN_ONE_SUCCESS:
            return _run_if(parents.succeeded > 0, parents)
        case FanIn.ALL_SUCCESS:
            return _run_if(parents.succeeded == parents.total, parents)
        case FanIn.ANY_SUCCESS:
            return _run_if(False, parents)
        case _:
            assert_never(rule)


def _run_if(enough: bool, parents: Tally) -> Verdict:
    if parents.failed:
        return Verdict.UPSTREAM_FAILED
    return Verdict.RUN if enough else Verdict.SKIP


def survives_stop(rule: FanIn) -> bool:
    """Say whether a step still gets its chance when another one fails with ``onFailure: stop``."""
    return rule in (FanIn.ALL_DONE, FanIn.ANY_FAILED)


def is_tolerated(failed: int, total: int, tolerate: Tolerate) -> bool:
    """Say whether so many failed shards of so many are within either bound."""
    return failed <= tolerate.count or failed * 100 <= tolerate.percent * total


def final_status(*, failed_steps: int, cancelled: bool) -> Status:
    """Return what an instance ends as once no step is open."""
    if cancelled:
        return Status.CANCELLED
    return Status.FAILED if failed_steps else Status.SUCCEEDED
