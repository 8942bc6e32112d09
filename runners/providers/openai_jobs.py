"""How OpenAI's batch object reads as a ``Job``. Pure; knows no SDK and no network."""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict

from runners.base import Json
from runners.providers.base import Job, JobState
from runners.providers.openai_asks import INTENT

log = logging.getLogger("batchdag")

_STATES = {
    "validating": JobState.RUNNING,
    "in_progress": JobState.RUNNING,
    "finalizing": JobState.RUNNING,
    "cancelling": JobState.RUNNING,
    "completed": JobState.COMPLETED,
    "expired": JobState.EXPIRED,
    "cancelled": JobState.CANCELLED,
    "failed": JobState.FAILED,
}
_OVER_LIMIT = "token_limit_exceeded"
_SHOWN_ERRORS = 3


class _Edge(BaseModel):
    model_config = ConfigDict(frozen=True)


class _Counts(_Edge):
    completed: int = 0
    failed: int = 0


class _Error(_Edge):
    code: str | None = None
    line: int | None = None
    message: str | None = None

    def __str__(self) -> str:
        said = f"{self.code or 'error'}: {self.message or 'no message'}"
        return said if self.line is None else f"line {self.line}: {said}"


class _Errors(_Edge):
    data: list[_Error] | None = None


class _Batch(_Edge):
    id: str
    status: str
    created_at: int
    metadata: dict[str, str] | None = None
    output_file_id: str | None = None
    error_file_id: str | None = None
    request_counts: _Counts | None = None
    errors: _Errors | None = None

    def problems(self) -> list[_Error]:
        return (self.errors.data if self.errors else None) or []


def job(raw: Mapping[str, Json]) -> Job:
    """Read a batch object.

    Raises:
        pydantic.ValidationError: it is none.
    """
    batch = _Batch.model_validate(raw)
    state = _state(batch)
    counts = batch.request_counts or _Counts()
    has_ended = state not in (JobState.RUNNING, JobState.FAILED)
    return Job(
        id=batch.id,
        key=(batch.metadata or {}).get(INTENT),
        state=state,
        created_at=datetime.fromtimestamp(batch.created_at, UTC),
        status=batch.status,
        raw=raw,
        outputs=() if state is JobState.RUNNING else _outputs(batch),
        done=counts.completed,
        failed=counts.failed,
        error=_shown(batch.problems()) if state is JobState.FAILED else None,
        is_over_limit=state is JobState.FAILED and any(error.code == _OVER_LIMIT for error in batch.problems()),
        awaits_output=has_ended and _lacks_a_file(batch, counts, state),
    )


def _state(batch: _Batch) -> JobState:
    state = _STATES.get(batch.status)
    if state is None:
        log.warning("provider.unknown_job_state", extra={"job": batch.id, "state": batch.status})
        return JobState.RUNNING
    return state


def _outputs(batch: _Batch) -> tuple[str, ...]:
    # Every end may have either file: a completed job only errors, an expired or cancelled one both.
    return tuple(file for file in (batch.output_file_id, batch.error_file_id) if file)


def _lacks_a_file(batch: _Batch, counts: _Counts, state: JobState) -> bool:
    """Say whether the counts, or the state, tell of lines that no file is named for yet."""
    lacks_answers = counts.completed > 0 and not batch.output_file_id
    lacks_all = state is JobState.COMPLETED and not _outputs(batch)
    return lacks_answers or lacks_all


def _shown(errors: list[_Error]) -> str:
    if not errors:
        return "the provider gave no reason"
    more = len(errors) - _SHOWN_ERRORS
    return "; ".join(map(str, errors[:_SHOWN_ERRORS])) + (f"; and {more} more" if more > 0 else "")
