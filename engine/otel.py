"""Spans by OpenTelemetry's SDK. The only module that imports it; loaded only where traces are asked for.

Every process derives the same trace id and the same root span id for an instance, and asks the sampler by that trace
id: so all of them agree, without a word between them, and a sampled trace is whole.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from importlib.metadata import entry_points

from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import Decision
from opentelemetry.trace import (
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    set_span_in_context,
    use_span,
)

from engine.claims import Claim
from engine.planner import StepState
from engine.settle import Finish, Settlement
from engine.trace_ids import root_span_id, trace_id
from engine.tracing import InstanceRun

_EXPORTERS = "opentelemetry_traces_exporter"
_forced: ContextVar[tuple[int, int] | None] = ContextVar("batchdag_forced_ids", default=None)


class Ids(RandomIdGenerator):
    """Random ids, but for the root span of an instance, whose ids are derived."""

    def generate_trace_id(self) -> int:
        forced = _forced.get()
        return forced[0] if forced else super().generate_trace_id()

    def generate_span_id(self) -> int:
        forced = _forced.get()
        return forced[1] if forced else super().generate_span_id()


class OtelTraces:
    """Implements ``engine.tracing.Traces``."""

    is_on = True

    def __init__(self, provider: TracerProvider, *, database: str) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("batchdag")
        self._database = database

    @contextmanager
    def attempt(self, claim: Claim, *, definition: str) -> Iterator["OtelSpan"]:
        attributes: dict[str, str | int] = {
            "batchdag.instance_id": claim.instance_id,
            "batchdag.definition": definition,
            "batchdag.step": claim.step_key,
            "batchdag.shard": claim.shard,
            "batchdag.attempt": claim.attempt,
            "batchdag.snoozes": claim.snoozes,
        }
        span = self._tracer.start_span(
            claim.step_key, self._instance(claim.instance_id), kind=SpanKind.CONSUMER, attributes=attributes
        )
        with use_span(span, end_on_exit=True, record_exception=False):
            yield OtelSpan(span)

    def instance(self, run: InstanceRun) -> None:
        attributes: dict[str, str | int] = {
            "batchdag.instance_id": run.instance_id,
            "batchdag.definition": run.definition,
            "batchdag.version": run.version,
            "batchdag.trigger": run.trigger,
            "batchdag.status": run.status,
        }
        token = _forced.set(self._ids(run.instance_id))
        try:
            begun = _nanoseconds(run.created_at)
            span = self._tracer.start_span(run.definition, Context(), attributes=attributes, start_time=begun)
        finally:
            _forced.reset(token)
        if run.status == "failed":
            span.set_status(Status(StatusCode.ERROR, run.error))
        span.end(_nanoseconds(run.finished_at))

    def close(self) -> None:
        self._provider.shutdown()

    def _instance(self, instance_id: int) -> Context:
        """Return a context in which the instance's span is the parent, although another process may own it."""
        trace, root = self._ids(instance_id)
        sampled = self._provider.sampler.should_sample(None, trace, "instance").decision is Decision.RECORD_AND_SAMPLE
        flags = TraceFlags(TraceFlags.SAMPLED if sampled else TraceFlags.DEFAULT)
        parent = SpanContext(trace, root, is_remote=True, trace_flags=flags)
        return set_span_in_context(NonRecordingSpan(parent), Context())

    def _ids(self, instance_id: int) -> tuple[int, int]:
        return int(trace_id(self._database, instance_id), 16), int(root_span_id(self._database, instance_id), 16)


class OtelSpan:
    """Implements ``engine.tracing.AttemptSpan``."""

    __slots__ = ("_span",)

    def __init__(self, span: Span) -> None:
        self._span = span

    def settled(self, settlement: Settlement) -> None:
        if isinstance(settlement, Finish):
            self._span.set_attribute("batchdag.state", str(settlement.state))
        if settlement.reason:
            self._span.set_attribute("batchdag.reason", settlement.reason)
        if settlement.state is StepState.FAILED if isinstance(settlement, Finish) else settlement.error is not None:
            self._span.set_status(Status(StatusCode.ERROR, settlement.error))


def open_provider(worker: str) -> TracerProvider:
    """Return a provider with the exporters that ``OTEL_TRACES_EXPORTER`` names; ``OTEL_*`` says all the rest.

    Raises:
        LookupError: one of them is not installed.
    """
    own = {"service.instance.id": worker}
    if not _names_itself(os.environ):
        own["service.name"] = "batchdag"
    provider = TracerProvider(id_generator=Ids(), resource=Resource.create(own), shutdown_on_exit=False)
    for name in os.environ.get("OTEL_TRACES_EXPORTER", "otlp").split(","):
        provider.add_span_processor(BatchSpanProcessor(_exporter(name.strip().lower())))
    return provider


def _names_itself(environment: Mapping[str, str]) -> bool:
    return "OTEL_SERVICE_NAME" in environment or "service.name=" in environment.get("OTEL_RESOURCE_ATTRIBUTES", "")


def _exporter(name: str) -> SpanExporter:
    entry = _entry_name(name, os.environ)
    for point in entry_points(group=_EXPORTERS, name=entry):
        made: SpanExporter = point.load()()
        return made
    known = sorted(point.name for point in entry_points(group=_EXPORTERS))
    raise LookupError(
        f"OTEL_TRACES_EXPORTER names {name!r}, and no package that provides {entry!r} is installed;"
        f" installed: {', '.join(known)}"
    )


def _entry_name(name: str, environment: Mapping[str, str]) -> str:
    """Return the name under which packages offer an exporter; OTLP's depends on its protocol."""
    if name != "otlp":
        return name
    usual = environment.get("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
    protocol = environment.get("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", usual)
    return "otlp_proto_grpc" if protocol == "grpc" else "otlp_proto_http"


def _nanoseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000) * 1000
