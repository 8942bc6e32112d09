"""What all shapes share: pages, problems, keys, and how times and money are written."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

BIGINT = 2**63 - 1
KEY = r"^[a-z][a-z0-9_]{0,62}$"

T = TypeVar("T")

JsonObject = dict[str, Any]
InstanceId = Annotated[int, Path(ge=1, le=BIGINT, description="The id of an instance.", examples=[7])]
StepKey = Annotated[str, Path(pattern=KEY, description="The key of a step.", examples=["load"])]
Name = Annotated[str, Path(pattern=KEY, description="The name of a definition.", examples=["questions"])]
Version = Annotated[int, Path(ge=1, le=2**31 - 1, description="The number of a version.", examples=[2])]
Limit = Annotated[int, Query(ge=1, le=1000, description="How many at most.")]
Before = Annotated[int | None, Query(ge=1, le=BIGINT, description="Only ids below this: `next` of the page before.")]
Seconds = Annotated[timedelta, PlainSerializer(lambda span: span.total_seconds(), return_type=float)]
Money = Annotated[Decimal, PlainSerializer(str, return_type=str)]


class Shape(BaseModel):
    """What the API gives. Extra columns of a row are left out."""

    model_config = ConfigDict(extra="ignore", from_attributes=True)


class Asked(BaseModel):
    """What the API takes: what it does not know is refused, not ignored."""

    model_config = ConfigDict(extra="forbid")


class Page(Shape, Generic[T]):
    """A part of a list. ``next`` asks for the following part; null: this is the last."""

    data: Sequence[T]
    next: str | None = None


class ProblemAt(Shape):
    """One thing wrong, and where."""

    path: str = Field(examples=["steps[3].nextSteps[0]"])
    message: str = Field(examples=['unknown step "lod" (did you mean "load"?)'])


class Problem(Shape):
    """RFC 9457: what went wrong, and what to do."""

    type: str = "about:blank"
    title: str = Field(examples=["The values are not right"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["definition 'questions' has 1 problem(s):"])
    sqlstate: str | None = Field(default=None, examples=["BD001"])
    hint: str | None = None
    problems: list[ProblemAt] | None = None


def page(rows: Sequence[T], *, limit: int, key: str | None) -> Page[T]:
    """Return rows as a page; ``key`` is the last row's, and counts only if the page is full."""
    return Page(data=rows, next=key if len(rows) == limit else None)


def mark(*parts: Any) -> str:
    """Return a key of several parts as ``next`` carries it."""
    return ":".join(map(str, parts))
