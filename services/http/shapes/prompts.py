"""Shapes of drafts of prompts, and what they would say."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from services.http.shapes.common import KEY, Asked, IsNumber, Shape


class PromptPreviewIn(Asked):
    """A draft, and whose rows it is shown on: a step's, or the uploaded questions where no definition is named."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"body": "Explain {{ item.question }}", "system": "Be brief.", "items": 2}]},
    )

    body: str
    system: str | None = None
    definition: Annotated[str, Field(pattern=KEY)] | None = None
    step: Annotated[str, Field(pattern=KEY)] | None = Field(
        default=None, description="Default: the first step of the definition that asks for anything."
    )
    items: Annotated[int, IsNumber, Field(ge=1, le=20)] = Field(default=3, description="How many rows.")


class PromptRow(Shape):
    """One row, and the whole of what would be sent for it."""

    item: Any
    system: str | None
    prompt: str | None
    tokens: int = Field(description="About so many, without the schema of the answer.")
    problem: str | None = Field(description="Why it cannot be rendered.")


class PromptPreviewOut(Shape):
    instance_id: int | None = Field(description="Whose items these are; null: rows of the table of questions.")
    step: str | None
    why_none: str | None = Field(description="Why there are no rows, and what to do.")
    rows: list[PromptRow]
