"""What an operator sets about the embedding server: variables with the prefix BATCHDAG_EMBEDDING_SERVER_."""

from typing import Annotated

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class EmbeddingServerSettings(BaseSettings):
    """All settings of the embedding server; its reference page lists them with their meaning."""

    model_config = SettingsConfigDict(env_prefix="BATCHDAG_EMBEDDING_SERVER_", extra="forbid")

    token: SecretStr | None = None
    max_data_set_bytes: Annotated[int, Field(ge=1_000_000)] = 8_000_000_000
    max_calls: Annotated[int, Field(ge=1, le=100_000)] = 200
    max_texts: Annotated[int, Field(ge=1, le=100_000)] = 2_048
    max_text_characters: Annotated[int, Field(ge=1, le=10_000_000)] = 50_000
    embed_concurrency: Annotated[int, Field(ge=1, le=1_000)] = 16
    recommend_concurrency: Annotated[int, Field(ge=1, le=100)] = 2
    max_waiting: Annotated[int, Field(ge=0, le=10_000)] = 64
