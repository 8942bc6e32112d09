"""Shapes of one instance seen closely: when its attempts ran, a step in full, why items failed, what was asked."""

from datetime import datetime
from typing import Any

from pydantic import Field

from engine.said import Happening
from services.http.shapes.common import JsonObject, Money, Sentence, Shape, sentence_code
from services.http.shapes.instances import ItemOut, ResultOut, StepOut
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


class InputsOut(Shape):
    """The params of a step with their templates rendered; what is rendered for each item is left as it is."""

    params: JsonObject | None
    problem: str | None = Field(description="Why they cannot be rendered: a parent may not have ended.")


class StepDetailOut(Shape):
    """A step in full."""

    step: StepOut
    definition: JsonObject | None = Field(description="The step as the version of the instance has it.")
    inputs: InputsOut
    parents: list[ParentOut]
    results: list[ResultOut] = Field(description="Of the last ten attempts, the newest first.")
    spend: list[SpendOut]
    items: ItemCounts
    pace: PaceOut


class FailureOut(Shape):
    """Failed items whose errors are of one kind."""

    reason: str = Field(description="What their errors have in common: quoted values are left out, numbers are `#`.")
    items: int
    example_shard: int
    example_seq: int
    example_error: str | None
    kind: str | None = Field(alias="class", description="Why a provider's answer was no use, as `not_json`.")


class CallOut(Shape):
    """What a provider was asked for an item, and what came back."""

    provider: str
    model: str
    mode: str
    is_simulated: bool
    number: int = Field(alias="try")
    state: str
    system: str | None
    prompt: str
    raw_answer: str | None
    finish: str | None = Field(description="Why the model stopped; only `stop` is good.")
    parsed: Any = Field(description="What the step makes of the answer; null: it cannot use it.")
    reason: str | None
    problem: str | None
    input_tokens: int | None
    output_tokens: int | None
    cost_usd: Money | None
    asked_at: datetime
    answered_at: datetime | None


class ItemDetailOut(ItemOut):
    """An item in full."""

    calls: list[CallOut] = Field(description="The last 50. None: its answer was recalled, or nobody was asked.")


class EventOut(Sentence):
    """Something that happened to an instance."""

    at: datetime
    step_key: str | None
    shard: int | None
    attempt: int
    level: str = Field(description="info, warning or error")
    event: str = Field(examples=["step.failed"])
    code: str = sentence_code(Happening)
    words: str
