"""What an operator sets: environment variables with the prefix BATCHDAG_, or the same names in batchdag.toml."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from engine.dispatch.queue.settings import QUEUE_NAME, QueueSettings
from engine.logs import LogFormat
from runners.base import RunnerSettings

TOML_FILE = "batchdag.toml"
_BROKERS = ("amqp://", "amqps://", "pyamqp://", "redis://", "rediss://", "redis+socket://", "sentinel://", "sqs://")
QueueName = Annotated[str, Field(pattern=QUEUE_NAME)]


class Settings(BaseSettings):
    """All settings; the reference page lists them with their meaning."""

    model_config = SettingsConfigDict(env_prefix="BATCHDAG_", toml_file=TOML_FILE, extra="forbid")

    database_url: str | None = None
    reader_url: str | None = None
    home: Path = Path(".batchdag")
    concurrency: Annotated[int, Field(ge=1, le=10_000)] = 200
    pool_size: Annotated[int, Field(ge=2, le=500)] = 10
    lease_seconds: Annotated[float, Field(ge=0.3, le=3600)] = 30.0
    rescue_seconds: Annotated[float, Field(ge=0.1, le=3600)] = 5.0
    broker_url: str | None = None
    queue_prefix: QueueName = "batchdag"
    queue_routes: dict[str, QueueName] = Field(default_factory=dict)
    queue_window: Annotated[int, Field(ge=1, le=1_000_000)] = 2000
    scheduler: bool = True
    retention_days: Annotated[int, Field(ge=1)] = 90
    audit_days: Annotated[int, Field(ge=30)] = 400
    data_root: Path | None = None
    storage: Path | None = None
    load_schemas: tuple[str, ...] = ("public",)
    allow_private_addresses: bool = False
    max_rows: Annotated[int, Field(ge=1)] = 10_000_000
    max_bytes: Annotated[int, Field(ge=1)] = 10_000_000_000
    stop_seconds: Annotated[float, Field(ge=1, le=86_400)] = 20.0
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "WARNING"
    log_format: LogFormat | None = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  (not read: a file named .env belongs to others)
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    def for_queues(self) -> QueueSettings:
        """Return where messages go.

        Raises:
            RuntimeError: no broker is set, or one of a kind that nobody knows.
        """
        if self.broker_url is None:
            raise RuntimeError(
                "there is no broker to take messages from: set BATCHDAG_BROKER_URL to amqp://, redis:// or sqs://;"
                " without one, `batchdag worker` takes its steps from the table"
            )
        if not self.broker_url.startswith(_BROKERS):
            raise RuntimeError(
                "BATCHDAG_BROKER_URL is not the address of a broker: it begins with amqp://, redis:// or sqs://"
            )
        return QueueSettings(
            url=self.broker_url, prefix=self.queue_prefix, routes=self.queue_routes, window=self.queue_window
        )

    def for_runners(self) -> RunnerSettings:
        return RunnerSettings(
            data_root=str(self.data_root) if self.data_root else None,
            private=(str(self.home), *(str(self.home / own) for own in ("secrets", "postgres")), TOML_FILE),
            load_schemas=self.load_schemas,
            allow_private_addresses=self.allow_private_addresses,
            max_rows=self.max_rows,
            max_bytes=self.max_bytes,
            storage=str(self.storage or self.home / "storage"),
            secrets=str(self.home / "secrets"),
        )
