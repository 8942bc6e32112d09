"""Shapes of dead letters, prompts, money, the queue, monitoring, tokens and the audit log."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from engine.access import Role
from services.http.shapes.common import LARGEST_ID, Asked, IsNumber, JsonObject, Money, Shape


class LetterState(StrEnum):
    DEAD = "dead"
    REQUEUED = "requeued"
    RESOLVED = "resolved"


class LetterOut(Shape):
    id: int
    batch_instance_id: int | None
    step_key: str
    source: str
    payload: Any
    reason: str
    state: str
    created_at: datetime
    updated_at: datetime


class LetterSummary(Shape):
    """Dead letters of one source and step whose reasons are of one kind."""

    source: str
    step_key: str
    reason: str = Field(description="What their reasons have in common: quoted values are left out, numbers are `#`.")
    dead: int
    requeued: int
    example_id: int
    newest_at: datetime


class RequeueIn(Asked):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"ids": [12, 13]}]})

    ids: Annotated[list[Annotated[int, IsNumber, Field(ge=1, le=LARGEST_ID)]], Field(min_length=1, max_length=10_000)]


class RequeueOut(Shape):
    requeued: list[int]
    left_alone: list[int] = Field(description="Ids that are not dead letters, or not dead any more.")


class PromptIn(Asked):
    """A prompt as people set it; `version` is the one that was edited, 0: there is none yet."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"body": "Explain {{ item.question }}", "system": "Be brief.", "version": 3}]},
    )

    body: str
    system: str | None = None
    description: str = ""
    response_schema: JsonObject | None = None
    version: Annotated[int, IsNumber, Field(ge=0, le=2**31 - 1)] | None = None


class PromptOut(Shape):
    key: str
    description: str = ""
    system: str | None
    body: str
    response_schema: JsonObject | None
    version: int
    edited_by: str
    client: str
    edited_at: datetime


class PromptSummary(Shape):
    key: str
    version: int
    description: str
    edited_by: str
    client: str
    edited_at: datetime
    used_by: list[str]


class PromptVersion(Shape):
    version: int
    edited_by: str
    client: str
    edited_at: datetime


class SpendOut(Shape):
    step_key: str
    provider: str
    model: str
    mode: str
    is_simulated: bool
    jobs: int
    requests: int | None
    succeeded: int | None
    failed: int | None
    dead: int | None
    lost_replies: int | None
    input_tokens: int | None
    output_tokens: int | None
    spent_usd: Money | None
    reserved_usd: Money | None


class QueueOut(Shape):
    due: int = Field(description="Steps that any worker may take now.")
    later: int = Field(description="Steps that wait to be tried again, or for something outside.")
    oldest_due_at: datetime | None
    running: int
    oldest_started_at: datetime | None
    workers: int
    overdue: int = Field(description="Running steps whose worker has not renewed its lease in time.")
    pending_instances: int
    running_instances: int


class RestartOut(Shape):
    hurried: int = Field(description="Steps that waited to be tried again, and are due now.")


class Check(Shape):
    """One question of the operator's checklist."""

    name: str
    question: str
    ok: bool
    value: float
    limit: float | None
    words: str
    figures: dict[str, float] = Field(description="What `words` names: to say it in another language.")


class Monitoring(Shape):
    ok: bool
    checks: list[Check]


class TokenIn(Asked):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"name": "grafana", "role": "viewer"}]})

    name: Annotated[str, Field(min_length=1, max_length=100)]
    role: Role
    days: Annotated[float, IsNumber, Field(gt=0, le=3650)] | None = None


class TokenOut(Shape):
    id: int
    name: str
    role: Role
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class SecretOut(Shape):
    """A new token. Its secret is shown here, and never again."""

    id: int
    secret: str
    expires_at: datetime | None


class LinkOut(Shape):
    path: str = Field(description="Opened in a browser it signs in there, once.", examples=["/login?code=bd_9_..."])
    expires_at: datetime


class Me(Shape):
    name: str
    role: Role


class AuditOut(Shape):
    id: int
    at: datetime
    actor: str
    token_id: int
    role: str
    client: str
    action: str
    subject: str
    before: Any
    after: Any
    outcome: str
    error: str | None
