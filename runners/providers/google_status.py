"""What Google's codes and states mean: how sure we are after a call, whether a request may be tried again.

Pure. The APIs name errors by google.rpc.Code, by HTTP status or in text; both use one set of words for a job's state.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from runners.base import Json
from runners.providers.base import (
    Failure,
    Job,
    JobState,
    ProviderBusy,
    ProviderDenied,
    ProviderError,
    ProviderGone,
    ProviderRefused,
    ProviderUnsure,
)

log = logging.getLogger("batchdag")

_STATES = {
    "QUEUED": JobState.RUNNING,
    "PENDING": JobState.RUNNING,
    "RUNNING": JobState.RUNNING,
    "UPDATING": JobState.RUNNING,
    "PAUSED": JobState.RUNNING,
    "CANCELLING": JobState.RUNNING,
    "SUCCEEDED": JobState.COMPLETED,
    "PARTIALLY_SUCCEEDED": JobState.COMPLETED,
    "EXPIRED": JobState.EXPIRED,
    "CANCELLED": JobState.CANCELLED,
    "FAILED": JobState.FAILED,
}

_RPC_CODES = {
    1: "CANCELLED",
    2: "UNKNOWN",
    3: "INVALID_ARGUMENT",
    4: "DEADLINE_EXCEEDED",
    5: "NOT_FOUND",
    6: "ALREADY_EXISTS",
    7: "PERMISSION_DENIED",
    8: "RESOURCE_EXHAUSTED",
    9: "FAILED_PRECONDITION",
    10: "ABORTED",
    11: "OUT_OF_RANGE",
    12: "UNIMPLEMENTED",
    13: "INTERNAL",
    14: "UNAVAILABLE",
    15: "DATA_LOSS",
    16: "UNAUTHENTICATED",
}
"""google.rpc.Code. An error object carries one of these or an HTTP status; the two ranges do not meet."""

_FINAL = frozenset(
    {
        "INVALID_ARGUMENT",
        "NOT_FOUND",
        "ALREADY_EXISTS",
        "PERMISSION_DENIED",
        "FAILED_PRECONDITION",
        "OUT_OF_RANGE",
        "UNIMPLEMENTED",
        "UNAUTHENTICATED",
    }
)

_UNSURE = frozenset({408, 409, 499})
"""Client errors after which the call may have had its effect: timed out, made at the same time, cut off."""

_REFUSALS: Mapping[int, type[ProviderRefused]] = {401: ProviderDenied, 403: ProviderDenied, 404: ProviderGone}
"""What a refusal is about, where it is not the request."""

_KEYS = {"gemini": "GEMINI_API_KEY (or GOOGLE_API_KEY)"}
_IDENTITY = "the Google credentials (GOOGLE_APPLICATION_CREDENTIALS, or gcloud auth application-default login)"
_WHAT_TO_DO = {
    400: "correct the request",
    401: "check {credentials}",
    403: "check {credentials} and what they may use",
    404: "check that what it names is there",
}


def call_error(
    *,
    provider: str,
    status: int,
    message: str | None,
    retry_after: timedelta | None = None,
    is_key_refused: bool = False,
) -> ProviderError:
    """Say how sure we are after a call that was answered with this HTTP status."""
    said = f"{provider} answered {status}: {message or 'no reason given'}"
    if is_key_refused:
        return ProviderDenied(f"{said}; {_what_to_do(401, provider)}")
    if status == 429:
        return ProviderBusy(f"{said}; nothing was accepted, call again later", retry_after=retry_after)
    if _is_final_status(status):
        refusal = _REFUSALS.get(status, ProviderRefused)
        return refusal(f"{said}; {_what_to_do(status, provider)}")
    return ProviderUnsure(f"{said}; it may have had its effect, look for it before calling again")


def retry_after(error: Json, headers: Mapping[str, str]) -> timedelta | None:
    """Return how long to wait: by the error's ``RetryInfo``, else by the header ``Retry-After`` in seconds."""
    for detail in _inner(error).get("details") or ():
        if isinstance(detail, dict) and str(detail.get("@type")).endswith("google.rpc.RetryInfo"):
            return _seconds(str(detail.get("retryDelay")).removesuffix("s"))
    return _seconds(headers.get("retry-after", ""))


def refuses_key(error: Json) -> bool:
    """Say whether a refusal is about the API key: the developer API answers a wrong one with 400, as a bad request."""
    details = _inner(error).get("details") or ()
    return any(isinstance(detail, dict) and detail.get("reason") == "API_KEY_INVALID" for detail in details)


def failure(problem: Json) -> Failure:
    """Read the error of one request: an error object, or text that may end in one (``Bad Request: {"error": ...}``)."""
    error = _inner(problem if isinstance(problem, dict) else _object_in(str(problem)))
    code = _code(error)
    return Failure(code=code, message=str(error.get("message") or problem), is_retryable=not _is_final(code))


def job_state(word: str, *, job: str, done: int) -> JobState:
    """Read a job's state. One that we do not know is still running, and warned about."""
    state = _STATES.get(word.removeprefix("JOB_STATE_").removeprefix("BATCH_STATE_"))
    if state is None:
        log.warning("provider.unknown_job_state", extra={"job": job, "state": word})
        return JobState.RUNNING
    if state is JobState.FAILED and done:
        return JobState.EXPIRED  # it broke on the way: what was finished is kept and billed
    return state


def has_output(state: JobState, *, done: int) -> bool:
    """Say whether a job in this state must have an output file: it is complete, or was broken off with some done."""
    return state is JobState.COMPLETED or (state in (JobState.EXPIRED, JobState.CANCELLED) and done > 0)


def just_created(job: Job) -> Job:
    """Return a job as running, though it may have ended at once.

    What comes back of a create lacks the outputs, the counts and the reason: the next look has them.
    """
    return replace(job, state=JobState.RUNNING, is_over_limit=False)


def is_over_limit(error: Mapping[str, Json]) -> bool:
    """Say whether a job failed only because too much is enqueued or a quota is used up."""
    return _code(error) in ("RESOURCE_EXHAUSTED", "429")


def _what_to_do(status: int, provider: str) -> str:
    known = _WHAT_TO_DO.get(status, "the same call would be refused again")
    return known.format(credentials=_KEYS.get(provider, _IDENTITY))


def _inner(error: Json) -> Mapping[str, Json]:
    """Return the error object itself, which most bodies wrap as ``{"error": {...}}``, some in a list of one."""
    if isinstance(error, list) and error:
        return _inner(error[0])
    if not isinstance(error, dict):
        return {}
    inner = error.get("error")
    return inner if isinstance(inner, dict) else error


def _object_in(text: str) -> Json:
    start = text.find("{")
    try:
        return json.loads(text[start:]) if start >= 0 else {}
    except json.JSONDecodeError:
        return {}


def _code(error: Mapping[str, Json]) -> str:
    """Return the name of an error's code; an HTTP status that comes without a name stays a number."""
    if error.get("status"):
        return str(error["status"])
    number = error.get("code")
    return _RPC_CODES.get(number, str(number)) if isinstance(number, int) else "UNKNOWN"


def _is_final(code: str) -> bool:
    return code in _FINAL or (code.isdecimal() and int(code) != 429 and _is_final_status(int(code)))


def _is_final_status(status: int) -> bool:
    return 400 <= status < 500 and status not in _UNSURE


def _seconds(text: str) -> timedelta | None:
    try:
        return max(timedelta(), timedelta(seconds=float(text)))
    except (ValueError, OverflowError):
        return None
