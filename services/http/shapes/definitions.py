"""Shapes of definitions, their versions, and what an edit would do."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import ConfigDict, Field, JsonValue

from engine.said import CostRemark, Edit
from services.http.shapes.common import (
    KEY,
    Asked,
    Dollars,
    IsNumber,
    JsonObject,
    Money,
    ProblemAt,
    Sentence,
    Shape,
    sentence_code,
)
from services.http.shapes.instances import PlannedOut, RetryRefusalOut

_EXAMPLE: dict[str, JsonValue] = {
    "name": "questions",
    "description": "Collects questions and loads them.",
    "steps": [
        {"key": "collect", "params": {"path": "questions.jsonl"}, "nextSteps": ["load"]},
        {"key": "load", "params": {"table": "question", "mode": "upsert", "keys": ["id"]}},
    ],
    "cron": "0 3 * * *",
}


class DefinitionIn(Asked):
    """A definition as people set it. What is left out has its default; `version` is the one that was edited."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"examples": [{**_EXAMPLE, "version": 3}]})

    name: str | None = Field(default=None, description="May be left out where the path has it.")
    steps: Any = Field(default=None, description="A list of steps; the reference of definitions describes them.")
    version: Annotated[int, IsNumber, Field(ge=0, le=2**31 - 1)] | None = Field(
        default=None,
        description="The version that was edited; 0: there is none yet. The header `If-Match` does the same.",
    )


class TextIn(Asked):
    """A definition as people write it in a file."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"text": "name: questions\nsteps: []\n"}]}
    )

    text: str = Field(max_length=1_000_000, description="YAML or JSON with one definition.")


class TextOut(Shape):
    text: str = Field(description="YAML; what equals the default is left out.")


class ParsedOut(Shape):
    definition: JsonObject = Field(description="As it is written: nothing of it is checked.")


class LastRun(Shape):
    """One bar of a sparkline."""

    id: int
    status: str
    duration: float | None = Field(description="Seconds, until now if it is not done; null: it has not begun.")
    created_at: datetime


class RestoreIn(Asked):
    """Which version to restore, and the one that stands as far as the editor knows."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"version": 1, "expected": 3}]})

    version: Annotated[int, IsNumber, Field(ge=1, le=2**31 - 1)]
    expected: Annotated[int, IsNumber, Field(ge=1, le=2**31 - 1)] | None = Field(
        default=None, description="The version that stands. The header `If-Match` does the same."
    )


class DefinitionSummary(Shape):
    name: str
    description: str
    version: int
    enabled: bool
    cron: str | None
    timezone: str
    edited_by: str
    client: str
    edited_at: datetime
    next_fire_at: datetime | None
    problem: str | None = Field(description="Why the cron cannot be used.")
    steps: int = Field(description="How many steps it has.")
    last_runs: list[LastRun] = Field(description="The newest 20 instances, the oldest of them first; no rehearsals.")
    running: int = Field(description="Instances that have not ended; no rehearsals.")
    spent_30d_usd: Money = Field(description="What jobs at providers have cost in the last 30 days.")
    simulated_30d_usd: Money = Field(description="What the simulated ones would have cost.")
    budget_usd: Money | None


class DefinitionOut(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [{**_EXAMPLE, "version": 3}]})

    name: str
    version: int | None = None
    description: str
    steps: list[JsonObject]
    cron: str | None
    timezone: str
    params_schema: JsonObject
    enabled: bool
    priority: int
    max_active: int | None
    misfire: str
    overlap: str
    budget_usd: Money | None


class RunnerOut(Shape):
    name: str
    version: str
    description: str
    rehearses: bool = Field(description="False: in a rehearsal its steps are left out.")
    params_schema: JsonObject = Field(
        description="A JSON Schema; texts are marked `x-sql`, `x-template`, `x-per-item` or `x-prompt`."
    )


class VersionSummary(Shape):
    version: int
    content_hash: str
    edited_by: str
    client: str
    edited_at: datetime


class ChangeOut(Sentence):
    code: str = sentence_code(Edit)
    path: str = Field(examples=["steps.load.params.table"])
    before: Any = None
    after: Any = None
    words: str = Field(description="The same as a sentence.", examples=["step load now waits for explain too"])


class Diff(Shape):
    name: str
    from_version: int
    to_version: int
    changes: list[ChangeOut]


class Checked(Shape):
    """Everything that is wrong with a definition; nothing was changed."""

    is_valid: bool
    problems: list[ProblemAt]


class ReuseOut(Shape):
    """What a retry of the newest instance that failed or was cancelled would do, if this were saved."""

    instance_id: int
    status: str
    steps: list[PlannedOut]
    refusal: RetryRefusalOut | None = Field(description="Why that retry would be refused.")


class CostRemarkOut(Sentence):
    code: str = sentence_code(CostRemark)
    words: str


class CostOut(Shape):
    """What an instance costs, by what the last ones have bought, and what it would cost."""

    before_usd: Money
    after_usd: Money
    is_simulated: bool = Field(description="Some of it is simulated money.")
    why: str
    remarks: list[CostRemarkOut] = Field(description="What `why` is made of.")


class Preview(Shape):
    """What a definition would do; nothing was changed."""

    name: str
    graph: dict[str, list[str]] = Field(examples=[{"collect": ["load"], "load": []}])
    mermaid: str
    next_fires: list[datetime]
    next_fires_before: list[datetime] = Field(description="Those of the definition that stands.")
    is_new: bool
    changes: list[ChangeOut]
    reuse: ReuseOut | None = Field(description="Null: no instance has failed or was cancelled.")
    cost: CostOut | None = Field(description="Null: no instance that succeeded has bought anything.")


class AppliedOut(Shape):
    name: str
    before: int = Field(description="The version before; 0: it is new.")
    version: int
    changed: bool


class RunIn(Asked):
    """What one definition is started with."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"params": {"limit": 10}}]})

    params: JsonObject = Field(default_factory=dict)
    budget_usd: Dollars | None = Field(
        default=None, description="What the instance may spend, at most what the definition allows; null: that."
    )


class BatchRunIn(Asked):
    """Which definitions to start: one by `name`, with params; or `all` that are enabled, without."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "questions", "params": {"limit": 10}}, {"all": True}]}
    )

    name: Annotated[str, Field(pattern=KEY)] | None = None
    params: JsonObject = Field(default_factory=dict)
    all: Annotated[bool, Field(strict=True)] = False


class StartedOut(Shape):
    definition: str
    instance_id: int
    is_new: bool = Field(description="False: the idempotency key was used before, and this is the instance it made.")


class NotStartedOut(Shape):
    definition: str
    problem: str
    hint: str | None


class BatchRunOut(Shape):
    started: list[StartedOut]
    refused: list[NotStartedOut]
