"""The whole, as processes: `serve`, an embedding server, and a client that searches by a text while postings change."""

import os
import re
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest

from services.embedding_server.models.hashing import hashed
from tests.collections import load, make_collections

Connection = psycopg.Connection[tuple[Any, ...]]
HERE = Path(__file__).parents[2]
SERVE = "import sys, typer; from services.http import cli; typer.run(cli.serve)"
TOKEN = "a-token-of-the-embedding-server"
DIMENSIONS = 64
TITLES = ("PostgreSQL database engineer", "Pastry chef", "Nurse in a hospital")
SEARCH = """query ($text: String!) {
  search(collection: "job_posting", by: {text: $text}, options: {first: 1}) { similarity row { id metadata } }
}"""


@contextmanager
def process(*arguments: str, environment: dict[str, str], until: str) -> Iterator[str]:
    """Start a program, and give what it has printed up to the line that matches."""
    program = [sys.executable, *arguments]
    with subprocess.Popen(program, cwd=HERE, env=environment, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        said = ""
        for line in started.stdout:
            said += line
            if re.search(until, line):
                break
        try:
            yield said
        finally:
            started.terminate()
            started.stdout.read()
            assert started.wait(timeout=30) == 0


@pytest.fixture
def environment(database_url: str, tmp_path: Path) -> dict[str, str]:
    return os.environ | {
        "BATCHDAG_DATABASE_URL": database_url, "BATCHDAG_HOME": str(tmp_path), "BATCHDAG_CACHE_PORT": "0",
        "BATCHDAG_EMBEDDING_SERVER_TOKEN": TOKEN, "BATCHDAG_SECRET_EMBED_TOKEN": TOKEN, "PYTHONUNBUFFERED": "1",
    }  # fmt: skip


@pytest.fixture
def embedding_server(environment: dict[str, str]) -> Iterator[str]:
    arguments = ("-m", "services.embedding_server", "--port", "0", "--model", "hashing")
    with process(*arguments, environment=environment, until=r"^Data sets") as said:
        found = re.search(r"127\.0\.0\.1:\d+", said)
        assert found, said
        yield found[0]


@pytest.fixture
def client(environment: dict[str, str], embedding_server: str) -> Iterator[httpx2.Client]:
    more = {
        "BATCHDAG_GRAPHQL_EMBEDDING_SERVER": embedding_server,
        "BATCHDAG_GRAPHQL_EMBEDDING_TOKEN": "secret://EMBED_TOKEN",
    }
    with process("-c", SERVE, "--port", "0", environment=environment | more, until="^To sign") as said:
        address, secret = re.search(r"http://127.0.0.1:\d+", said), re.search(r"^  (bd_\S+)$", said, re.MULTILINE)
        assert address
        assert secret
        with httpx2.Client(base_url=address[0], headers={"Authorization": f"Bearer {secret[1]}"}, timeout=30) as opened:
            yield opened


def post(client: httpx2.Client, query: str, **variables: Any) -> Any:
    answer = client.post("/graphql", json={"query": query, "variables": variables}).json()
    assert "errors" not in answer, answer
    return answer["data"]


def embedded(*titles: str) -> list[tuple[str, Any, tuple[float, ...]]]:
    vectors = hashed(list(titles), dimensions=DIMENSIONS)
    return [
        (f"j{number}", {"title": title}, struct.unpack(f"<{DIMENSIONS}f", vectors[number].astype("<f4").tobytes()))
        for number, title in enumerate(titles)
    ]


def nearest(client: httpx2.Client) -> Any:
    return post(client, SEARCH, text="a database engineer for PostgreSQL")["search"][0]["row"]


def test_a_text_finds_its_posting_and_a_change_is_served_within_a_second(
    connection: Connection, client: httpx2.Client
) -> None:
    make_collections(connection, dimensions=DIMENSIONS, kind="halfvec")
    load(connection, "job_posting", embedded(*TITLES))
    assert nearest(client) == {"id": "j0", "metadata": {"title": TITLES[0]}}
    assert post(client, SEARCH, text="hospital nurse")["search"][0]["row"]["id"] == "j2"
    stale = []
    for number in range(3):
        title = f"PostgreSQL database engineer, edition {number}"
        load(connection, "job_posting", embedded(title))
        committed = last = asked = time.monotonic()
        while nearest(client)["metadata"]["title"] != title:
            last = asked
            asked = time.monotonic()
        stale.append(last - committed)
    assert max(stale) < 1


def test_a_server_that_serves_is_registered_and_told_over_grpc(connection: Connection, client: httpx2.Client) -> None:
    make_collections(connection, dimensions=DIMENSIONS)
    load(connection, "job_posting", embedded(*TITLES))
    post(client, SEARCH, text="nurse")
    deadline = time.monotonic() + 30
    while not connection.execute("select 1 from cache_reader").fetchone():
        assert time.monotonic() < deadline
    load(connection, "job_posting", embedded("Pastry chef"))
    while connection.execute("select told from cache_invalidation").fetchall() != [(2,)]:
        assert time.monotonic() < deadline, connection.execute("table cache_invalidation").fetchall()
