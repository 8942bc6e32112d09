"""Shapes of rehearsals: what one is asked for, and what it says of the real run."""

from typing import Annotated

from fastapi import Path
from pydantic import ConfigDict, Field, field_validator

from engine.said import AnswerLength, RehearsalRemark, Takes
from services.http.shapes.common import (
    KEY,
    LARGEST_ID,
    Asked,
    IsNumber,
    JsonObject,
    Money,
    Sentence,
    Shape,
    sentence_code,
)
from services.http.shapes.definitions import DefinitionIn

RehearsalId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="The id of a rehearsal.", examples=[8])]


class RehearseIn(Asked):
    """How to rehearse: everything, or one `step` on what the instance `using` has made; as it is saved, or a draft."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"sample": 20}, {"step": "load", "using": 7}]}
    )

    definition: DefinitionIn | None = Field(
        default=None, description="An edit that is not saved, whole, to rehearse in place of what is: for editors."
    )

    params: JsonObject | None = Field(default=None, description="Of one step: default those of `using`.")
    sample: Annotated[int, IsNumber, Field(ge=1, le=2**31 - 1)] | None = Field(
        default=None, description="Ask for, and try to load, at most so many items of each step."
    )
    step: Annotated[str, Field(pattern=KEY)] | None = Field(default=None, description="Only this step.")
    using: Annotated[int, IsNumber, Field(ge=1, le=LARGEST_ID)] | None = Field(
        default=None, description="With step: the instance whose results and items are its input."
    )


class RehearsingOut(Shape):
    instance_id: int


class RemarkOut(Sentence):
    step: str | None = Field(description="Null: of the whole.")
    code: str = sentence_code(RehearsalRemark)
    message: str


class TakesOut(Sentence):
    code: str = sentence_code(Takes)
    words: str = Field(examples=["about 3 min, as the last 5 jobs"])


class AnswerLengthOut(Sentence):
    code: str = sentence_code(AnswerLength)
    words: str = Field(examples=["the simulated answers"])


class ReasonOut(Shape):
    reason: str
    items: int
    example: str | None


class ExampleOut(Shape):
    system: str | None
    prompt: str
    answer: str | None = Field(description="Made up.")
    error: str | None


class PromptUsed(Shape):
    key: str
    version: int


class AskingOut(Shape):
    """What a step would ask in earnest, of all items; `asked` and `accepted` are of the rehearsal."""

    provider: str
    model: str
    mode: str
    prompt: PromptUsed | None
    asked: int
    accepted: int
    rejected: int
    reasons: list[ReasonOut] = Field(description="Why made-up answers could not be used.")
    requests: int
    bought_before: int
    input_tokens: int
    output_tokens: int
    output_tokens_as: AnswerLengthOut = Field(description="By what the length of an answer is known.")
    about_usd: Money
    at_most_usd: Money
    price_is_upper_bound: bool
    seconds: float | None
    duration: TakesOut
    examples: list[ExampleOut]

    @field_validator("prompt", mode="before")
    @classmethod
    def _named(cls, given: tuple[str, int] | None) -> dict[str, object] | None:
        return None if given is None else {"key": given[0], "version": given[1]}


class LoadingColumn(Shape):
    column: str
    field: str
    type: str


class LoadingOut(Shape):
    """What a load would write, and what became of the rows that were tried."""

    table: str
    mode: str
    creates: bool
    rows: int
    tried: int
    inserted: int
    updated: int
    unchanged: int
    superseded: int
    refused: int
    reasons: list[str]
    columns: list[LoadingColumn]


class RehearsedStep(Shape):
    key: str
    runner: str
    state: str
    items: int
    failed: int
    scale: float = Field(description="How many items of the real run one item stands for.")
    asking: AskingOut | None
    loading: LoadingOut | None


class RehearsalOut(Shape):
    """What a rehearsal says of the real run; until `is_done`, what it says so far."""

    instance_id: int
    definition: str
    version: int = Field(description="Of a draft: the one that stood when it was rehearsed.")
    is_draft: bool = Field(description="It is an edit that was not saved.")
    status: str
    is_done: bool
    sample: int | None
    step: str | None
    using: int | None
    about_usd: Money
    at_most_usd: Money
    budget_usd: Money | None
    problems: list[RemarkOut]
    notes: list[RemarkOut]
    steps: list[RehearsedStep]
