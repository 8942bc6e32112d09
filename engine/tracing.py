"""Decides whether attempts are traced, and hands out what traces them: OpenTelemetry, or nothing at all.

One trace for each instance, whichever processes work on it; a span for each attempt, and one for the whole instance.
Traced only where the extra ``otel`` is installed and the standard ``OTEL_*`` variables name an exporter.
"""

import logging
import os
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from typing import Protocol

from engine.claims import Claim
from engine.settle import Settlement

log = logging.getLogger("batchdag")

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


@dataclass(frozen=True, slots=True)
class InstanceRun:
    """An instance from its start to its end, as one span shows it."""

    instance_id: int
    definition: str
    version: int
    trigger: str
    status: str
    error: str | None
    created_at: datetime
    finished_at: datetime


class AttemptSpan(Protocol):
    """The span of an attempt that runs."""

    def settled(self, settlement: Settlement) -> None:
        """Say what became of it; an attempt whose lease was lost ends without."""
        ...


class Traces(Protocol):
    """Where spans go."""

    @property
    def is_on(self) -> bool: ...

    def attempt(self, claim: Claim, *, definition: str) -> AbstractContextManager[AttemptSpan]:
        """Span the attempt that runs within; instrumented libraries add theirs below it."""
        ...

    def instance(self, run: InstanceRun) -> None:
        """Add the span of a whole instance, the parent of all of its attempts'."""
        ...

    def close(self) -> None:
        """Send what is not sent yet; blocks for a moment."""
        ...


class NoTraces:
    """Traces nothing. Implements ``Traces``, and ``AttemptSpan`` too."""

    is_on = False

    def attempt(self, claim: Claim, *, definition: str) -> AbstractContextManager["NoTraces"]:  # noqa: ARG002
        return nullcontext(self)

    def settled(self, settlement: Settlement) -> None:
        """Say it to nobody."""

    def instance(self, run: InstanceRun) -> None:
        """Say it to nobody."""

    def close(self) -> None:
        """There is nothing to send."""


NO_TRACES = NoTraces()


def open_traces(*, database: str, worker: str, environment: Mapping[str, str] | None = None) -> Traces:
    """Return where this process's spans go."""
    if not is_asked_for(os.environ if environment is None else environment):
        return NO_TRACES
    if find_spec("opentelemetry") is None or find_spec("opentelemetry.sdk") is None:
        log.warning("traces.not_installed", extra={"do": 'pip install "batchdag[otel]", or unset OTEL_EXPORTER_OTLP_*'})
        return NO_TRACES
    from engine.otel import OtelTraces, open_provider  # noqa: PLC0415  (an extra, and slow to import)

    return OtelTraces(open_provider(worker), database=database)


def is_asked_for(environment: Mapping[str, str]) -> bool:
    """Say whether the standard variables ask for traces: by naming an exporter, or an address for the usual one."""
    exporter = environment.get("OTEL_TRACES_EXPORTER", "").strip().lower()
    if environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true" or exporter == "none":
        return False
    return bool(exporter) or any(environment.get(name) for name in _ENDPOINTS)
