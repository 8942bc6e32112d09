"""The stream: all rows in one order, from any checkpoint, in chunks of bounded size, at the client's pace."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest
from grpc.aio import AioRpcError

from protos import embedding_stream_pb2 as pb
from services.embedding_server import chunks as cutting
from services.embedding_server.datasets.catalog import Catalog
from tests.embedding_servers import (
    AUTHORIZED,
    Served,
    embedding_server,
    ids_of,
    made_rows,
    matrix_of,
    write_npz,
)

ROWS = 1_234


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    write_npz(tmp_path / "jobs.npz", ROWS, model=np.array("a-model"))
    async with embedding_server(tmp_path) as running:
        yield running


async def status_of(call: object) -> tuple[grpc.StatusCode, str]:
    """Return how a call that must be refused is refused."""
    with pytest.raises(AioRpcError) as refused:
        await call  # type: ignore[misc]
    return refused.value.code(), refused.value.details() or ""


async def rest_of(call: Any) -> list[pb.Chunk]:
    """Return the chunks that a stream has left."""
    chunks = []
    while (chunk := await call.read()) is not grpc.aio.EOF:
        chunks.append(chunk)
    return chunks


async def test_a_stream_has_every_row_once_and_in_order(served: Served) -> None:
    ids, matrix, metadata = made_rows(ROWS)
    chunks = await served.chunks("jobs")
    assert ids_of(chunks) == ids
    assert np.array_equal(matrix_of(chunks), matrix)
    assert [json.loads(row.metadata) for chunk in chunks for row in chunk.rows] == metadata
    assert [chunk.first_row for chunk in chunks] == [0, 500, 1000]


async def test_the_description_says_what_the_stream_holds(served: Served) -> None:
    described = await served.describe("jobs")
    assert (described.name, described.rows, described.dimensions, described.model) == ("jobs", ROWS, 8, "a-model")
    assert {chunk.version for chunk in await served.chunks("jobs")} == {described.version}


@pytest.mark.parametrize("first", [0, 1, 499, 500, 777, ROWS - 1, ROWS])
async def test_a_stream_goes_on_from_any_checkpoint(served: Served, first: int) -> None:
    version = (await served.describe("jobs")).version
    chunks = await served.chunks("jobs", first_row=first, version=version)
    assert ids_of(chunks) == made_rows(ROWS)[0][first:]


async def test_shards_are_the_whole_without_overlap(served: Served) -> None:
    bounds = [(0, 400), (400, 800), (800, 0)]
    parts = await asyncio.gather(*(served.chunks("jobs", first_row=a, end_row=b) for a, b in bounds))
    assert [row for part in parts for row in ids_of(part)] == made_rows(ROWS)[0]


@pytest.mark.parametrize(("asked", "largest"), [(0, 500), (1, 1), (100, 100), (500, 500), (4_000_000, 500)])
async def test_a_chunk_has_no_more_rows_than_asked_for_or_than_500(served: Served, asked: int, largest: int) -> None:
    chunks = await served.chunks("jobs", chunk_rows=asked, end_row=1000)
    assert max(len(chunk.rows) for chunk in chunks) == largest
    assert len(ids_of(chunks)) == 1000


@pytest.mark.parametrize("most", [600, 5_000, 20_000])
async def test_no_chunk_is_larger_than_asked_for(served: Served, most: int) -> None:
    chunks = await served.chunks("jobs", max_chunk_bytes=most)
    assert max(chunk.ByteSize() for chunk in chunks) <= most
    assert ids_of(chunks) == made_rows(ROWS)[0]


async def test_by_default_every_chunk_fits_the_limit_of_clients_that_say_nothing(tmp_path: Path) -> None:
    long = np.array([json.dumps({"text": "x" * 20_000})] * 600)
    write_npz(tmp_path / "long.npz", 600, 1536, metadata=long)
    async with embedding_server(tmp_path) as served, grpc.aio.insecure_channel(served.address) as plain:
        chunks = await Served(served.address, plain).chunks("long")
    assert len(ids_of(chunks)) == 600
    assert max(chunk.ByteSize() for chunk in chunks) < 4 << 20


async def test_a_client_that_does_not_read_holds_the_stream_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    build = cutting._chunk

    def counted(*arguments: object) -> tuple[bytes, int]:
        made.append(1)
        return build(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(cutting, "_chunk", counted)
    write_npz(tmp_path / "jobs.npz", 20_000, 1536)
    async with embedding_server(tmp_path) as served:
        call = served.stub.Stream(pb.StreamRequest(data_set="jobs"), metadata=AUTHORIZED)
        await call.read()
        # Another client reads it all in the meantime: there was time enough to make more for the first one.
        await served.chunks("jobs")
        ahead = len(made) - 40
        call.cancel()
    assert ahead < 25, "the buffers of a connection hold some chunks; the rest of the 40 must wait for the client"


async def test_calls_for_one_data_set_share_one_reading(tmp_path: Path) -> None:
    write_npz(tmp_path / "jobs.npz", 300)
    catalog = Catalog([str(tmp_path)], max_bytes=1_000_000)
    first, *others = await asyncio.gather(*(catalog.get("jobs") for _ in range(6)))
    assert all(other is first for other in others)
    assert await catalog.get("jobs") is first


async def test_a_file_that_is_replaced_is_another_version_and_streams_that_run_go_on(tmp_path: Path) -> None:
    write_npz(tmp_path / "jobs.npz", 20_000, 512)
    async with embedding_server(tmp_path) as served:
        old = await served.describe("jobs")
        call = served.stub.Stream(pb.StreamRequest(data_set="jobs"), metadata=AUTHORIZED)
        begun = [await call.read()]
        write_npz(tmp_path / "new.npz", 10, 512)
        (tmp_path / "new.npz").replace(tmp_path / "jobs.npz")
        new = await served.describe("jobs")
        assert (new.rows, new.version == old.version) == (10, False)
        code, said = await status_of(served.chunks("jobs", version=old.version, first_row=5))
        assert code is grpc.StatusCode.FAILED_PRECONDITION
        assert new.version in said
        assert old.version in said
        begun += await rest_of(call)
        assert ids_of(begun) == made_rows(20_000)[0]
        assert {chunk.version for chunk in begun} == {old.version}


async def test_a_file_that_is_touched_or_copied_keeps_its_version(tmp_path: Path) -> None:
    write_npz(tmp_path / "jobs.npz", 10)
    async with embedding_server(tmp_path) as served:
        version = (await served.describe("jobs")).version
        os.utime(tmp_path / "jobs.npz", (1, 1))
        assert (await served.describe("jobs")).version == version
        (tmp_path / "copy.npz").write_bytes((tmp_path / "jobs.npz").read_bytes())
        assert (await served.describe("copy")).version == version


async def test_a_file_that_is_written_to_ends_its_streams(tmp_path: Path) -> None:
    write_npz(tmp_path / "jobs.npz", 20_000, 512)
    async with embedding_server(tmp_path) as served:
        call = served.stub.Stream(pb.StreamRequest(data_set="jobs"), metadata=AUTHORIZED)
        await call.read()
        with (tmp_path / "jobs.npz").open("r+b") as file:
            file.truncate(1_000_000)
        with pytest.raises(AioRpcError) as ended:
            await rest_of(call)
    assert ended.value.code() is grpc.StatusCode.UNAVAILABLE
    assert "write to another name, then rename" in (ended.value.details() or "")


async def test_an_empty_data_set_is_an_empty_stream(tmp_path: Path) -> None:
    write_npz(tmp_path / "none.npz", 0, 16)
    (tmp_path / "lines.jsonl").write_text("")
    async with embedding_server(tmp_path) as served:
        assert (await served.describe("none")).rows == 0
        assert (await served.describe("none")).dimensions == 16
        assert await served.chunks("none") == []
        assert await served.chunks("lines") == []


async def test_data_sets_are_found_while_the_server_runs(tmp_path: Path) -> None:
    async with embedding_server(tmp_path) as served:
        code, said = await status_of(served.describe("jobs"))
        assert (code, "there are: none" in said) == (grpc.StatusCode.NOT_FOUND, True)
        write_npz(tmp_path / "jobs.npz", 3)
        assert (await served.describe("jobs")).rows == 3
        (tmp_path / "jobs.npz").unlink()
        assert (await status_of(served.describe("jobs")))[0] is grpc.StatusCode.NOT_FOUND


async def test_a_name_can_be_given_to_a_file(tmp_path: Path) -> None:
    write_npz(tmp_path / "2026-11-21.npz", 3)
    async with embedding_server(f"jobs={tmp_path / '2026-11-21.npz'}") as served:
        assert (await served.describe("jobs")).rows == 3


async def test_ids_and_metadata_may_hold_any_characters(tmp_path: Path) -> None:
    ids = ["Ж" * 3, "日本語", "a\u0000b\n", "💼", "e\u0301", ""]
    lines = [json.dumps({"id": each, "embedding": [1, 2], "metadata": {"said": each}}) for each in ids]
    (tmp_path / "odd.jsonl").write_text("\n".join(lines))
    async with embedding_server(tmp_path) as served:
        chunks = await served.chunks("odd")
    assert ids_of(chunks) == ids
    assert [json.loads(row.metadata)["said"] for row in chunks[0].rows] == ids
