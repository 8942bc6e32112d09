"""An embedding server for tests, which can be told to misbehave, and short ways to load from it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import grpc
import numpy as np
import psycopg

from protos import embedding_stream_pb2 as pb
from protos import embedding_stream_pb2_grpc as services
from runners.base import Json, Outcome, Rehearsal, RunnerSettings, Shard, StepRequest
from runners.embed import Embed
from tests.requests import Bench, result_of

DIMENSIONS = 8
OPTIONS = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]


@dataclass
class Rows:
    """A data set: ids, metadata as text, and vectors of one length or each of its own."""

    ids: list[str]
    metadata: list[str]
    vectors: list[np.ndarray]

    @classmethod
    def some(cls, count: int, *, dimensions: int = DIMENSIONS, seed: int = 1, prefix: str = "row") -> "Rows":
        drawn = np.random.default_rng(seed).standard_normal((count, dimensions), np.float32)
        metadata = [json.dumps({"title": f"Title {n}", "n": n}) for n in range(count)]
        return cls([f"{prefix}-{n:06}" for n in range(count)], metadata, list(drawn))

    def __len__(self) -> int:
        return len(self.ids)


@dataclass
class Fake(services.EmbeddingStreamServicer):
    """Serves one data set. ``twist`` may change a chunk before it is sent; ``before`` runs before each chunk."""

    rows: Rows
    version: str = "v1"
    model: str = "model-a"
    dimensions: int = DIMENSIONS
    lists: bool = False
    token: str | None = None
    most: int = 500
    twist: Callable[[pb.Chunk], pb.Chunk] = lambda chunk: chunk
    before: Callable[[int], None] = lambda row: None
    pause: float = 0
    """Seconds before each chunk."""
    break_at: set[int] = field(default_factory=set)
    """Rows before which the stream is broken off, once each."""
    asked: list[tuple[int, int]] = field(default_factory=list)
    described: int = 0

    async def Describe(self, request: pb.DescribeRequest, context: Any) -> pb.DataSet:  # noqa: N802 - gRPC's name
        await self._check(request.data_set, context)
        self.described += 1
        return pb.DataSet(
            name=request.data_set, version=self.version, rows=len(self.rows), dimensions=self.dimensions,
            model=self.model,
        )  # fmt: skip

    async def Stream(self, request: pb.StreamRequest, context: Any) -> AsyncIterator[pb.Chunk]:  # noqa: N802 - gRPC's name
        await self._check(request.data_set, context)
        if request.version not in ("", self.version):
            await context.abort(grpc.StatusCode.FAILED_PRECONDITION, f"the version is {self.version} now")
        self.asked.append((request.first_row, request.end_row))
        end = request.end_row or len(self.rows)
        size = min(request.chunk_rows or self.most, self.most)
        for first in range(request.first_row, end, size):
            await asyncio.sleep(self.pause)
            self.before(first)
            if first in self.break_at:
                self.break_at.discard(first)
                await context.abort(grpc.StatusCode.UNAVAILABLE, "broken off on purpose")
            yield self.twist(self.chunk(first, min(first + size, end)))

    async def Embed(self, request: pb.EmbedRequest, context: Any) -> pb.EmbedResponse:  # noqa: N802 - gRPC's name
        await self._check("jobs", context)
        matrix = np.stack([embedding(text) for text in request.texts])
        return pb.EmbedResponse(model=self.model, dimensions=DIMENSIONS, matrix=matrix.tobytes(), tokens=7)

    def chunk(self, first: int, last: int) -> pb.Chunk:
        made = pb.Chunk(version=self.version, first_row=first, dimensions=self.dimensions)
        for n in range(first, last):
            vector = self.rows.vectors[n] if self.lists else ()
            made.rows.add(id=self.rows.ids[n], metadata=self.rows.metadata[n], vector=vector)
        if not self.lists:
            made.matrix = b"".join(np.asarray(vector, "<f4").tobytes() for vector in self.rows.vectors[first:last])
        return made

    async def _check(self, data_set: str, context: Any) -> None:
        sent = dict(context.invocation_metadata() or ()).get("authorization")
        if self.token is not None and sent != f"Bearer {self.token}":
            await context.abort(grpc.StatusCode.UNAUTHENTICATED, "there is no valid token")
        if data_set != "jobs":
            await context.abort(grpc.StatusCode.NOT_FOUND, f'there is no data set "{data_set}"; there are: jobs')


def embedding(text: str) -> np.ndarray:
    """The vector that the fake server makes of a text."""
    return np.random.default_rng(list(text.encode())).standard_normal(DIMENSIONS).astype("<f4")


@asynccontextmanager
async def serving(fake: Fake, *, address: str = "127.0.0.1:0", garbled: bytes = b"") -> AsyncIterator[str]:
    """Serve until the block ends; yield ``host:port``. ``garbled``: a message in place of every stream."""
    server = grpc.aio.server(options=OPTIONS)
    if garbled:
        server.add_generic_rpc_handlers((_garbling(fake, garbled),))
    else:
        services.add_EmbeddingStreamServicer_to_server(fake, server)
    port = server.add_insecure_port(address)
    await server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        await server.stop(None)


def _garbling(fake: Fake, message: bytes) -> Any:
    async def stream(request: bytes, context: Any) -> AsyncIterator[bytes]:
        yield message

    describe = grpc.unary_unary_rpc_method_handler(
        fake.Describe, pb.DescribeRequest.FromString, pb.DataSet.SerializeToString
    )
    handlers = {"Describe": describe, "Stream": grpc.unary_stream_rpc_method_handler(stream)}
    return grpc.method_handlers_generic_handler("batchdag.embeddings.v1.EmbeddingStream", handlers)


BREAKER = {"failures": 3, "cooldownSeconds": 0.05}


def embed_params(address: str, **more: Any) -> dict[str, Any]:
    stream = {"address": address, "dataSet": "jobs"} | more.pop("stream", {})
    return {"stream": stream, "table": "job", "create": True, "breaker": BREAKER, "index": {"method": "none"}} | more


async def attempt(
    bench: Bench,
    address: str,
    *,
    settings: RunnerSettings | None = None,
    shard: Shard | None = None,
    rehearsal: Rehearsal | None = None,
    around: Callable[[StepRequest], StepRequest] = lambda request: request,
    **params: Any,
) -> Outcome:
    """Run one attempt of an embed step."""
    request = await bench.request(Embed(), settings=settings, **embed_params(address, **params))
    return await Embed().run(around(replace(request, shard=shard, rehearsal=rehearsal)))


async def ingest(bench: Bench, address: str, **params: Any) -> Mapping[str, Json]:
    """Run one attempt that must succeed."""
    return result_of(await attempt(bench, address, **params))


def end_instance(connection: psycopg.Connection[Any], bench: Bench) -> None:
    """End the bench's instance, as it would be once its step has succeeded."""
    connection.execute(
        "update batch_step set state = 'succeeded', finished_at = now(), leased_by = null, lease_expires_at = null"
        " where batch_instance_id = %s and finished_at is null",
        (bench.instance_id,),
    )


