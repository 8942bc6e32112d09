"""Traces as a collector gets them: one for each instance across processes, a span for each attempt, one for the whole."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from engine.trace_ids import root_span_id, trace_id
from engine.tracing import is_asked_for
from runners.base import Outcome, Params, StepRequest, Succeeded, TransientFailure
from tests.harness import engine_on, step
from tests.receivers import Receiver, receiving


class Special:
    """A runner that spans what it does, as an instrumented library would."""

    name = "special"
    version = "1"
    description = "Marks its span."

    Params = Params

    async def run(self, request: StepRequest) -> Outcome:
        from opentelemetry.trace import get_current_span  # noqa: PLC0415  (an extra)

        get_current_span().add_event("inside")
        return Succeeded()


class Unable(Special):
    """The same runner in a process where it cannot do its work."""

    async def run(self, request: StepRequest) -> Outcome:
        raise TransientFailure("not here")


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A real receiver that the standard variables name as the place to export to."""
    pytest.importorskip("opentelemetry.exporter.otlp.proto.http")
    with receiving() as made:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", made.url("").rstrip("/"))
        yield made


def spans(collector: Receiver) -> list[Any]:
    """Every span that was exported, in the order in which they began."""
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (  # noqa: PLC0415  (an extra)
        ExportTraceServiceRequest,
    )

    requests = [ExportTraceServiceRequest.FromString(post.body) for post in collector.posts]
    scopes = [scope for request in requests for group in request.resource_spans for scope in group.scope_spans]
    return sorted((span for scope in scopes for span in scope.spans), key=lambda span: span.start_time_unix_nano)


def attempts(collector: Receiver) -> list[Any]:
    return [span for span in spans(collector) if "batchdag.step" in attributes(span)]


def attributes(span: Any) -> dict[str, Any]:
    return {pair.key: getattr(pair.value, pair.value.WhichOneof("value")) for pair in span.attributes}


async def test_the_attempts_of_two_processes_are_in_one_trace(
    collector: Receiver, database_url: str, test_reader_url: str
) -> None:
    async with engine_on(database_url, test_reader_url) as first, engine_on(database_url, test_reader_url) as second:
        await first.engine.register(Unable())
        await second.engine.register(Special())
        await second.define(step("a", runner="special", retry={"maxAttempts": 100, "intervalSeconds": 0.05}))
        instance = await first.engine.start("pipeline")
        async with first.engine.working(), asyncio.timeout(20):
            while not await first.rows("select 1 from batch_step_result"):
                pass
        async with second.engine.working():
            assert (await second.engine.wait(instance)).is_success
    found = attempts(collector)
    assert len({span.trace_id for span in found}) == 1
    assert {attributes(span)["batchdag.instance_id"] for span in found} == {instance}
    assert len({span.parent_span_id for span in found}) == 1
    assert attributes(found[0])["batchdag.reason"] == "retrying: transient"
    assert attributes(found[-1]) | {"batchdag.state": "succeeded"} == attributes(found[-1])
    assert [event.name for event in found[-1].events] == ["inside"]


async def test_an_instance_that_ends_has_one_span_that_holds_its_attempts(
    collector: Receiver, database_url: str, test_reader_url: str
) -> None:
    tracing = engine_on(database_url, test_reader_url)
    async with tracing as harness, harness.engine.working():
        ended = await harness.run(step("a", params={"failTimes": 9}, retry={"maxAttempts": 1}))
    found = {span.name: span for span in spans(collector)}
    root, attempt = found["pipeline"], found["a"]
    assert root.parent_span_id == b""
    assert attempt.parent_span_id == root.span_id
    assert root.start_time_unix_nano <= attempt.start_time_unix_nano
    assert attributes(root)["batchdag.status"] == "failed"
    assert root.status.message == ended.error


async def test_a_trace_that_is_not_sampled_is_not_sampled_anywhere(
    collector: Receiver, database_url: str, test_reader_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "parentbased_traceidratio")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER_ARG", "0.5")
    async with engine_on(database_url, test_reader_url) as harness, harness.engine.working():
        await harness.define(step("a", "b"), step("b"))
        for _ in range(20):
            await harness.engine.run("pipeline")
    found = [span.trace_id for span in attempts(collector)]
    assert 0 < len(set(found)) < 20
    assert all(found.count(trace) == 2 for trace in found)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://localhost:4318/v1/traces"}, True),
        ({"OTEL_TRACES_EXPORTER": "console"}, True),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318"}, False),
        ({"OTEL_TRACES_EXPORTER": "console", "OTEL_SDK_DISABLED": "true"}, False),
        ({"OTEL_SERVICE_NAME": "batch"}, False),
    ],
)
def test_nothing_is_traced_unless_the_standard_variables_ask_for_it(
    environment: dict[str, str], expected: bool
) -> None:
    assert is_asked_for(environment) is expected


def test_ids_are_the_same_for_everybody_and_differ_between_instances_and_databases() -> None:
    assert trace_id("1/2", 3) == trace_id("1/2", 3)
    assert len({trace_id("1/2", 3), trace_id("1/2", 4), trace_id("1/23", 3)}) == 3
    assert (len(trace_id("1/2", 3)), len(root_span_id("1/2", 3))) == (32, 16)
