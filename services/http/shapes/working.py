"""Shapes of what runs now and what holds it back: workers, leases, limits, jobs at providers, breakers, money."""

from datetime import date, datetime

from pydantic import ConfigDict, Field

from services.http.shapes.common import Asked, JsonObject, Money, Seconds, Shape


class WorkerOut(Shape):
    """A worker that holds steps."""

    worker: str
    running: int
    oldest_started_at: datetime
    lease_expires_at: datetime = Field(description="The soonest of its leases; it is renewed while the worker lives.")
    overdue: int = Field(description="Leases that it has not renewed in time.")
    runners: list[str]


class LeaseOut(Shape):
    """A step or shard that runs."""

    id: int
    instance_id: int
    definition: str
    step_key: str
    shard: int
    attempt: int
    runner: str
    worker: str
    started_at: datetime
    lease_expires_at: datetime
    is_overdue: bool
    progress: JsonObject | None
    cancel_requested: bool


class LimitOut(Shape):
    """A limit, and how it is used now."""

    scope: str = Field(examples=["runner"])
    name: str
    running: int
    max_running: int | None
    begun_last_minute: int = Field(description="Counts only while there is a limit per minute.")
    max_per_minute: int | None
    waiting: int | None = Field(description="Of a runner: its due steps.")


class ProviderBatchOut(Shape):
    """A job at a provider, or one run of live calls."""

    id: int
    provider: str
    model: str
    mode: str
    state: str
    is_simulated: bool
    instance_id: int
    step_key: str
    items: int
    done: int
    refused: int = Field(description="Of those that are done: answers that were no use.")
    age_seconds: float = Field(description="Of one whose books are closed: how long it took.")
    next_poll_at: datetime | None
    deadline_at: datetime | None
    is_overdue: bool
    spent_usd: Money
    reserved_usd: Money
    provider_job: str | None
    provider_status: str | None
    error: str | None
    created_at: datetime
    finished_at: datetime | None


class BreakerOut(Shape):
    """A server that embeddings come from, and whether it is called."""

    name: str
    state: str = Field(description="`closed`: it is called; `open`: it is left alone; `half_open`: one step tries it.")
    failures: int
    failing_since: datetime | None
    opened_at: datetime | None
    cooldown: Seconds = Field(description="Seconds.")
    retry_at: datetime | None
    reason: str | None
    updated_at: datetime


class CacheReaderOut(Shape):
    """A process that keeps what it has read of collections."""

    name: str
    address: str
    seen_at: datetime = Field(description="Renewed every few seconds while it lives.")
    behind: int = Field(description="Collections whose newest change it has not been told.")
    error: str | None = Field(description="Why it could not be told.")


class BreakerCloseIn(Asked):
    """Which circuit breaker to close."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"name": "embeddings:localhost:50051"}]})

    name: str = Field(max_length=500)


class BreakerClosedOut(Shape):
    name: str
    changed: bool = Field(description="False: nothing was held against it.")


class DaySpendOut(Shape):
    day: date = Field(description="UTC; the day on which the job was made.")
    definition: str | None = Field(description="Null: of instances that were pruned.")
    spent_usd: Money
    simulated_usd: Money = Field(description="What simulated answers would have cost.")


class DefinitionSpendOut(Shape):
    name: str
    budget_usd: Money | None = Field(description="What one instance may spend.")
    spent_30d_usd: Money
    simulated_30d_usd: Money
    last_instance_id: int | None
    last_spent_usd: Money | None = Field(description="What the newest instance has spent, simulated answers too.")


class BudgetOut(Shape):
    """What was spent, beside what may be spent."""

    days: list[DaySpendOut]
    limit_usd_per_day: Money | None = Field(description="The threshold of the checklist; it stops nothing.")
    definitions: list[DefinitionSpendOut]
