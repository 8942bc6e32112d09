"""The shipped definition embedding_ingest: receive → process → notify, on a server of the protocol."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import Any

import grpc
import psycopg

from definitions.files import parse_documents
from protos import embedding_stream_pb2 as pb
from protos import embedding_stream_pb2_grpc as services
from tests.embedding_streams import OPTIONS, Fake, Rows
from tests.harness import Harness

Sql = psycopg.Connection[Any]


class Both(services.EmbeddingStreamServicer):
    """Serves job_postings and users."""

    def __init__(self, sets: dict[str, Fake]) -> None:
        self._sets = sets

    async def Describe(self, request: pb.DescribeRequest, context: Any) -> pb.DataSet:  # noqa: N802 - gRPC's name
        return await self._sets[request.data_set].Describe(pb.DescribeRequest(data_set="jobs"), context)

    async def Stream(self, request: pb.StreamRequest, context: Any) -> AsyncIterator[pb.Chunk]:  # noqa: N802 - gRPC's name
        fake, request.data_set = self._sets[request.data_set], "jobs"
        async for chunk in fake.Stream(request, context):
            yield chunk


@asynccontextmanager
async def both(sets: dict[str, Fake]) -> AsyncIterator[str]:
    server = grpc.aio.server(options=OPTIONS)
    services.add_EmbeddingStreamServicer_to_server(Both(sets), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    yield f"127.0.0.1:{port}"
    await server.stop(None)


def shipped() -> dict[str, Any]:
    text = (files("definitions") / "library" / "embedding_ingest.yaml").read_text("utf-8")
    (row,) = parse_documents(text, source="embedding_ingest.yaml")
    return row


async def test_the_shipped_definition_loads_both_collections_and_reports(working: Harness, connection: Sql) -> None:
    jobs = Fake(Rows.some(300, prefix="job"))
    jobs.rows.vectors[5] = jobs.rows.vectors[5] * 0
    people = Fake(Rows.some(40, prefix="user"))
    await working.engine.apply([shipped()])
    async with both({"job_postings": jobs, "users": people}) as address:
        for _ in range(2):
            ended = await working.engine.run("embedding_ingest", params={"address": address, "token": None})
            assert ended.is_success, ended.error
    report = connection.execute(
        "select collection, inserted, updated, unchanged, dead, without_embedding, model from embedding_ingest_report"
        " order by instance, collection"
    ).fetchall()
    assert report == [
        ("candidate", 40, 0, 0, 0, 0, "model-a"),
        ("job_posting", 299, 0, 0, 1, 0, "model-a"),
        ("candidate", 0, 0, 40, 0, 0, "model-a"),
        ("job_posting", 0, 0, 299, 1, 0, "model-a"),
    ]
    kinds = connection.execute("select distinct pg_typeof(embedding)::text from job_posting_embedding").fetchall()
    assert kinds == [("halfvec",)]


async def test_the_shipped_definition_waits_for_its_server_and_for_being_enabled(working: Harness) -> None:
    row = shipped()
    assert (row["enabled"], row["cron"]) == (False, "0 2 * * *")
    assert [step["key"] for step in row["steps"]] == ["receive", "receive_users", "process", "notify"]
