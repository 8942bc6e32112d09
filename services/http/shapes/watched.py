"""Shapes of what is watched over time: the calendar of crons, passes and collections of embeddings."""

from datetime import datetime

from pydantic import Field

from engine.said import FireReason
from services.http.shapes.common import JsonObject, Page, Seconds, Sentence, Shape, sentence_code


class FireReasonOut(Sentence):
    code: str = sentence_code(FireReason)
    words: str


Why = Field(description="`reason` by its code; null: there is none, or it is the error of a start.")


class FireOut(Shape):
    """An instant that was due, and what became of it."""

    definition: str
    fire_at: datetime
    outcome: str = Field(description="fired, missed, skipped_overlap or failed_to_start")
    reason: str | None
    why: FireReasonOut | None = Why
    late: Seconds = Field(description="Seconds from the instant to the decision.")
    instance_id: int | None
    status: str | None


class UpcomingOut(Shape):
    """An instant that comes."""

    definition: str
    fire_at: datetime
    is_due: bool = Field(description="Its time is past, and no scheduler has looked since.")
    reason: str | None
    why: FireReasonOut | None = Why


class UnusableCron(Shape):
    """A cron that never fires as it is."""

    definition: str
    problem: str


class Calendar(Page[FireOut]):
    """What became of instants, and what comes next: five instants of each cron."""

    upcoming: list[UpcomingOut]
    problems: list[UnusableCron]


class PassOut(Shape):
    """One walk over a source of embeddings into one table."""

    stream: str
    collection: str
    source: str
    instance_id: int
    step_key: str
    number: int = Field(description="How often this source has been walked.")
    version: str
    mode: str
    stage: str = Field(description="loading; loaded: the index and the swap are left; done")
    rows: int
    done: int
    inserted: int
    updated: int
    unchanged: int
    dead: int
    parts: int
    parts_done: int
    rate: float | None = Field(description="Rows per second since the step that walks it first began.")
    checkpoint: list[JsonObject] = Field(description="By part: up to which place it is done.")
    updated_at: datetime


class CollectionOut(Shape):
    """A collection of embeddings that readers serve."""

    name: str
    description: str
    enabled: bool
    rows_table: str
    embeddings_table: str
    type: str | None
    model: str | None
    dimensions: int | None
    rows: int | None
    is_estimate: bool = Field(description="More than 100,000 rows are not counted, but estimated.")
    generation: int | None = Field(description="How often it has changed.")
    changed_at: datetime | None
    index_name: str | None
    index_method: str | None
    index_is_valid: bool | None
