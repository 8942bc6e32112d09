"""The contract between the ledger and a provider: what is asked, what comes back, and how sure we are.

A provider translates and transports. It keeps no state, retries nothing and decides nothing: the ledger does, because
only the ledger knows what has been written down before a call was made.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Protocol

from runners.base import Json


class Tier(StrEnum):
    """How a live call is served; ``flex`` is cheaper and slower, where the provider has it."""

    STANDARD = "standard"
    FLEX = "flex"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request for one answer. Equal asks (but for ``key``) are the same purchase."""

    key: str
    """Ours, unique for each purchase; ``^[a-z0-9_-]{1,63}$`` so that it fits every provider's labels."""
    model: str
    prompt: str
    system: str | None = None
    response_schema: Mapping[str, Json] | None = None
    """A JSON Schema that the answer's text should fit; None asks for plain text."""
    max_output_tokens: int = 1024
    temperature: float | None = None
    options: Mapping[str, Json] = field(default_factory=dict)
    """More fields of the provider's request body, as the provider names them; they win over ours."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one answer. ``input_tokens`` includes the cached ones; ``output_tokens`` includes reasoning."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0


class Finish(StrEnum):
    """Why the model stopped. Only ``stop`` is good."""

    STOP = "stop"
    LENGTH = "length"
    REFUSED = "refused"
    FILTERED = "filtered"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The provider made no answer for one request of a job, and bills none."""

    code: str
    message: str
    is_retryable: bool
    """False: the same request would fail again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back for one ask: an answer that was paid for, or a failure that was not."""

    key: str | None
    """None where the line does not say whose it is."""
    raw: Json
    """The provider's body as it came."""
    text: str | None = None
    finish: Finish = Finish.OTHER
    usage: Usage = Usage()
    failure: Failure | None = None


class JobState(StrEnum):
    """Where a job is. Terminal: all but RUNNING. A state that we do not know is RUNNING, and warned about."""

    RUNNING = "running"
    COMPLETED = "completed"
    """Every request has an answer or a failure; also when only some succeeded."""
    EXPIRED = "expired"
    """Out of time; what was finished is kept and billed."""
    CANCELLED = "cancelled"
    """As EXPIRED, on request."""
    FAILED = "failed"
    """The job as a whole was refused; nothing was done. ``error`` says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A provider's batch job as it stands."""

    id: str
    key: str | None
    """The key that we gave it; None if it is not ours."""
    state: JobState
    created_at: datetime
    status: str
    """The provider's own word for the state."""
    raw: Mapping[str, Json]
    outputs: tuple[str, ...] = ()
    """References of the files with answers and failures, for ``fetch``; empty until terminal."""
    done: int = 0
    failed: int = 0
    error: str | None = None
    is_over_limit: bool = False
    """FAILED because too much is enqueued already: nothing is wrong with it, try again later."""
    awaits_output: bool = False
    """It has ended, but files that it must have are not there yet: look again before anything counts as missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one job may hold, and how long it may take."""

    requests: int
    bytes: int
    window: timedelta


class ProviderError(Exception):
    """Base of what a call can end in, but for an answer. The message names the provider and says what to do."""


class ProviderBusy(ProviderError):
    """Too many requests or overload, and certainly nothing was accepted. Back-pressure, not a failure."""

    def __init__(self, message: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ProviderRefused(ProviderError):
    """Certainly not accepted and not billed, and the same call would be refused again: key, model, request."""


class ProviderGone(ProviderRefused):
    """What the call names does not exist (any more): a job, a file, a model."""


class ProviderDenied(ProviderRefused):
    """The account, its key or its quota is refused: no call would do, whatever it asks."""


class ProviderUnsure(ProviderError):
    """The call broke: it may have been accepted, and billed. Look it up by its key before anything else."""


class Provider(Protocol):
    """One provider's batch jobs and live calls. Every call is made exactly once: SDK retries are off.

    Any method but ``line`` and ``read`` raises ``ProviderBusy``, ``ProviderRefused`` or ``ProviderUnsure``.
    """

    name: ClassVar[str]
    limits: ClassVar[Limits]
    finds_replies: ClassVar[bool]
    """Whether ``find_reply`` can find the answer to a live call whose reply was lost."""
    has_flex: ClassVar[bool]
    longest_call: timedelta
    """By then ``generate`` has ended, one way or the other: its client's own timeout, for the whole call. Until then a
    call whose process is gone may still be answered, and is not made again."""

    def line(self, ask: Ask) -> bytes:
        """Return the ask as one line of a job's input file, with the newline. Pure."""
        ...

    def read(self, line: bytes) -> Reply:
        """Read one line of an output file. Pure.

        Raises:
            ValueError: the line is no JSON, or not what this provider writes.
        """
        ...

    def echo(self, line: bytes) -> str | None:
        """Return what identifies the request that is in a line, of input or of output. Pure.

        None: there is none in it, as in the output of a provider that does not repeat requests.

        Raises:
            ValueError: as ``read``.
        """
        ...

    async def stage(self, path: Path, *, key: str) -> str:
        """Upload a job's input under a name made of the key and return its reference.

        Looks the name up first: what was uploaded under it before, complete, is returned and not uploaded again.
        """
        ...

    async def submit(self, staged: str, *, key: str, model: str) -> Job:
        """Create the job, under the key, with one call that is never repeated."""
        ...

    async def find_by_key(self, key: str, *, since: datetime) -> Sequence[Job]:
        """Return the jobs created under this key, the oldest first, looking back to a little before ``since``."""
        ...

    async def status(self, job_id: str) -> Job: ...

    def fetch(self, output: str) -> AsyncIterator[bytes]:
        """Stream an output file in blocks of bytes."""
        ...

    async def cancel(self, job_id: str) -> None:
        """Ask for the job's end; one that has ended already is left alone."""
        ...

    async def sweep(self, *, prefix: str, before: datetime) -> int:
        """Delete the input files of ours (their key starts with ``prefix``) older than this; return how many."""
        ...

    async def generate(self, ask: Ask, *, tier: Tier = Tier.STANDARD) -> Reply:
        """Make one live call, within ``longest_call``. The reply is an answer; a failure is raised."""
        ...

    async def find_reply(self, key: str, *, since: datetime) -> Reply | None:
        """Return the answer that was made under this key, if the provider keeps it; None without ``finds_replies``."""
        ...

    async def embed(
        self, texts: Sequence[str], *, model: str, dimensions: int | None = None
    ) -> tuple[Sequence[Sequence[float]], Usage]:
        """Return one vector for each text, in order; as many come back as went in, or it is an error."""
        ...

    async def aclose(self) -> None: ...
