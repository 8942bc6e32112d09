"""The demo of embeddings: a server, an ingest that is killed half-way and goes on, a reader that searches in it."""

import json
import time
import urllib.request
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import psycopg
from psycopg import sql

from definitions.files import parse_documents
from engine.access import Access, Role
from engine.app import Engine, locate
from engine.cli.console import out, print_table, with_engine
from engine.cli.demo_library import shipped
from engine.settings import Settings
from services.demonstration.programs import Program, running
from services.embedding_server.reference.making import job_postings, users
from services.embedding_server.reference.writing import Format, write

Connection = psycopg.Connection[tuple[Any, ...]]

_DEFINITION = "embedding_ingest"
_TABLES = ("job_posting_embedding", "candidate_embedding", "job_posting", "candidate")
_COLLECTIONS = """
insert into embedding_collection (name, rows_table, embeddings_table)
values ('job_posting', 'job_posting', 'job_posting_embedding'), ('candidate', 'candidate', 'candidate_embedding')
on conflict do nothing"""
_SEARCH = """query ($text: String!) {
  search(collection: "job_posting", by: {text: $text}, options: {first: 3}) { similarity row { metadata } }
}"""
_TEXT = "nurse in a hospital, night shifts"


def demonstrate(*, rows: int, dimensions: int) -> bool:
    """Run the demo; say whether every row is there once, although the ingest was killed."""
    settings = Settings()
    folder = settings.home.absolute() / "demo-embeddings"
    out.rule("1. an embedding server with made-up job postings and users")
    for make, name, count in ((job_postings, "job postings", rows), (users, "users", max(1, rows // 10))):
        write(make(count, dimensions=dimensions, seed=1), folder, form=Format.NPZ)
        out.print(f"{count:,} {name} of {dimensions:,} dimensions")
    url, _ = locate(settings)
    environment = {
        "BATCHDAG_HOME": str(settings.home.absolute()),
        "BATCHDAG_LEASE_SECONDS": "3",
        "BATCHDAG_RESCUE_SECONDS": "0.5",
        "BATCHDAG_CACHE_PORT": "0",
        "BATCHDAG_EMBEDDING_SERVER_TOKEN": "the-token-of-the-demo-server",
        "BATCHDAG_SECRET_EMBEDDING_SERVER": "the-token-of-the-demo-server",
    }
    server = ("embedding-server", "--data", str(folder), "--port", "0", "--model", "hashing")
    with running(*server, environment=environment, until="^Data sets") as embeddings:
        address = embeddings.found(r"listens on (\S+?)[,;]")
        out.print(f"listening on {address}\n")
        with psycopg.connect(url, autocommit=True) as connection:
            _prepare(connection)
            return _ingest_and_search(connection, address, environment, rows=rows)


def _prepare(connection: Connection) -> None:
    document = parse_documents(shipped(f"{_DEFINITION}.yaml"), source=f"{_DEFINITION}.yaml")
    with_engine(lambda engine: engine.apply(document))
    for table in _TABLES:
        connection.execute(sql.SQL("drop table if exists {}").format(sql.Identifier(table)))
    connection.execute(_COLLECTIONS)


def _ingest_and_search(connection: Connection, address: str, environment: Mapping[str, str], *, rows: int) -> bool:
    out.rule("2. the ingest is killed half-way (kill -9), and another worker goes on")
    instance = _start(connection, address)
    with running("worker", environment=environment) as worker:
        _until(lambda: _loaded(connection) >= rows // 2 or not worker.is_running)
        worker.kill()
    out.print(f"killed: {_loaded(connection):,} of {rows:,} job postings are in the table")
    with running("worker", environment=environment) as worker:
        first = _seconds(connection, instance, worker)
        out.print(f"continued: {_loaded(connection):,} of {rows:,}, every one of them once\n")
        out.rule("3. the same data once more: nothing has changed, so little is written")
        second = _seconds(connection, _start(connection, address), worker)
        print_table(_results(connection), columns=_COLUMNS, empty="no results")
        out.print(f"{first:.1f} s with the kill, {second:.1f} s for rows that are there\n")
        complete = _loaded(connection) == rows
    out.rule(f"4. a reader: search for {_TEXT!r}")
    with_reader = {
        **environment,
        "BATCHDAG_GRAPHQL_EMBEDDING_SERVER": address,
        "BATCHDAG_GRAPHQL_EMBEDDING_TOKEN": "secret://EMBEDDING_SERVER",
    }
    return _search(with_reader) and complete


def _start(connection: Connection, address: str) -> int:
    params = json.dumps({"address": address, "token": "secret://EMBEDDING_SERVER"})
    row = connection.execute("select start_instance(%s, %s::jsonb)", (_DEFINITION, params)).fetchone()
    assert row is not None
    return int(row[0])


def _loaded(connection: Connection) -> int:
    """How many job postings have their embedding; none while the tables are not there."""
    row = connection.execute("select to_regclass('job_posting_embedding') is not null").fetchone()
    if row is None or not row[0]:
        return 0
    found = connection.execute("select count(*) from job_posting_embedding join job_posting using (id)").fetchone()
    return int(found[0]) if found else 0


def _seconds(connection: Connection, instance: int, worker: Program) -> float:
    """Wait for the end of an instance; return how long it took from its start."""
    query = "select status, error, extract(epoch from finished_at - started_at) from batch_instance where id = %s"

    def ended() -> bool:
        row = connection.execute(query, (instance,)).fetchone()
        return row is None or row[0] not in ("pending", "running") or not worker.is_running

    _until(ended)
    status, error, seconds = connection.execute(query, (instance,)).fetchone() or ("gone", None, 0)
    if status != "succeeded":
        raise RuntimeError(f"instance {instance} is {status}: {error}")
    return float(seconds)


def _until(is_so: Callable[[], bool]) -> None:
    while not is_so():
        time.sleep(0.02)


_COLUMNS = {
    "collection": "COLLECTION", "inserted": "INSERTED", "updated": "UPDATED", "unchanged": "UNCHANGED", "dead": "DEAD",
}  # fmt: skip


def _results(connection: Connection) -> list[dict[str, Any]]:
    found = connection.execute(
        "select step_key, result_payload from batch_step_result where step_key like 'receive%%' and shard = 0"
        " and batch_instance_id = (select max(id) from batch_instance) order by step_key"
    ).fetchall()
    return [
        {"collection": key} | {name: payload.get(name) for name in _COLUMNS if name != "collection"}
        for key, payload in found
    ]


def _search(environment: Mapping[str, str]) -> bool:
    token = _token()
    options = ("serve", "--port", "0", "--no-work")
    with running(*options, environment=environment, until="serves on http") as reader:
        address = reader.found(r"(http://\S+?);")
        hits = _ask(f"{address}/graphql", token)
    rows = [{"similarity": f"{hit['similarity']:.3f}"} | _shown(hit["row"]["metadata"]) for hit in hits]
    print_table(rows, columns={"similarity": "SIMILARITY", "title": "TITLE", "city": "CITY"}, empty="nothing found")
    return bool(rows)


def _shown(metadata: Any) -> dict[str, Any]:
    known = json.loads(metadata) if isinstance(metadata, str) else metadata
    return {"title": known.get("title"), "city": known.get("city")}


def _token() -> str:
    async def issue(engine: Engine) -> str:
        issued = await Access(engine.database).create(Role.VIEWER, name="the demo", lasts=timedelta(hours=1))
        return issued.secret

    return with_engine(issue)


def _ask(url: str, token: str) -> list[dict[str, Any]]:
    body = json.dumps({"query": _SEARCH, "variables": {"text": _TEXT}}).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(url, body, headers)  # noqa: S310 - the reader that was started above
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        found = json.load(answer)
    if "errors" in found:
        raise RuntimeError(f"the reader answered: {found['errors']}")
    hits: list[dict[str, Any]] = found["data"]["search"]
    return hits
