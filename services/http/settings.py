"""What an operator sets about the HTTP API: environment variables with the prefix BATCHDAG_HTTP_."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class HttpSettings(BaseSettings):
    """All settings of the HTTP API; the reference page lists them with their meaning."""

    model_config = SettingsConfigDict(env_prefix="BATCHDAG_HTTP_", extra="forbid")

    allowed_hosts: tuple[str, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    secure_cookies: bool = False
    max_body_bytes: Annotated[int, Field(ge=1_000, le=1_000_000_000)] = 2_000_000
    max_upload_bytes: Annotated[int, Field(ge=1_000, le=10_000_000_000)] = 64_000_000
    session_hours: Annotated[float, Field(gt=0, le=24 * 30)] = 12.0
    link_minutes: Annotated[float, Field(gt=0, le=60)] = 5.0
    token_cache_seconds: Annotated[float, Field(ge=0, le=60)] = 2.0
    max_subscribers: Annotated[int, Field(ge=1, le=100_000)] = 2_000
    subscriber_backlog: Annotated[int, Field(ge=10, le=100_000)] = 1_000
    keep_alive_seconds: Annotated[float, Field(ge=0.05, le=120)] = 15.0
    read_seconds: Annotated[float, Field(ge=0.1, le=3600)] = 30.0
    look_seconds: Annotated[float, Field(ge=0.02, le=10)] = 0.1
    queue_limit: Annotated[int, Field(ge=1)] = 100
    stuck_minutes: Annotated[float, Field(gt=0)] = 30.0
    failure_percent: Annotated[float, Field(gt=0, le=100)] = 10.0
    failure_window_minutes: Annotated[float, Field(gt=0)] = 60.0
    calls_per_day: Annotated[int, Field(ge=1)] = 100_000
    usd_per_day: Annotated[Decimal, Field(gt=0)] | None = None
