"""Shapes of instances, their steps, results and items."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field

from engine.reset import PlannedStep
from engine.said import NoEta, PlanReason, RetryRefusal, Standing
from services.http.shapes.common import Asked, IsNumber, JsonObject, Money, Seconds, Sentence, Shape, sentence_code


class StatusFilter(StrEnum):
    PENDING = "pending"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class TriggerFilter(StrEnum):
    MANUAL = "manual"
    SQL = "sql"
    CRON = "cron"
    HTTP = "http"


class ItemState(StrEnum):
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    DEAD = "dead"


class InstanceOut(Shape):
    id: int
    definition: str
    version: int
    status: str
    trigger: str
    progress: float | None = Field(description="Percent of the steps that are done.")
    done_steps: int
    total_steps: int
    running_steps: int
    duration: Seconds | None = Field(description="Seconds.")
    failed_step: str | None
    error: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    cancel_requested: bool
    rehearsal: JsonObject | None = Field(description="Set: nothing is paid for or changed by it.")


class InstanceDetail(InstanceOut):
    params: JsonObject
    scheduled_at: datetime | None
    idempotency_key: str | None
    priority: int
    budget_usd: Money | None = Field(description="Its own budget; null: what its definition allows now.")
    may_spend_usd: Money | None = Field(
        description="The budget that counts: its own, else that of its definition, or of the draft; null: any amount."
    )
    shards: list[JsonObject] = Field(description="Of parallel steps: how many shards are in which state.")


class NoEtaOut(Sentence):
    code: str = sentence_code(NoEta)
    words: str


class Eta(Shape):
    """When an instance ends, by how long its steps took before; `error_seconds` says how far off that may be."""

    at: datetime | None = Field(description="Null: nobody can say; `why_not` has the reason.")
    seconds_left: float | None = None
    error_seconds: float | None = Field(default=None, description="Half of the earlier instances were off by more.")
    path: list[str] = Field(default_factory=list, description="The steps that it waits for, one after the other.")
    runs: int = Field(default=0, description="How many earlier instances it rests on.")
    why_not: NoEtaOut | None = None


class StepOut(Shape):
    id: int
    step_key: str
    shard: int
    state: str
    reason: str | None
    attempt: int
    failures: int
    losses: int
    snoozes: int
    waiting_on: int
    run_after: datetime
    leased_by: str | None
    progress: JsonObject | None
    error: str | None
    started_at: datetime | None
    finished_at: datetime | None


class ResultOut(Shape):
    step_key: str
    shard: int
    attempt: int
    result_payload: Any
    error: str | None
    worker: str
    started_at: datetime
    finished_at: datetime


class ItemOut(Shape):
    shard: int
    seq: int
    state: str
    payload: Any
    error: str | None
    attempts: int
    tokens: int | None
    cost_usd: Money | None


class Explanation(Sentence):
    step_key: str | None
    code: str = sentence_code(Standing)
    words: str = Field(examples=['Step "load" is waiting for "collect" (running).'])


class CancelOut(Shape):
    id: int
    status: str = Field(description="`running` while its running steps wind down.")


class RetryIn(Asked):
    """With which version to go on; and the plan that was looked at, so that no other one is carried out."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"version": "latest"}, {}]})

    version: Annotated[int, IsNumber, Field(ge=1, le=2**31 - 1)] | Literal["latest"] | None = Field(
        default=None, description="A number, `latest`, or nothing for the one it had."
    )
    plan: str | None = Field(default=None, description="`plan` of the dry run; another plan is refused with 409.")


class RetryRefusalOut(Sentence):
    code: str = sentence_code(RetryRefusal)
    words: str


class PlannedOut(Sentence):
    step: str
    fate: str = Field(description="reuse, rerun, new or dropped")
    code: str = sentence_code(PlanReason)
    why: str

    @classmethod
    def of(cls, planned: PlannedStep) -> Self:
        """Return the line of a plan."""
        why = planned.why
        return cls(step=planned.key, fate=planned.fate, code=why.code, values=dict(why.values), why=why.words)


class PlanOut(Shape):
    """What a retry does; `plan` names it."""

    instance_id: int
    version: int
    plan: str
    steps: list[PlannedOut]
