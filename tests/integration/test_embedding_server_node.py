"""An independent client and an independent server, in Node.js: the example of docs/howto speaks the same protocol.

Skipped where there is no node, or its packages are not installed.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import psycopg
import pytest
from grpc.aio import AioRpcError

from engine.database import Database
from runners.base import RunnerSettings
from tests.embedding_servers import (
    ROOT,
    TOKEN,
    Served,
    channel_to,
    embedding_server_process,
    ids_of,
    made_rows,
    matrix_of,
    write_npz,
)
from tests.embedding_streams import close_to, ingest, vectors
from tests.requests import Bench

EXAMPLE = ROOT / "docs" / "howto" / "embedding-server-in-node"
ENVIRONMENT = os.environ | {"EMBEDDING_TOKEN": TOKEN}
ROWS = 1_234


@pytest.fixture(scope="module", autouse=True)
def node() -> str:
    found = shutil.which("node")
    if found is None:
        pytest.skip("there is no node")
    needed = "['@grpc/grpc-js', '@grpc/proto-loader'].forEach((name) => require.resolve(name))"
    if subprocess.run([found, "-e", needed], cwd=EXAMPLE, capture_output=True, check=False).returncode:
        pytest.skip(f"the packages of the example are not there: npm install --prefix {EXAMPLE.relative_to(ROOT)}")
    return found


def read(node: str, *arguments: str, token: str = TOKEN) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [node, "read.js", *arguments], cwd=EXAMPLE, env=os.environ | {"EMBEDDING_TOKEN": token},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("first", [0, 777])
def test_a_client_in_node_reads_the_stream_of_our_server_from_a_checkpoint(
    tmp_path: Path, node: str, first: int
) -> None:
    matrix = write_npz(tmp_path / "jobs.npz", ROWS, 1536)
    ids, _, metadata = made_rows(ROWS)
    with embedding_server_process("--data", str(tmp_path), home=tmp_path) as (_, address, _):
        done = read(node, address, "jobs", str(first))
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["rows"] == ROWS - first
    assert (said["first"]["id"], said["last"]["id"]) == (ids[first], ids[-1])
    assert json.loads(said["last"]["metadata"]) == metadata[-1]
    assert said["sum"] == pytest.approx(matrix[first:].sum(dtype=np.float64), abs=0.1)


def test_a_client_in_node_is_told_what_is_wrong(tmp_path: Path, node: str) -> None:
    write_npz(tmp_path / "jobs.npz", 3)
    with embedding_server_process("--data", str(tmp_path), home=tmp_path) as (_, address, _):
        for arguments, token, why in (
            (["jobs"], "wrong", "UNAUTHENTICATED: there is no valid token"),
            (["job"], TOKEN, "NOT_FOUND: there is no data set 'job'"),
            (["jobs", "0", "1-old"], TOKEN, "FAILED_PRECONDITION: the data set 'jobs' is of version"),
            (["jobs", "4"], TOKEN, "INVALID_ARGUMENT: first_row: 4 lies beyond"),
        ):
            done = read(node, address, *arguments, token=token)
            assert (done.returncode, done.stderr[: len(why)]) == (1, why)


@contextmanager
def server_in_node(node: str, *files: Path) -> Iterator[str]:
    command = [node, "server.js", "127.0.0.1:0", *map(str, files)]
    with subprocess.Popen(command, cwd=EXAMPLE, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split("listens on ")[1].strip()
        finally:
            process.terminate()


@pytest.fixture
def address(tmp_path: Path, node: str) -> Iterator[str]:
    """Where a server in Node.js serves a data set named jobs."""
    ids, matrix, metadata = made_rows(ROWS)
    rows = zip(ids, matrix.tolist(), metadata, strict=True)
    lines = [json.dumps({"id": i, "embedding": vector, "metadata": about}) for i, vector, about in rows]
    (tmp_path / "jobs.jsonl").write_text("\n".join(lines))
    with server_in_node(node, tmp_path / "jobs.jsonl") as listening:
        yield listening


async def test_embed_loads_the_data_set_of_a_server_in_node(
    database: Database, test_reader_url: str, connection: psycopg.Connection[Any], tmp_path: Path, address: str
) -> None:
    (tmp_path / "embedding-node").write_text(TOKEN)
    settings = RunnerSettings(secrets=str(tmp_path))
    bench = Bench(database, test_reader_url)
    await bench.set_up()
    result = await ingest(bench, address, stream={"token": "secret://embedding-node"}, settings=settings)
    assert (result["loaded"], result["dead"], result["complete"]) == (ROWS, 0, True)
    names, matrix, metadata = made_rows(ROWS)
    found = vectors(connection)
    assert all(close_to(found[name], vector) for name, vector in zip(names, matrix, strict=True))
    stored = dict(connection.execute("select id, metadata from job").fetchall())
    assert [stored[name] for name in names] == metadata


@pytest.mark.parametrize("request_", [{}, {"first_row": 777}, {"chunk_rows": 100}, {"max_chunk_bytes": 3_000}])
async def test_our_client_reads_the_stream_of_a_server_in_node(address: str, request_: dict[str, int]) -> None:
    async with channel_to(address) as channel:
        described = await Served(address, channel).describe("jobs")
        chunks = await Served(address, channel).chunks("jobs", version=described.version, **request_)
    first = request_.get("first_row", 0)
    ids, matrix, metadata = made_rows(ROWS)
    assert (described.rows, described.dimensions) == (ROWS, 8)
    assert ids_of(chunks) == ids[first:]
    assert np.array_equal(matrix_of(chunks), matrix[first:])
    assert json.loads(chunks[-1].rows[-1].metadata) == metadata[-1]
    assert max(len(chunk.rows) for chunk in chunks) <= request_.get("chunk_rows", 500)
    assert max(chunk.ByteSize() for chunk in chunks) <= request_.get("max_chunk_bytes", 4_000_000)


async def test_a_server_in_node_refuses_as_the_protocol_says(address: str) -> None:
    async with channel_to(address) as channel:
        for call, code in (
            (Served(address, channel).chunks("job"), "NOT_FOUND"),
            (Served(address, channel).chunks("jobs", version="old"), "FAILED_PRECONDITION"),
            (Served(address, channel).chunks("jobs", first_row=ROWS + 1), "INVALID_ARGUMENT"),
            (Served(address, channel).chunks("jobs", max_chunk_bytes=10), "INVALID_ARGUMENT"),
            (Served(address, channel).embed("text"), "UNIMPLEMENTED"),
        ):
            with pytest.raises(AioRpcError) as refused:
                await call
            assert refused.value.code() is grpc.StatusCode[code]
