"""What an analyst may write in the params of a ``collect`` step. Knows shapes; what they lead to is read elsewhere."""

from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from definitions.models import Tolerate
from runners.base import BOUND_SQL, Params
from runners.selection import Strategy
from runners.sources.cells import CellType

SOURCES = ("sql", "path", "items")
_CSV_ONLY = ("delimiter", "header", "columns", "types")
_PATH_ONLY = ("format", "encoding", *_CSV_ONLY)

Text = Annotated[str, StringConstraints(min_length=1)]
FileFormat = Literal["csv", "jsonl", "json", "parquet"]


class Pick(Params):
    """Keep only some items of the source, chosen by a strategy that knows what earlier instances have used."""

    count: Annotated[int, Field(ge=1, le=1_000_000, description="How many items.")]
    strategy: Strategy
    key: Annotated[Text, Field(description="The column that identifies an item; its usage is counted by it.")]
    weight: Annotated[
        Text | None, Field(description="For weighted: the column with the weight, 0 or more; 0 is never picked.")
    ] = None
    seed: Annotated[
        int | None, Field(description="For random and weighted. By default the instance's id: a retry picks the same.")
    ] = None
    pool: Annotated[
        Text | None, Field(description='Whose usage counts; by default "<definition>.<step>". Steps may share one.')
    ] = None

    @model_validator(mode="after")
    def _weight_goes_with_weighted(self) -> Self:
        if (self.strategy is Strategy.WEIGHTED) != (self.weight is not None):
            raise ValueError("`weight` names the column of weights, for the strategy weighted and no other")
        return self


class CollectParams(Params):
    """Exactly one source, ``sql``, ``path`` or ``items``, and how to read it."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": [source]} for source in SOURCES]})

    sql: Annotated[
        Text | None,
        Field(
            json_schema_extra=BOUND_SQL, description="A select. Earlier steps' items are relations, values are :name."
        ),
    ] = None
    bind: Annotated[dict[str, Any], Field(description="Values for :name, beside the instance's params.")] = Field(
        default_factory=dict
    )
    path: Annotated[
        Text | None, Field(description="A file below the data folder, or a gs://, s3://, http:// or https:// address.")
    ] = None
    items: Annotated[
        list[Any] | None, Field(description='The items themselves; a value that is no object becomes {"value": ...}.')
    ] = None
    format: Annotated[FileFormat | None, Field(description="By default told from the path's suffix.")] = None
    encoding: Annotated[Text, Field(description="How a file's text is encoded.")] = "utf-8"
    delimiter: Annotated[
        str, StringConstraints(pattern=r'^[^"\r\n]$'), Field(description="What separates the cells of a CSV file.")
    ] = ","
    header: Annotated[bool, Field(description="Whether the first line of a CSV file has the names.")] = True
    columns: Annotated[list[Text] | None, Field(description="The names of a CSV file's columns.", min_length=1)] = None
    types: Annotated[dict[str, CellType], Field(description="Types of a CSV file's columns that are not text.")] = (
        Field(default_factory=dict)
    )
    tolerate: Annotated[
        Tolerate | None,
        Field(description="How many broken entries may be; either bound suffices. By default any number, but not all."),
    ] = None
    limit: Annotated[int | None, Field(ge=1, description="Read at most so many good items.")] = None
    pick: Annotated[Pick | None, Field(description="Keep only some of the items, chosen by a strategy.")] = None

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        given = [source for source in SOURCES if getattr(self, source) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one of sql, path and items; given: {', '.join(given) or 'none'}")
        self._refuse_unless("sql", ("bind",))
        self._refuse_unless("path", _PATH_ONLY)
        return self

    @model_validator(mode="after")
    def _csv_is_whole(self) -> Self:
        if not self.header and self.columns is None:
            raise ValueError("`header: false` needs the names of the columns in `columns`")
        if self.format not in (None, "csv"):
            self._refuse(_CSV_ONLY, f"format is {self.format}")
        return self

    def _refuse_unless(self, source: str, names: tuple[str, ...]) -> None:
        if getattr(self, source) is None:
            self._refuse(names, f"there is no `{source}`")

    def _refuse(self, names: tuple[str, ...], why: str) -> None:
        useless = [name for name in names if name in self.model_fields_set]
        if useless:
            raise ValueError(f"`{useless[0]}` means nothing here: {why}")
