"""What an analyst may write under ``params`` of a load step. Knows no table: whether columns exist is found later."""

from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt, StrictStr, field_validator, model_validator

from definitions.models import Tolerate
from definitions.tables import table_problem
from definitions.templates import is_template
from runners.base import TABLE, Params

Name = Annotated[StrictStr, Field(min_length=1)]


class LoadParams(Params):
    """The params of ``load``."""

    table: Name = Field(
        json_schema_extra=TABLE, description='"schema.table" or "table" (in the first schema that load may write to).'
    )
    columns: dict[Name, Name] | list[Name] | None = Field(
        default=None,
        description="Column of the table → field of the items, or a list of names that are the same in both. "
        "Default: every column that a field is named like.",
    )
    mode: Literal["insert", "upsert", "replace"] = Field(
        default="insert",
        description="insert adds; upsert updates rows with the same keys; replace swaps all rows in one transaction.",
    )
    keys: list[Name] = Field(
        default_factory=list, description="The columns of a unique index: which row an upsert updates."
    )
    chunk: StrictInt = Field(default=5000, ge=1, le=100_000, description="Items in one transaction.")
    tolerate: Tolerate = Field(
        default=Tolerate(), description="How many rows the table may refuse: they go to dead_letter, the step succeeds."
    )
    create: StrictBool = Field(
        default=False, description="Create the table if it is missing, with the items' columns and keys as primary key."
    )

    @field_validator("table")
    @classmethod
    def _may_be_written(cls, table: str) -> str:
        """A name that no template makes is refused when it is written, not in the night."""
        if not is_template(table) and (problem := table_problem(table)):
            raise ValueError(problem)
        return table

    @model_validator(mode="after")
    def _keys_fit_mode(self) -> "LoadParams":
        if self.mode == "upsert" and not self.keys:
            raise ValueError("mode upsert needs keys: the columns of a unique index of the table")
        if self.mode != "upsert" and self.keys and not self.create:
            raise ValueError(f"keys are for mode upsert (or with create: true); the mode is {self.mode}")
        return self

    @property
    def upsert_keys(self) -> list[str]:
        """The keys that say which row to update; none in the other modes."""
        return self.keys if self.mode == "upsert" else []
