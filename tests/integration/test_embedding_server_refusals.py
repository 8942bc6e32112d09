"""What the server refuses, and how: the status tells a program what to do, the message tells a person."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest
from grpc.aio import AioRpcError
from grpc_health.v1 import health_pb2, health_pb2_grpc

from protos import embedding_stream_pb2 as pb
from protos.embedding_stream_pb2_grpc import EmbeddingStreamStub
from services.embedding_server.answering import status_of
from services.embedding_server.service import SERVICE, EmbeddingStream
from tests.embedding_servers import AUTHORIZED, TOKEN, Served, embedding_server, write_npz

ROWS = 50


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    write_npz(tmp_path / "jobs.npz", ROWS)
    async with embedding_server(tmp_path, max_texts=3, max_text_characters=100) as running:
        yield running


async def refusal(call: Awaitable[Any]) -> tuple[grpc.StatusCode, str]:
    with pytest.raises(AioRpcError) as refused:
        await call
    return refused.value.code(), refused.value.details() or ""


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        ({"first_row": ROWS + 1}, "first_row: 51 lies beyond the 50 rows of 'jobs'"),
        ({"end_row": ROWS + 1}, "end_row: 51 lies beyond"),
        ({"first_row": 20, "end_row": 10}, "first_row: 20 lies beyond end_row, 10"),
        ({"first_row": 2**64 - 1}, "first_row: 18446744073709551615"),
        ({"max_chunk_bytes": 100}, "max_chunk_bytes: row 0 takes"),
    ],
    ids=["first", "end", "crossed", "huge", "small"],
)
async def test_a_request_for_rows_that_cannot_be_sent_names_the_field(
    served: Served, request_: dict[str, int], field: str
) -> None:
    code, said = await refusal(served.chunks("jobs", **request_))
    assert code is grpc.StatusCode.INVALID_ARGUMENT
    assert said.startswith(field)


async def test_an_unknown_data_set_is_refused_with_those_there_are(served: Served) -> None:
    code, said = await refusal(served.chunks("job"))
    assert code is grpc.StatusCode.NOT_FOUND
    assert said == "there is no data set 'job' (did you mean \"jobs\"?); there are: jobs"


@pytest.mark.parametrize("name", ["../jobs", "/etc/passwd", "", "jobs.npz", "\u0000", "j" * 100_000])
async def test_a_name_is_never_a_path(served: Served, name: str) -> None:
    code, said = await refusal(served.describe(name))
    assert code is grpc.StatusCode.NOT_FOUND
    assert len(said) < 1_000


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        (("authorization", "Bearer "),),
        (("authorization", TOKEN),),
        (("authorization", f"Basic {TOKEN}"),),
        (("authorization", f"Bearer {TOKEN}x"),),
        (("authorization", f"Bearer {TOKEN[:-1]}"),),
        (("x-authorization", f"Bearer {TOKEN}"),),
        (("authorization-bin", b"Bearer " + TOKEN.encode()),),
        (("authorization", "Bearer wrong"), ("authorization", f"Bearer {TOKEN}")),
    ],
)
async def test_every_call_is_refused_without_the_token(served: Served, metadata: Any) -> None:
    stub: Any = EmbeddingStreamStub(served.channel)
    for name in sorted(method.name for method in pb.DESCRIPTOR.services_by_name["EmbeddingStream"].methods):
        code, said = await refusal(answer_of(stub, name, metadata))
        assert code is grpc.StatusCode.UNAUTHENTICATED, name
        assert "authorization: Bearer" in said


async def answer_of(stub: Any, name: str, metadata: Any) -> Any:
    """Make the call of this name with an empty request, and wait for its first answer or its end."""
    request = {
        "Describe": pb.DescribeRequest, "Stream": pb.StreamRequest, "Embed": pb.EmbedRequest,
        "EmbedStream": pb.EmbedRequest, "Recommend": pb.RecommendRequest,
    }[name]()  # fmt: skip
    call = getattr(stub, name)(iter([request]) if name == "EmbedStream" else request, metadata=metadata)
    return await (call if hasattr(call, "__await__") else call.read())


async def test_what_is_not_a_call_is_refused_without_the_token_and_unknown_with_it(served: Served) -> None:
    call = served.channel.unary_unary("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo")
    assert (await refusal(call(b"")))[0] is grpc.StatusCode.UNAUTHENTICATED
    assert (await refusal(call(b"", metadata=AUTHORIZED)))[0] is grpc.StatusCode.UNIMPLEMENTED


async def test_health_needs_no_token_and_nothing_that_looks_like_it_goes_without(served: Served) -> None:
    health: Any = health_pb2_grpc.HealthStub(served.channel)
    for service in ("", SERVICE):
        answer = await health.Check(health_pb2.HealthCheckRequest(service=service))
        assert answer.status == health_pb2.HealthCheckResponse.SERVING
    assert (await refusal(health.Check(health_pb2.HealthCheckRequest(service="x"))))[0] is grpc.StatusCode.NOT_FOUND
    for path in (
        "/grpc.health.v1.Health/Watch",
        "/grpc.health.v1.Health/List",
        f"/{SERVICE}/Check",
        f"/{SERVICE}/health",
    ):
        call = served.channel.unary_unary(path)
        assert (await refusal(call(b"")))[0] is grpc.StatusCode.UNAUTHENTICATED, path


async def test_a_refused_call_is_logged_without_its_token(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="batchdag"):
        await refusal(served.stub.Describe(pb.DescribeRequest(), metadata=(("authorization", "Bearer secret-123"),)))
    (record,) = caplog.records
    assert record.message == "embedding_server.refused"
    assert "secret-123" not in str(vars(record))


@pytest.mark.parametrize(
    ("file", "content", "why"),
    [
        ("a.jsonl", '{"id": "x", "embedding": [1, 2]}\n{"id": "y", "embedding": [1]}', "line 2: the vector has 1 dim"),
        ("a.jsonl", '{"id": "x", "embedding": [1, 2]}\n{"id": "y", "embe', "line 2: "),
        ("a.npz", "not a zip file", "a.npz: it is damaged, or no .npz"),
        ("a.npz", "", "a.npz: it is damaged, or no .npz"),
        ("a.pkl", "", "a.pkl: this pickle is refused: it is damaged"),
        ("a.pkl", "cos\nsystem\n(S'true'\ntR.", "a.pkl: this pickle is refused: it names os.system"),
        ("a.parquet", "PAR1", "a.parquet: it is damaged, or no Parquet"),
    ],
)
async def test_a_broken_file_is_data_loss_and_says_where(tmp_path: Path, file: str, content: str, why: str) -> None:
    (tmp_path / file).write_text(content)
    async with embedding_server(tmp_path) as served:
        for call in (served.describe("a"), served.chunks("a"), served.recommend("a", "x", "a")):
            code, said = await refusal(call)
            assert code is grpc.StatusCode.DATA_LOSS
            assert why in said


async def test_a_broken_file_is_read_once_and_again_when_it_is_mended(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("{")
    async with embedding_server(tmp_path) as served:
        first, second = [await refusal(served.describe("a")) for _ in range(2)]
        assert first == second
        (tmp_path / "a.jsonl").write_text('{"id": 1, "embedding": [1, 2]}')
        assert (await served.describe("a")).rows == 1


async def test_an_id_that_is_no_text_ends_the_stream_where_it_is(tmp_path: Path) -> None:
    ids = np.array([f"{n}".encode() for n in range(599)] + [b"\xff\xfe"])
    write_npz(tmp_path / "jobs.npz", 600, ids=ids)
    async with embedding_server(tmp_path) as served:
        code, said = await refusal(served.chunks("jobs"))
        assert code is grpc.StatusCode.DATA_LOSS
        assert said.startswith("jobs.npz: rows 500 to 599: ")
        assert len(await served.chunks("jobs", end_row=500)) == 1


async def test_rows_that_a_table_would_refuse_are_sent_as_they_are(tmp_path: Path) -> None:
    rows = [
        {"id": "nan", "embedding": [float("nan"), 1.0]},
        {"id": "inf", "embedding": [float("inf"), 1.0]},
        {"id": "zero", "embedding": [0.0, 0.0]},
        {"id": "zero", "embedding": [1.0, 2.0], "metadata": "{not json"},
        {"id": "", "embedding": [1e39, 1.0], "metadata": {"half": "\ud800"}},
    ]
    (tmp_path / "poison.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    async with embedding_server(tmp_path) as served:
        (chunk,) = await served.chunks("poison")
    matrix = np.frombuffer(chunk.matrix, "<f4").reshape(5, 2)
    assert [row.id for row in chunk.rows] == ["nan", "inf", "zero", "zero", ""]
    assert chunk.rows[3].metadata == "{not json"
    assert json.loads(chunk.rows[4].metadata) == {"half": "\ud800"}
    assert np.isfinite(matrix).all(axis=1).tolist() == [False, False, True, True, False]


async def test_a_message_that_is_too_large_is_refused_and_the_server_goes_on(served: Served) -> None:
    text = "x" * 200_000_000
    options = [("grpc.max_send_message_length", -1)]
    async with grpc.aio.insecure_channel(served.address, options=options) as channel:
        code, said = await refusal(Served(served.address, channel).embed(text))
    assert (code, "larger than max" in said) == (grpc.StatusCode.RESOURCE_EXHAUSTED, True)
    assert (await served.describe("jobs")).rows == ROWS


async def test_no_more_calls_run_at_once_than_are_let_in(tmp_path: Path) -> None:
    write_npz(tmp_path / "jobs.npz", 20_000, 512)
    async with embedding_server(tmp_path, max_calls=2) as served:
        held = [served.stub.Stream(pb.StreamRequest(data_set="jobs"), metadata=AUTHORIZED) for _ in range(2)]
        await asyncio.gather(*(call.read() for call in held))
        assert (await refusal(served.describe("jobs")))[0] is grpc.StatusCode.RESOURCE_EXHAUSTED
        for call in held:
            call.cancel()


async def test_an_error_of_ours_is_told_in_the_log_and_not_to_the_client(
    served: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert status_of(ZeroDivisionError()) is grpc.StatusCode.INTERNAL
    monkeypatch.setattr("services.embedding_server.service.chunks", lambda data, cut: 1 / 0)
    code, said = await refusal(served.chunks("jobs"))
    assert code is grpc.StatusCode.INTERNAL
    assert "division" not in said
    (record,) = [record for record in caplog.records if record.message == "embedding_server.failed"]
    assert vars(record)["failure"] in said


def test_every_call_of_the_protocol_is_served() -> None:
    handlers: Any = EmbeddingStream(None, None, recommending=None).handlers()  # type: ignore[arg-type]
    served = {name.rpartition("/")[2] for name in handlers._method_handlers}
    assert served == {method.name for method in pb.DESCRIPTOR.services_by_name["EmbeddingStream"].methods}
