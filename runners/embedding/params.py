"""What an analyst may write under ``params`` of an embed step. Knows no table and no server."""

from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt, StrictStr, model_validator

from definitions.models import Tolerate
from runners.base import PER_ITEM, TABLE, Params, one_of

Name = Annotated[StrictStr, Field(min_length=1)]
ColumnType = Literal["text", "bigint", "double precision", "numeric", "boolean", "date", "timestamptz", "jsonb"]
SecretOfEmbeddings = Annotated[StrictStr, Field(pattern=r"^secret://[Ee][Mm][Bb][Ee][Dd][A-Za-z0-9_-]*$")]
"""Only secrets that are meant for embedding servers: whoever edits a definition also chooses who is sent the token."""


class ServerParams(Params):
    """An embedding server, and how it is reached."""

    address: Name = Field(description='"host:port" of a server of protos/embedding_stream.proto.')
    token: SecretOfEmbeddings | None = Field(
        default=None, description="secret://NAME of the token; the name must begin with EMBED."
    )
    tls: Literal["auto", "on", "off"] = Field(default="auto", description="auto: on, but for this machine's loopback.")
    ca: SecretOfEmbeddings | None = Field(
        default=None, description="secret://NAME of the certificates to trust, as PEM; default: those of the system."
    )
    certificate_name: Name | None = Field(default=None, description="The name in its certificate, if not the host's.")
    max_message_mb: StrictInt = Field(default=100, ge=1, le=1024, description="The largest message that is taken.")


class StreamParams(ServerParams):
    """A data set of an embedding server."""

    data_set: Name = Field(description="Its name at the server.")
    version: Name | None = Field(default=None, description="Load this version only; default: the one that there is.")


class ModelParams(Params):
    """A provider that is asked for the vectors of items."""

    provider: Name = Field(default="simulated", description="openai, gemini, vertex or simulated.")
    model: Name = Field(description="The embedding model, as the provider names it.")
    dimensions: StrictInt | None = Field(default=None, ge=1, le=16_000, description="Default: the model's own.")
    concurrency: StrictInt = Field(default=8, ge=1, le=200, description="Calls at once, at most.")
    max_tries: StrictInt = Field(default=3, ge=1, le=10, description="How often one item is asked for.")
    unknown_price: Literal["refuse", "free"] = Field(
        default="refuse", description="What to do where no price is known: refuse, or count it as free."
    )


class ItemsParams(Params):
    """The items of the steps before, and whom to ask for their vectors: a provider or an embedding server."""

    text: Annotated[StrictStr, Field(min_length=1, json_schema_extra=PER_ITEM)] = Field(
        description="A template that gives the text to embed, such as {{ item.title }}."
    )
    id: Name = Field(default="id", description="The field that identifies an item.")
    keep: list[Name] | None = Field(default=None, description="The fields that are metadata; default: all.")
    by: ModelParams | None = Field(default=None, description="The provider that is asked.")
    server: ServerParams | None = Field(default=None, description="The embedding server that is asked.")
    model: StrictStr = Field(default="", description="With server: its model; default: its own.")
    dimensions: StrictInt = Field(default=0, ge=0, le=16_000, description="With server: 0 is the model's own.")

    @model_validator(mode="after")
    def _one_maker(self) -> "ItemsParams":
        if (self.by is None) == (self.server is None):
            raise ValueError("items need either by (a provider) or server (an embedding server), not both")
        if self.by is not None and (self.model or self.dimensions):
            raise ValueError("model and dimensions belong into by; beside it they are for a server")
        return self