async def another_instance(connection: psycopg.Connection[Any], bench: Bench) -> Bench:
    """Return a bench of a new instance; the one before has ended."""
    end_instance(connection, bench)
    return await beside(connection, bench)


async def beside(connection: psycopg.Connection[Any], bench: Bench) -> Bench:
    """Return a bench of another instance; the one before goes on."""
    with connection.transaction():
        connection.execute("set local session_replication_role = replica")
        connection.execute("update batch_definition set name = 'bench_' || id where name = 'bench'")
    again = Bench(bench.database, bench.reader_url)
    await again.set_up()
    return again


def ids(connection: psycopg.Connection[Any], table: str = "job_embedding") -> list[str]:
    return [row[0] for row in connection.execute(f"select id from {table} order by id")]


def reasons(connection: psycopg.Connection[Any]) -> dict[str, str]:
    """The ids of dead letters with the reasons."""
    return dict(connection.execute("select payload ->> 'id', reason from dead_letter where state = 'dead'").fetchall())


def vectors(connection: psycopg.Connection[Any], table: str = "job_embedding") -> dict[str, list[float]]:
    rows = connection.execute(f"select id, embedding::text from {table}").fetchall()
    return {key: json.loads(text) for key, text in rows}


def close_to(found: Sequence[float], sent: np.ndarray, *, within: float = 1e-6) -> bool:
    return bool(np.allclose(np.array(found, np.float32), sent, rtol=within))
