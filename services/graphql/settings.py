"""What an operator sets about the reading API: environment variables with the prefix BATCHDAG_GRAPHQL_."""

from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class GraphqlSettings(BaseSettings):
    """All settings of the reading API; the reference page lists them with their meaning."""

    model_config = SettingsConfigDict(env_prefix="BATCHDAG_GRAPHQL_", extra="forbid")

    enabled: bool = True
    max_depth: Annotated[int, Field(ge=1, le=100)] = 10
    max_aliases: Annotated[int, Field(ge=0, le=1_000)] = 20
    max_tokens: Annotated[int, Field(ge=10, le=100_000)] = 1_000
    max_fields: Annotated[int, Field(ge=10, le=100_000)] = 500
    max_rows: Annotated[int, Field(ge=1, le=1_000_000)] = 10_000
    seconds: Annotated[float, Field(gt=0, le=600)] = 30.0
    statement_seconds: Annotated[float, Field(gt=0, le=600)] = 10.0
    pool_size: Annotated[int, Field(ge=1, le=100)] = 5
    embedding_server: str | None = None
    embedding_token: str | None = None
    embedding_tls: Literal["auto", "on", "off"] = "auto"
    embedding_ca: str | None = None