class IndexParams(Params):
    """The index for similarity search."""

    method: Literal["hnsw", "none"] = Field(default="hnsw", description="none: searches read every row.")
    distance: Literal["cosine", "l2", "inner_product"] = Field(
        default="cosine", description="How near two vectors are; the one that the model was made for."
    )
    m: StrictInt = Field(default=16, ge=2, le=100, description="Links of each vector.")
    ef_construction: StrictInt = Field(default=64, ge=4, le=1000, description="At least twice m.")
    workers: StrictInt = Field(default=2, ge=0, le=64, description="Parallel workers of the build.")
    memory_mb: StrictInt = Field(default=1024, ge=64, le=1_000_000, description="What the build may use, at most.")

    @model_validator(mode="after")
    def _is_wide_enough(self) -> "IndexParams":
        if self.ef_construction < 2 * self.m:
            raise ValueError(f"efConstruction must be at least twice m, that is {2 * self.m}")
        return self


class ChunkParams(Params):
    """How much is written in one transaction."""

    least: StrictInt = Field(default=100, ge=1, le=10_000, description="Rows, however slow it is.")
    most: StrictInt = Field(default=500, ge=1, le=10_000, description="Rows, however fast it is.")
    seconds: float = Field(default=1.0, gt=0, le=300, description="Longer than this makes the next chunk smaller.")
    max_mb: StrictInt = Field(default=16, ge=1, le=256, description="A chunk has fewer rows if they are larger.")

    @model_validator(mode="after")
    def _is_a_range(self) -> "ChunkParams":
        if self.least > self.most:
            raise ValueError(f"least is {self.least}, more than most, which is {self.most}")
        return self


class BreakerParams(Params):
    """When a server is left alone for a while. What is seen is shared by all workers."""

    failures: StrictInt = Field(default=5, ge=1, le=100, description="So many in a row, and nobody calls it any more.")
    cooldown_seconds: float = Field(default=30, gt=0, le=3600, description="Then one worker tries; doubled each time.")
    give_up_hours: float = Field(default=24, gt=0, le=744, description="Down for longer than this, the step fails.")


class EmbedParams(Params):
    """The params of ``embed``."""

    model_config = one_of("stream", "items")

    stream: StreamParams | None = Field(default=None, description="Load a data set of an embedding server.")
    items: ItemsParams | None = Field(default=None, description="Or the items of the steps before, embedded.")
    table: Name = Field(
        json_schema_extra=TABLE, description="The table of what the vectors are of: an id and its metadata."
    )
    key: Name = Field(default="id", description="Its key column, of type text.")
    columns: dict[Name, Name] | list[Name] | None = Field(
        default=None,
        description="Column of the table → field of the metadata, or a list of names that are the same in both. "
        "Default: the whole metadata goes into the column metadata.",
    )
    types: dict[Name, ColumnType] = Field(default_factory=dict, description="With create: column → type; else text.")
    embeddings: Name | None = Field(
        default=None, json_schema_extra=TABLE, description="The table of the vectors; default: table_embedding."
    )
    type: Literal["vector", "halfvec"] = Field(default="vector", description="halfvec takes half the space.")
    model: StrictStr | None = Field(default=None, description="Recorded with each row; default: what the source says.")
    create: StrictBool = Field(default=False, description="Create the tables that are missing.")
    index: IndexParams = Field(default_factory=IndexParams)
    bulk: Literal["auto", "always", "never"] = Field(
        default="auto", description="Load into a new table that takes the place of the old one when it is complete."
    )
    bulk_from: StrictInt = Field(default=50_000, ge=1, description="auto: so many rows, and the table all but empty.")
    chunk: ChunkParams = Field(default_factory=ChunkParams)
    lanes: StrictInt = Field(
        default=2, ge=1, le=16, description="Parts of a stream that one worker loads at the same time; 1: in its order."
    )
    breaker: BreakerParams = Field(default_factory=BreakerParams)
    tolerate: Tolerate | None = Field(default=None, description="How many rows may be refused; default: any, not all.")

    @model_validator(mode="after")
    def _one_source(self) -> "EmbedParams":
        if (self.stream is None) == (self.items is None):
            raise ValueError("give either stream (a data set of a server) or items (of the steps before), not both")
        return self
