"""What all shapes share: pages, problems, keys, and how times and money are written."""

import re
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Generic, Self, TypeVar

from fastapi import Path, Query
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, PlainSerializer

from engine.problem_words import ProblemCode, known_problem

LARGEST_ID = 2**53 - 1
"""Whole numbers beyond it are not exact in the JSON of most clients."""
KEY = r"^[a-z][a-z0-9_]{0,62}$"

T = TypeVar("T")


def _as_iso(given: object) -> object:
    """Refuse numbers: they would be taken for seconds since 1970."""
    if isinstance(given, str) and re.match(r"\d{4}-", given) is None:
        raise ValueError("must be a date with a time and a zone, as in 2026-11-21T09:30:00Z")
    return given


def _as_number(given: object) -> object:
    """Refuse what would be taken for a number without being one: false is 0, and 0 means something."""
    if isinstance(given, bool | str):
        raise ValueError("must be a number")  # noqa: TRY004 - pydantic tells ValueErrors of a validator
    return given


def _as_amount(given: object) -> object:
    if isinstance(given, bool):
        raise ValueError("must be a number of dollars")  # noqa: TRY004 - pydantic tells ValueErrors of a validator
    return given


JsonObject = dict[str, Any]
InstanceId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="The id of an instance.", examples=[7])]
StepKey = Annotated[str, Path(pattern=KEY, description="The key of a step.", examples=["load"])]
Name = Annotated[str, Path(pattern=KEY, description="The name of a definition.", examples=["questions"])]
Version = Annotated[int, Path(ge=1, le=2**31 - 1, description="The number of a version.", examples=[2])]
Limit = Annotated[int, Query(ge=1, le=1000, description="How many at most.")]
Before = Annotated[int | None, Query(ge=1, le=LARGEST_ID, description="Only ids below: `next` of the page before.")]
After = Annotated[str | None, Query(max_length=120, description="`next` of the page before.")]
IsNumber = BeforeValidator(_as_number)
Moment = Annotated[AwareDatetime, BeforeValidator(_as_iso)]
Seconds = Annotated[timedelta, PlainSerializer(lambda span: span.total_seconds(), return_type=float)]
Dollars = Annotated[Decimal, BeforeValidator(_as_amount), Field(ge=0, lt=100_000_000, decimal_places=4)]
"""Money that is given: a number, or the text that ``Money`` is."""
Money = Annotated[Decimal, PlainSerializer(str, return_type=str)]


class Shape(BaseModel):
    """What the API gives. Extra columns of a row are left out."""

    model_config = ConfigDict(extra="ignore", from_attributes=True)


class Sentence(Shape):
    """Something that is said; its ``code``, which every kind of sentence lists by itself, and what the code names."""

    values: JsonObject = Field(description="What the sentence of this `code` names; what there is not is left out.")


def sentence_code(codes: type[StrEnum]) -> Any:
    """Return the field ``code``: the document lists the codes, and one that a newer database sends passes."""
    listed: list[JsonValue] = [code.value for code in codes]
    return Field(
        description="Which sentence it is, for who says it in another language.", json_schema_extra={"enum": listed}
    )


class Asked(BaseModel):
    """What the API takes: what it does not know is refused, not ignored."""

    model_config = ConfigDict(extra="forbid")


class Page(Shape, Generic[T]):
    """A part of a list. ``next`` asks for the following part; null: this is the last."""

    data: Sequence[T]
    next: str | None = None


class ProblemSaid(Sentence):
    code: str = sentence_code(ProblemCode)


def _without_default(schema: dict[str, Any]) -> None:
    """What has a default is there in every answer, for who makes types of the document; a refusal leaves it out."""
    schema.pop("default", None)


class ProblemAt(Shape):
    """One thing wrong, and where."""

    path: str = Field(examples=["steps[3].nextSteps[0]"])
    message: str = Field(examples=['unknown step "lod" (did you mean "load"?)'])
    said: ProblemSaid | None = Field(
        default=None,
        description="Null, or left out: the message alone says it.",
        json_schema_extra=_without_default,
    )

    @classmethod
    def at(cls, path: str, message: str) -> Self:
        """Return a problem with the code of its sentence, if that is known."""
        found = known_problem(message)
        said = None if found is None else ProblemSaid(code=found.code, values=dict(found.values))
        return cls(path=path, message=message, said=said)


class Problem(Shape):
    """RFC 9457: what went wrong, and what to do."""

    type: str = "about:blank"
    title: str = Field(examples=["The values are not right"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["definition 'questions' has 1 problem(s):"])
    sqlstate: str | None = Field(default=None, examples=["BD001"])
    hint: str | None = None
    problems: list[ProblemAt] | None = None
