"""Shapes of one instance seen closely: when its attempts ran, a step in full, why items failed, what was asked."""

from datetime import datetime

from pydantic import Field

from services.http.shapes.common import JsonObject, Money, Shape
from services.http.shapes.instances import ResultOut, StepOut
from services.http.shapes.operation import SpendOut


class ShardsOut(Shape):
    total: int
    done: int
    failed: int
    started_at: datetime | None
    finished_at: datetime | None


class AttemptOut(Shape):
    """One attempt, or what a step does now: a bar of a chart, and the wait before it."""

    step_key: str
    shard: int
    attempt: int = Field(description="Of what waits for a worker: the attempt that it waits for. 0: it never ran.")
    state: str
    reason: str | None
    queued_at: datetime | None = Field(description="From when on it could have begun.")
    due_at: datetime | None = Field(description="Of a ready step: not before.")
    started_at: datetime | None = Field(description="Of its last claim: who was snoozed begins again.")
    finished_at: datetime | None
    worker: str | None
    error: str | None
    shards: ShardsOut | None = Field(description="Of a parallel step: its shards, together.")


class ParentOut(Shape):
    key: str
    state: str


class ItemCounts(Shape):
    pending: int
    succeeded: int
    failed: int
    dead: int
    tokens: int
    cost_usd: Money
    is_complete: bool = Field(description="False: only the first 100,000 are counted.")


class PaceOut(Shape):
    done: int | None
    total: int | None
    rate: float | None = Field(description="Items per second since the step began them.")
    eta_at: datetime | None


class StepDetailOut(Shape):
    """A step in full."""

    step: StepOut
    definition: JsonObject | None = Field(description="The step as the version of the instance has it.")
    parents: list[ParentOut]
    results: list[ResultOut] = Field(description="Of the last ten attempts, the newest first.")
    spend: list[SpendOut]
    items: ItemCounts
    pace: PaceOut
