"""Shapes of uploads and of how explanations stand. Every answer is ``{"success": true, "data": ...}``."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Generic, Literal, TypeVar

from fastapi import Path
from pydantic import Field

from services.http.shapes.common import Sentence, Shape, sentence_code

T = TypeVar("T")

SetId = Annotated[
    str,
    Path(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$",
        description="The id of a set, as you choose it: letters, digits, - and _.",
        examples=["2026-spring"],
    ),
]
QuestionId = Annotated[
    str,
    Path(pattern=r"^[0-9a-f]{32}$", description="The id of a question.", examples=["0cc175b9c0f1b6a831c399e269772661"]),
]


class ExplanationState(StrEnum):
    PENDING = "pending"
    GENERATING = "generating"
    COMPLETED = "completed"
    FAILED = "failed"


class Data(Shape, Generic[T]):
    """What went well. What did not is a problem (RFC 9457), with another status."""

    success: Literal[True] = True
    data: T


class LineReason(StrEnum):
    """What is wrong with a line of an upload; ``other``: the reason alone says it."""

    MISSING = "missing"
    EMPTY = "empty"
    LOST_CHARACTER = "lost_character"
    CHOICES = "choices"
    ANSWER_IS_NO_CHOICE = "answer_is_no_choice"
    ANSWER_IS_WRONG = "answer_is_wrong"
    FORMULA = "formula"
    GIVEN_TWICE = "given_twice"
    NOT_TEXT = "not_text"
    OPEN_QUOTE = "open_quote"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    NO_NUMBER = "no_number"
    NO_TEXT = "no_text"
    NO_LIST = "no_list"
    NONE_OF = "none_of"
    BELOW = "below"
    ABOVE = "above"
    UNKNOWN_COLUMN = "unknown_column"
    UNKNOWN_CODE = "unknown_code"
    OTHER = "other"


class LineProblem(Sentence):
    """One thing wrong with an upload: ``line`` is that of a CSV file, or the number of an element of a JSON list."""

    line: int = Field(examples=[3])
    column: str | None = Field(examples=["answer"], description="Null: it is about the whole line.")
    code: str = sentence_code(LineReason)
    reason: str = Field(examples=["is none of the choices"])

    @classmethod
    def of(cls, line: int, code: LineReason, reason: str, *, column: str | None = None, **values: Any) -> "LineProblem":
        return cls(line=line, column=column, code=code, reason=reason, values=values)


class JobOut(Shape):
    """An instance that explains, or will."""

    instance_id: int
    definition: str
    status: str = Field(examples=["pending"])
    created_at: datetime
    started_at: datetime | None


class QueueStatus(Shape):
    """How many questions of a set are in each state."""

    total: int
    pending: int
    generating: int
    completed: int
    failed: int


class QueueStatusOut(Shape):
    set_id: str
    queue_status: QueueStatus = Field(serialization_alias="queueStatus")
    background_jobs: Sequence[JobOut] = Field(serialization_alias="backgroundJobs")


class EndedOut(Shape):
    """An instance that explained, and has ended."""

    instance_id: int
    definition: str
    status: str = Field(examples=["failed"])
    finished_at: datetime | None
    error: str | None = Field(description="Why it failed, in its own words or those of its first failed step.")


class SetQueueOut(QueueStatusOut):
    last_ended: EndedOut | None = Field(description="The newest of those that ended: why questions may still wait.")


class UploadOut(QueueStatusOut):
    """What became of an upload. ``received`` is the sum of ``saved``, ``duplicates`` and ``refused``."""

    received: int
    saved: int
    duplicates: int = Field(description="Questions that the set had already, by their text and language.")
    duplicate_lines: Sequence[int] = Field(description="Their lines, at most 1,000.")
    refused: int
    problems: Sequence[LineProblem] = Field(description="What is wrong with the refused lines, at most 1,000.")
    encoding: str = Field(examples=["utf-8"], description="How the text was read.")
    ignored_columns: Sequence[str] = Field(description="Columns that nothing is known about.")
    is_replay: bool = Field(default=False, description="True: the answer that this Idempotency-Key had before.")


class CheckOut(Shape):
    """What would become of an upload. ``received`` is the sum of ``good``, ``duplicates`` and ``refused``."""

    set_id: str
    received: int
    good: int = Field(description="Questions that would be saved.")
    duplicates: int = Field(description="Questions that the set has already, by their text and language.")
    duplicate_lines: Sequence[int] = Field(description="Their lines, at most 1,000.")
    refused: int
    problems: Sequence[LineProblem] = Field(description="What is wrong with the refused lines, at most 1,000.")
    encoding: str = Field(examples=["utf-8"], description="How the text was read.")
    ignored_columns: Sequence[str] = Field(description="Columns that nothing is known about.")


class SetOut(QueueStatus):
    """A set of questions, and how it stands."""

    id: str
    definition: str = Field(description="What explains it.")
    created_at: datetime
    jobs: int = Field(description="Instances that explain it, or will.")


class RetriedOut(QueueStatusOut):
    """What is asked anew."""

    retried: int = Field(description="Questions that had failed. Each stays `failed` until it is asked.")


class StatusOut(Shape):
    """How the explanation of a question stands."""

    id: str
    set_id: str | None
    question: str
    status: ExplanationState
    generated_at: datetime | None
    error: str | None = Field(description="Why it failed, in at most 500 characters.")
    explanation: str | None = Field(description="Null until it is completed.")


class QuestionOut(StatusOut):
    """A question in full. ``question`` is whole here; where it is one of many, it has at most 200 characters."""

    language: str
    subject: str | None
    question_type: str | None
    level: int | None
    difficulty: str | None
    passage: str | None
    choices: Sequence[str]
    answer: str
    wrong_answers: Sequence[str]
    priority: int
    created_at: datetime


class SetStatusOut(Shape):
    set_id: str
    summary: QueueStatus
    questions: Sequence[StatusOut]
    next: str | None = None


class RestartedOut(Shape):
    hurried: int = Field(description="Steps that waited to be tried again, and are due now.")
    background_jobs: Sequence[JobOut] = Field(serialization_alias="backgroundJobs", description="Started by this.")
