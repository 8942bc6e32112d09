"""What of the emulator's behaviour can be set, and within which bounds; what goes wrong is in ``faults``."""

from collections.abc import Callable
from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

Seconds = Annotated[float, Field(ge=0, le=1e9)]
Limit = Annotated[int, Field(ge=0, description="0 is no limit")]

DAY = 86_400.0


class EmulatorSettings(BaseModel):
    """How long things take and how much is let in. Every field can be changed while the server runs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    validating_seconds: Seconds = 0.0
    batch_seconds: Seconds = 0.5
    """From the start of work on a job to its end, however many lines it has."""
    cancelling_seconds: Seconds = 0.0
    window_seconds: Seconds = DAY
    """A job that is not done by then expires."""
    live_seconds: Seconds = 0.0
    list_lag_seconds: Seconds = 0.0
    """How long a new file, job or stored completion is missing from lists; its own address works at once."""
    file_seconds: Seconds = 2 * DAY
    """Files of the Gemini API are gone after this."""
    max_concurrent_calls: Limit = 0
    max_active_jobs: Limit = 0
    max_lines: Limit = 0
    """Per job; 0 is the limit that the real API has."""
    max_enqueued_tokens: Limit = 0
    """Per model; a job above it fails with ``token_limit_exceeded`` after it was accepted."""
    max_page: Annotated[int, Field(ge=1)] = 10_000
    """No list answers with a longer page than this, whatever it was asked."""


CurrentSettings: TypeAlias = Callable[[], EmulatorSettings]
"""Returns the settings as they are at the moment."""
