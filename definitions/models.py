"""The model of a definition: what an analyst may write in a row of ``batch_definition``, and its defaults.

Knows shapes and ranges. Whether keys exist, graphs are acyclic or params fit a runner is decided in ``validation``.
"""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, StringConstraints
from pydantic.alias_generators import to_camel

KEY_PATTERN = r"^[a-z][a-z0-9_]{0,62}$"
MAX_STEPS = 20_000

Key = Annotated[str, StringConstraints(strict=True, pattern=KEY_PATTERN)]


class FanIn(StrEnum):
    """When a step may run, decided once its parents are terminal (``any_success``: as soon as one succeeded)."""

    NONE_FAILED_MIN_ONE_SUCCESS = "none_failed_min_one_success"
    ALL_SUCCESS = "all_success"
    NONE_FAILED = "none_failed"
    ANY_SUCCESS = "any_success"
    ALL_DONE = "all_done"
    ANY_FAILED = "any_failed"


class OnFailure(StrEnum):
    """What a failure of this step means for the rest of the instance."""

    FAIL = "fail"
    CONTINUE = "continue"
    STOP = "stop"


class Misfire(StrEnum):
    """What becomes of cron instants that were due while nothing ran."""

    LATEST = "latest"
    NONE = "none"
    ALL = "all"


class Overlap(StrEnum):
    """What becomes of a cron instant that is due while an earlier instance still runs."""

    SKIP = "skip"
    QUEUE = "queue"
    ALLOW = "allow"


class Jitter(StrEnum):
    """How a retry delay is spread: ``full`` draws from zero to the delay, ``none`` keeps it."""

    FULL = "full"
    NONE = "none"


class ErrorClass(StrEnum):
    """Why an attempt failed, as far as a retry policy needs to know."""

    TRANSIENT = "transient"
    TIMEOUT = "timeout"
    RATE_LIMITED = "rate_limited"
    UNEXPECTED = "unexpected"
    INVALID = "invalid"
    DATA = "data"
    BUDGET = "budget"
    LOST_WORKER = "lost_worker"


RETRIED_BY_DEFAULT = (ErrorClass.TRANSIENT, ErrorClass.TIMEOUT, ErrorClass.RATE_LIMITED, ErrorClass.UNEXPECTED)


class Part(BaseModel):
    """Base of the nested parts: camelCase outside, snake_case inside, nothing unknown, nothing mutable."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=False, extra="forbid", frozen=True)


PositiveInt = Annotated[StrictInt, Field(ge=1)]
Seconds = Annotated[float, Field(ge=0, le=86_400 * 31, allow_inf_nan=False, strict=True)]


class Retry(Part):
    """How often and how soon a failed attempt is tried again."""

    max_attempts: Annotated[StrictInt, Field(ge=1, le=100)] = 3
    interval_seconds: Seconds = 1.0
    backoff_rate: Annotated[float, Field(ge=1, le=100, allow_inf_nan=False, strict=True)] = 2.0
    max_delay_seconds: Seconds = 300.0
    jitter: Jitter = Jitter.FULL
    on: tuple[ErrorClass, ...] = RETRIED_BY_DEFAULT


class Tolerate(Part):
    """How many shards of a parallel step may fail without failing the step: either bound suffices."""

    count: Annotated[StrictInt, Field(ge=0, description="So many.")] = 0
    percent: Annotated[
        float, Field(ge=0, le=100, allow_inf_nan=False, strict=True, description="So many of a hundred.")
    ] = 0.0


class Parallel(Part):
    """Run a step once for each chunk of ``over``: the key of an ancestor (its items) or an expression (a list)."""

    over: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=10_000)]
    chunk: Annotated[StrictInt, Field(ge=1, le=1_000_000)] = 500
    max_concurrency: Annotated[StrictInt, Field(ge=1, le=10_000)] = 8
    tolerate: Tolerate = Tolerate()


class Step(Part):
    """One step of a definition. Field defaults are those of the reference page."""

    key: Key
    runner: Key | None = None
    description: Annotated[str, StringConstraints(strict=True)] = ""
    params: dict[str, Any] = Field(default_factory=dict)
    next_steps: tuple[Key, ...] = ()
    condition: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=10_000)] | None = None
    fan_in: FanIn = FanIn.NONE_FAILED_MIN_ONE_SUCCESS
    parallel: Parallel | None = None
    retry: Retry = Retry()
    timeout_seconds: Annotated[float, Field(gt=0, le=86_400 * 31, allow_inf_nan=False, strict=True)] = 3600.0
    on_failure: OnFailure = OnFailure.FAIL

    @property
    def runner_name(self) -> str:
        """The registered runner that runs this step: by default the one named like the step."""
        return self.runner or self.key


def _none_is_empty(value: Any) -> Any:
    return {"type": "object"} if value is None else value


class Definition(BaseModel):
    """A pipeline: the columns of ``batch_definition`` that people set."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Key
    description: Annotated[str, StringConstraints(strict=True)] = ""
    cron: Annotated[str, StringConstraints(strict=True)] | None = None
    timezone: Annotated[str, StringConstraints(strict=True)] = "UTC"
    params_schema: Annotated[dict[str, Any], BeforeValidator(_none_is_empty)] = Field(
        default_factory=lambda: {"type": "object"}
    )
    enabled: StrictBool = True
    priority: Annotated[StrictInt, Field(ge=-32_768, le=32_767)] = 0
    max_active: PositiveInt | None = None
    misfire: Misfire = Misfire.LATEST
    overlap: Overlap = Overlap.SKIP
    budget_usd: Annotated[Decimal, Field(ge=0, lt=100_000_000, allow_inf_nan=False)] | None = None
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=MAX_STEPS)]
