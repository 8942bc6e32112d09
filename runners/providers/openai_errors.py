"""What an error of the OpenAI SDK means for the ledger: busy, refused, or unsure whether the call had its effect.

Decides only how sure we are. The SDK is imported when a call is made, not when this module is.
"""

import binascii
import json
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from pydantic import ValidationError

from runners.providers.base import (
    Failure,
    ProviderBusy,
    ProviderDenied,
    ProviderError,
    ProviderGone,
    ProviderRefused,
    ProviderUnsure,
)
from runners.providers.openai_replies import Unreadable

if TYPE_CHECKING:
    from openai import APIStatusError

_UNREADABLE = (Unreadable, ValidationError, json.JSONDecodeError, UnicodeDecodeError, binascii.Error)
_UNSURE_STATUSES = frozenset({408, 409})
"""Client errors after which the call may have had its effect: timed out, or made at the same time as another."""

_REFUSALS: Mapping[int, type[ProviderRefused]] = {
    401: ProviderDenied,
    403: ProviderDenied,
    404: ProviderGone,
    429: ProviderDenied,
}
"""What a refusal is about, where it is not the request; a 429 that gets here is a quota that is used up."""

_LONGEST_WAIT = timedelta(days=1)
_WHAT_TO_DO = {
    400: "correct the request",
    401: "check OPENAI_API_KEY",
    403: "check what the key's project may use",
    404: "check the model's name and the id, and that they are of this key's project",
    413: "send less at once",
    429: "the account's quota is used up: see its billing page",
}


@contextmanager
def translated(action: str) -> Iterator[None]:
    """Raise what the SDK raises inside as ``ProviderBusy``, ``ProviderRefused`` or ``ProviderUnsure``."""
    import httpx2  # noqa: PLC0415
    import openai  # noqa: PLC0415

    try:
        yield
    except openai.APIStatusError as error:
        raise _by_status(error, action) from error
    except (openai.APIError, httpx2.HTTPError, TimeoutError, *_UNREADABLE) as error:
        if isinstance(error.__cause__ or error, httpx2.ConnectError | httpx2.ConnectTimeout):
            raise ProviderBusy(f"openai: could not {action}: {error.__cause__ or error}; nothing was sent") from error
        raise ProviderUnsure(_unsure(action, f"{type(error).__name__}: {error}")) from error


def failed(failure: Failure, *, key: str) -> ProviderError:
    """Return what to raise for a live call that was answered, with status 200, by a failure instead of an answer."""
    said = f"openai: no answer for {key}: {failure.code}: {failure.message}"
    if failure.is_retryable:
        return ProviderUnsure(f"{said}; ask again")
    return ProviderRefused(f"{said}; the same request would fail again")


def retry_after(headers: Mapping[str, str], *, now: datetime) -> timedelta | None:
    """Return how long the server asks to wait, by ``Retry-After-Ms`` or ``Retry-After``; None if it does not say."""
    milliseconds = _number(headers.get("retry-after-ms"))
    seconds = _number(headers.get("retry-after")) if milliseconds is None else milliseconds / 1000
    if seconds is None:
        seconds = _seconds_until(headers.get("retry-after"), now)
    return None if seconds is None else timedelta(seconds=min(max(seconds, 0), _LONGEST_WAIT.total_seconds()))


def _by_status(error: "APIStatusError", action: str) -> ProviderError:
    status = error.status_code
    said = f"openai: could not {action}: {status} {error.code or ''}".rstrip() + f": {_message(error)}"
    if status == 429 and error.code != "insufficient_quota":
        wait = retry_after(error.response.headers, now=datetime.now(UTC))
        return ProviderBusy(f"{said}; nothing was accepted, try again later", retry_after=wait)
    if status >= 500 or status in _UNSURE_STATUSES:
        return ProviderUnsure(_unsure(action, f"{status}: {_message(error)}"))
    return _REFUSALS.get(status, ProviderRefused)(
        f"{said}; {_WHAT_TO_DO.get(status, 'the same call would be refused again')}"
    )


def _message(error: "APIStatusError") -> str:
    """Return what the server said; the SDK's own message is the whole body, printed."""
    said = error.body.get("message") if isinstance(error.body, Mapping) else None
    return str(said or error.message)


def _unsure(action: str, why: str) -> str:
    return f"openai: it is not known whether it did {action}: {why}; look it up before doing it again"


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _seconds_until(text: str | None, now: datetime) -> float | None:
    try:
        then = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return (then if then.tzinfo else then.replace(tzinfo=UTC)).timestamp() - now.timestamp()
