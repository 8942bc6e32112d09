"""What the ledger's rows say, as values: jobs, their requests, the answers that were bought. Knows no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from runners.base import Json
from runners.generation.requests import Frame
from runners.generation.terms import Terms


class State(StrEnum):
    """Where a job is on its way through the ledger; see the page on crash windows."""

    PLANNED = "planned"
    STAGED = "staged"
    UPLOADING = "uploading"
    UPLOADED = "uploaded"
    SUBMITTING = "submitting"
    SUBMITTED = "submitted"
    TERMINAL = "terminal"
    DOWNLOADED = "downloaded"
    INGESTED = "ingested"
    ABANDONED = "abandoned"

    @property
    def is_closed(self) -> bool:
        return self in (State.INGESTED, State.ABANDONED)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRow:
    """A row of ``provider_batch``; times as seconds by the database's clock."""

    id: int
    intent: str
    step_id: int
    step_key: str
    instance_id: int
    build: int
    provider: str
    model: str
    mode: str
    state: State
    frame: Frame
    items: int
    terms: Terms
    is_simulated: bool
    staged_sha256: str | None
    provider_file: str | None
    provider_job: str | None
    outputs: Sequence[Mapping[str, Json]]
    duplicates: Sequence[str]
    """The ids of those that are known."""
    looks: int
    submissions: int
    error: str | None
    seconds_since_submitting: float | None
    seconds_since_end: float | None
    """Since the provider was first seen to call it ended."""
    seconds_to_wait: float
    is_begun: bool
    is_overdue: bool
    is_cancelled: bool
    is_past_hope: bool
    """Its end was asked for two hours ago, and has not come."""
    created_at: datetime

    def key(self, ordinal: int) -> str:
        """Return our key for one request of the job."""
        return f"{self.intent}-{ordinal}"

    def ordinal(self, key: str | None) -> int | None:
        """Return which request of this job a key is for; None if it is none of ours."""
        head, _, tail = (key or "").rpartition("-")
        return int(tail) if head == self.intent and tail.isdecimal() else None


@dataclass(frozen=True, slots=True)
class OpenAsk:
    """A request without an answer, and its item if that still waits for it."""

    ordinal: int
    seq: int
    tried: int
    hash: str
    payload: dict[str, Json] | None


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """An answer that was paid for before. ``is_old``: before the build of items that asks now was begun."""

    text: str | None
    finish: str
    tokens: int
    is_old: bool


@dataclass(frozen=True, slots=True)
class BegunCall:
    """A live call that is written down and about to be made."""

    ordinal: int
    prompt: str
    hash: str


@dataclass(frozen=True, slots=True)
class Bought:
    """An answer to be kept."""

    hash: str
    raw: str
    text: str | None
    finish: str
    input_tokens: int
    output_tokens: int
    cost_usd: Decimal


@dataclass(frozen=True, slots=True)
class ClosedAsk:
    """What became of a request."""

    ordinal: int
    state: str
    reason: str | None = None
    error: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_usd: Decimal | None = None


@dataclass(frozen=True, slots=True)
class SettledItem:
    """What became of an item; ``state`` pending means that it is asked again."""

    seq: int
    state: str
    payload: str | None = None
    """JSON text; None leaves it as it is."""
    error: str | None = None
    tries: int = 0
    tokens: int = 0
    cost_usd: Decimal = Decimal(0)
