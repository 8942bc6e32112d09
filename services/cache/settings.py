"""What an operator sets about the cache: variables with the prefix BATCHDAG_CACHE_, and BATCHDAG_REDIS_URL."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK = ("localhost", "127.0.0.1", "::1")


class CacheSettings(BaseSettings):
    """All settings of the cache; the reference page lists them with their meaning."""

    model_config = SettingsConfigDict(env_prefix="BATCHDAG_CACHE_", extra="forbid", populate_by_name=True)

    entries: Annotated[int, Field(ge=1, le=10_000_000)] = 10_000
    bytes: Annotated[int, Field(ge=1_000)] = 64_000_000
    ttl_seconds: Annotated[float, Field(gt=0, le=86_400)] = 300.0
    poll_seconds: Annotated[float, Field(ge=0.05, le=0.5)] = 0.4
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 50052
    address: str | None = None
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    behind_proxy: bool = False
    redis_url: Annotated[str | None, Field(validation_alias="BATCHDAG_REDIS_URL")] = None

    @property
    def is_loopback(self) -> bool:
        return self.host in LOOPBACK

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("BATCHDAG_CACHE_TLS_CERTIFICATE and BATCHDAG_CACHE_TLS_KEY go together")
        if not (self.is_loopback or self.tls_certificate or self.behind_proxy):
            raise ValueError(
                f"BATCHDAG_CACHE_HOST {self.host} can be reached from other machines, and tokens would cross the"
                " network in clear text; set BATCHDAG_CACHE_TLS_CERTIFICATE and BATCHDAG_CACHE_TLS_KEY, or"
                " BATCHDAG_CACHE_BEHIND_PROXY if a proxy encrypts"
            )
        return self
