"""The embedding stream alone: a server in a process of its own, a client here that reads chunks and drops them."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import psutil

from benchmarks.embedding_site import serving
from benchmarks.setting import print_table
from engine.embedded import EmbeddedServer
from protos import embedding_stream_pb2 as pb
from services.embedding_server.reference.making import job_postings
from services.embedding_server.reference.writing import Format, write
from services.embedding_server.server import MOST_MESSAGE_BYTES
from services.embedding_server.service import SERVICE

SHAPES = ((10_000, 1_536), (1_000_000, 64))
ROWS_AT_LEAST = 200_000
"""A data set that has fewer is streamed several times."""


def measure(server: EmbeddedServer, folder: Path) -> None:  # noqa: ARG001 - no database is needed for this one
    rows = [_measured(folder / f"streams-{count}", count, dimensions) for count, dimensions in SHAPES]
    headings = ["", "first, rows/s", "raw chunks, rows/s", "parsed, rows/s", "MB/s", "memory, without the file's"]
    print_table("The embedding stream, chunks of at most 500 rows, on loopback", headings, rows)


def _measured(folder: Path, count: int, dimensions: int) -> list[Any]:
    path = write(job_postings(count, dimensions=dimensions, seed=1), folder, form=Format.NPZ)
    times = max(1, ROWS_AT_LEAST // count)
    with _server(path) as (process, channel, token):
        first = count / _seconds(channel, token, pb.Chunk.FromString)
        raw = times * count / sum(_seconds(channel, token, None) for _ in range(times))
        parsed = times * count / sum(_seconds(channel, token, _array) for _ in range(times))
        memory = process.memory_info()
        own = (memory.rss - memory.shared) / 1_000_000
    path.unlink()
    cells = [f"{first:,.0f}", f"{raw:,.0f}", f"{parsed:,.0f}", f"{raw * dimensions * 4 / 1e6:,.0f}", f"{own:,.0f} MB"]
    return [f"{count:,} x {dimensions:,}", *cells]


def _array(message: bytes) -> Any:
    """Read a chunk as an ingester does: its rows, and its matrix where it lies."""
    chunk = pb.Chunk.FromString(message)
    return chunk, np.frombuffer(chunk.matrix, "<f4").reshape(len(chunk.rows), chunk.dimensions)


def _seconds(channel: grpc.Channel, token: str, read: Callable[[bytes], Any] | None) -> float:
    """Return how long the whole data set takes, read to its end."""
    stream = channel.unary_stream(f"/{SERVICE}/Stream", pb.StreamRequest.SerializeToString, read)
    request = pb.StreamRequest(data_set="job_postings", chunk_rows=500)
    began = time.perf_counter()
    chunks = sum(1 for _ in stream(request, metadata=[("authorization", f"Bearer {token}")]))
    assert chunks, "the stream was empty"
    return time.perf_counter() - began


@contextmanager
def _server(path: Path) -> Iterator[tuple[psutil.Process, grpc.Channel, str]]:
    options = [("grpc.max_receive_message_length", MOST_MESSAGE_BYTES)]
    with serving(path) as (address, token, pid), grpc.insecure_channel(address, options=options) as channel:
        yield psutil.Process(pid), channel, token
