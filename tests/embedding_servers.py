"""An embedding server for a test: in this process, or as the real command in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import numpy as np

from protos import embedding_stream_pb2 as pb
from protos.embedding_stream_pb2_grpc import EmbeddingStreamStub
from services.embedding_server.command import build
from services.embedding_server.datasets.catalog import Catalog
from services.embedding_server.models.registry import Models
from services.embedding_server.server import MOST_MESSAGE_BYTES, EmbeddingServer
from services.embedding_server.settings import EmbeddingServerSettings
from services.embedding_server.tokens import read_tokens

TOKEN = "a-token-for-a-test"
AUTHORIZED = (("authorization", f"Bearer {TOKEN}"),)
ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Served:
    """A running server and a client of it; every call but ``stub``'s own carries the token."""

    address: str
    channel: grpc.aio.Channel
    server: EmbeddingServer | None = None

    @property
    def stub(self) -> Any:
        return EmbeddingStreamStub(self.channel)

    async def describe(self, name: str) -> pb.DataSet:
        return await self.stub.Describe(pb.DescribeRequest(data_set=name), metadata=AUTHORIZED)

    async def chunks(self, name: str, **request: Any) -> list[pb.Chunk]:
        call = self.stub.Stream(pb.StreamRequest(data_set=name, **request), metadata=AUTHORIZED)
        return [chunk async for chunk in call]

    async def embed(self, *texts: str, **request: Any) -> pb.EmbedResponse:
        return await self.stub.Embed(pb.EmbedRequest(texts=texts, **request), metadata=AUTHORIZED)

    async def recommend(self, of: str, row_id: str, among: str, **request: Any) -> list[Any]:
        asked = pb.RecommendRequest(of_data_set=of, id=row_id, data_set=among, **request)
        return list((await self.stub.Recommend(asked, metadata=AUTHORIZED)).matches)


@asynccontextmanager
async def embedding_server(
    *data: Path | str,
    models: Sequence[str] = ("hashing",),
    environment: Mapping[str, str] | None = None,
    **settings: Any,
) -> AsyncIterator[Served]:
    """Serve on a free port of this process until the context ends."""
    chosen = EmbeddingServerSettings(**settings)
    catalog = Catalog([str(place) for place in data], max_bytes=chosen.max_data_set_bytes)
    made = await Models.make(models, environment=environment or {}, storage=Path("unused"))
    server = build(catalog, made, tokens=read_tokens(TOKEN, where="the test"), settings=chosen)
    server.listen("127.0.0.1", 0, tls=None)
    await server.start()
    try:
        async with channel_to(f"127.0.0.1:{server.port}") as channel:
            yield Served(f"127.0.0.1:{server.port}", channel, server)
    finally:
        await server.stop(grace=5)
        await made.aclose()


def channel_to(address: str, credentials: grpc.ChannelCredentials | None = None) -> grpc.aio.Channel:
    """Return a channel that takes messages as large as the server sends them."""
    options = [("grpc.max_receive_message_length", MOST_MESSAGE_BYTES)]
    if credentials is None:
        return grpc.aio.insecure_channel(address, options=options)
    return grpc.aio.secure_channel(address, credentials, options=options)


@contextmanager
def embedding_server_process(
    *arguments: str, home: Path, token: str | None = TOKEN
) -> Iterator[tuple[subprocess.Popen[str], str, list[str]]]:
    """Run ``batchdag embedding-server`` on a free port; give the process, its address, and what it has said."""
    given = {} if token is None else {"BATCHDAG_EMBEDDING_SERVER_TOKEN": token}
    command = [sys.executable, "-um", "services.embedding_server", "--port", "0", *arguments]
    environment = os.environ | {"BATCHDAG_HOME": str(home)} | given
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        said = [process.stdout.readline(), process.stdout.readline()]
        assert "listens on" in said[0], f"it did not start: {said} {process.communicate()[1]}"
        try:
            yield process, said[0].split("listens on ")[1].split(";")[0].split(",")[0], said
        finally:
            process.terminate()
            process.communicate(timeout=30)


def made_rows(count: int, dimensions: int = 8) -> tuple[list[str], np.ndarray, list[dict[str, Any]]]:
    """Return ids, vectors and metadata that all tell which row they belong to."""
    matrix = np.random.default_rng(count).standard_normal((count, dimensions)).astype(np.float32)
    return [f"job-{n}" for n in range(count)], matrix, [{"n": n, "city": "Zürich"} for n in range(count)]


def write_npz(path: Path, count: int, dimensions: int = 8, **arrays: Any) -> np.ndarray:
    """Write a data set and return its vectors."""
    ids, matrix, metadata = made_rows(count, dimensions)
    columns = {
        "ids": np.array(ids),
        "embeddings": matrix,
        "metadata": np.array([json.dumps(each) for each in metadata]),
    }
    np.savez(path, allow_pickle=False, **(columns | arrays))
    return matrix


def matrix_of(chunks: Sequence[pb.Chunk]) -> np.ndarray:
    """Return the vectors of a stream."""
    parts = [np.frombuffer(chunk.matrix, "<f4").reshape(len(chunk.rows), chunk.dimensions) for chunk in chunks]
    return np.concatenate(parts)


def ids_of(chunks: Sequence[pb.Chunk]) -> list[str]:
    """Return the ids of a stream, in order."""
    return [row.id for chunk in chunks for row in chunk.rows]
