"""What an ingest of embeddings is measured with: server and ingester in processes of their own, and rows for COPY."""

import json
import os
import secrets
import struct
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from engine.app import Engine
from services.embedding_server.reference.making import ReferenceSet

CHUNK = 500
"""Rows in a chunk, as the ingester takes them."""
BEGIN, END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
_TOOK = "select extract(epoch from finished_at - started_at) from batch_step where batch_instance_id = %s"


class Serving(NamedTuple):
    """A server of embeddings that runs: where, what it is asked with, and its process."""

    address: str
    token: str
    pid: int


@contextmanager
def serving(path: Path) -> Iterator[Serving]:
    """Run the embedding server in a process of its own."""
    token = secrets.token_urlsafe(32)
    command = [sys.executable, "-m", "services.embedding_server", "--port", "0", "--data", str(path)]
    environment = os.environ | {"BATCHDAG_EMBEDDING_SERVER_TOKEN": token}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        try:
            address = process.stdout.readline().split("listens on ")[1].split(";")[0]
            yield Serving(address, token, process.pid)
        finally:
            process.terminate()


def in_a_process(module: str, *arguments: str, token: str) -> dict[str, Any]:
    """Run an ingester of its own, and return what it found."""
    environment = os.environ | {"BATCHDAG_SECRET_EMBED_BENCH": token}
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=3600)
    if done.returncode:
        raise RuntimeError(f"the benchmark of embeddings failed:\n{done.stderr[-3000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def definition(address: str, **params: Any) -> dict[str, Any]:
    stream = {"address": address, "dataSet": "job_postings", "token": "secret://EMBED_BENCH"}
    base = {"stream": stream, "table": "job", "create": True, "bulk": "never", "index": {"method": "none"}}
    return {"name": "embeddings", "steps": [{"key": "embed", "params": base | params}]}


async def ingest(engine: Engine, made: Mapping[str, Any]) -> float:
    """Run a definition to its end; return the seconds of its step, from its first call to its last commit."""
    await engine.apply([made])
    ended = await engine.run("embeddings")
    assert ended.is_success, ended
    async with engine.database.transaction() as connection:
        row = await (await connection.execute(_TOOK, (ended.instance_id,))).fetchone()
    assert row is not None
    return float(row[0])


def encoded(made: ReferenceSet, part: slice) -> bytes:
    """Return rows of id, metadata and vector, as a binary COPY reads them."""
    vectors = np.asarray(made.matrix[part], ">f4")
    head = struct.pack(">ihh", 4 + vectors.shape[1] * 4, vectors.shape[1], 0)
    rows = []
    for key, metadata, vector in zip(made.ids[part], made.metadata[part], vectors, strict=True):
        texts = (key.encode(), b"\x01" + metadata.encode())
        rows += [b"\x00\x03", *(struct.pack(">i", len(text)) + text for text in texts), head, vector.tobytes()]
    return b"".join(rows)
