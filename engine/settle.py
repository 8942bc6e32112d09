"""Decides what becomes of an attempt. Pure: outcome, policy and one random draw go in, a settlement comes out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias, assert_never

from definitions.models import ErrorClass, Jitter, Retry
from engine.planner import StepState
from runners.base import Failed, Json, Outcome, Snoozed, Succeeded
from runners.storable import safe_text, to_json

MAX_RESULT_BYTES = 1_000_000
MAX_ERROR_CHARACTERS = 10_000
MAX_LOSSES = 3


@dataclass(frozen=True, slots=True)
class Finish:
    """The step is terminal."""

    state: StepState
    reason: str | None = None
    result: str | None = None
    """JSON text."""
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Again:
    """The step is READY once more, after a delay."""

    delay: timedelta
    reason: str
    error: str | None = None
    is_snooze: bool = False


Settlement: TypeAlias = Finish | Again


def settle(outcome: Outcome, *, retry: Retry, failures: int, draw: float) -> Settlement:
    """Say what becomes of an attempt.

    Args:
        outcome: what the runner answered.
        retry: the step's policy.
        failures: failed attempts before this one.
        draw: uniform in [0, 1), for the jitter.
    """
    match outcome:
        case Succeeded(result):
            return _succeeded(result)
        case Snoozed(delay, why):
            return Again(max(delay, timedelta(0)), f"snoozed: {safe_text(why)[:200]}", is_snooze=True)
        case Failed():
            return _failed(outcome, retry=retry, failures=failures, draw=draw)
        case _:
            assert_never(outcome)


def _succeeded(summary: Mapping[str, Json]) -> Finish:
    try:
        result = to_json(dict(summary))
    except (TypeError, ValueError, RecursionError) as error:
        why = f"the result cannot be written as JSON: {error}"
        return Finish(StepState.FAILED, reason="result_not_json", error=safe_text(why))
    size = len(result.encode())
    if size <= MAX_RESULT_BYTES:
        return Finish(StepState.SUCCEEDED, result=result)
    return Finish(
        StepState.FAILED,
        reason="result_too_large",
        error=f"the result has {size:,} bytes, more than {MAX_RESULT_BYTES:,}: write the data as items (request.output)"
        " and return a summary",
    )


def _failed(outcome: Failed, *, retry: Retry, failures: int, draw: float) -> Settlement:
    error = safe_text(outcome.error)[:MAX_ERROR_CHARACTERS]
    if outcome.error_class not in retry.on:
        return Finish(StepState.FAILED, reason=str(outcome.error_class), error=error)
    if failures + 1 >= retry.max_attempts:
        reason = "attempts_exhausted" if retry.max_attempts > 1 else str(outcome.error_class)
        return Finish(StepState.FAILED, reason=reason, error=error)
    delay = outcome.retry_after or backoff(retry, failures=failures, draw=draw)
    return Again(delay, f"retrying: {outcome.error_class}", error=error)


def backoff(retry: Retry, *, failures: int, draw: float) -> timedelta:
    """Return the delay before the next attempt: exponential, capped, with full jitter unless switched off."""
    try:
        seconds = retry.interval_seconds * retry.backoff_rate**failures
    except OverflowError:
        seconds = retry.max_delay_seconds
    seconds = min(seconds, retry.max_delay_seconds)
    return timedelta(seconds=seconds * (draw if retry.jitter is Jitter.FULL else 1.0))


def cancelled(why: str) -> Finish:
    return Finish(StepState.CANCELLED, reason="cancelled", error=why)


def unstorable(error: Exception) -> Finish:
    """Return the settlement for a result that PostgreSQL refused to store."""
    return Finish(
        StepState.FAILED, reason=str(ErrorClass.DATA), error=safe_text(f"the result could not be stored: {error}")
    )
