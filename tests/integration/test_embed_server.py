"""The embed runner against the shipped embedding server: token, TLS, a replaced file, and texts embedded by its model."""

from pathlib import Path
from typing import Any

import psycopg
import pytest

from engine.database import Database
from runners.base import InvalidStep, RunnerSettings, Snoozed
from runners.embed import Embed
from tests.embedding_servers import TOKEN, embedding_server, embedding_server_process, write_npz
from tests.embedding_streams import another_instance, attempt, close_to, ids, ingest, vectors
from tests.integration.test_embedding_server_command import make_certificate
from tests.requests import Bench, result_of

Sql = psycopg.Connection[Any]
STREAM = {"token": "secret://embedding-server"}


@pytest.fixture
async def bench(database: Database, test_reader_url: str) -> Bench:
    made = Bench(database, test_reader_url)
    await made.set_up(items=[{"id": f"q-{n}", "title": f"Nurse {n}"} for n in range(7)], columns={"id": "text"})
    return made


@pytest.fixture
def settings(tmp_path: Path) -> RunnerSettings:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "embedding-server").write_text(f"{TOKEN}\n")
    return RunnerSettings(secrets=str(tmp_path / "secrets"))


async def test_a_file_is_loaded_and_loaded_anew_when_it_was_replaced(
    bench: Bench, connection: Sql, tmp_path: Path, settings: RunnerSettings
) -> None:
    sent = write_npz(tmp_path / "jobs.npz", 1_700)
    async with embedding_server(tmp_path) as served:
        first = await ingest(bench, served.address, stream=STREAM, settings=settings)
        assert (first["inserted"], first["dead"]) == (1_700, 0)
        assert close_to(vectors(connection)["job-42"], sent[42])
        sent[42] *= 2
        write_npz(tmp_path / "next.npz", 1_700, embeddings=sent)
        (tmp_path / "next.npz").replace(tmp_path / "jobs.npz")
        again = await another_instance(connection, bench)
        second = await ingest(again, served.address, stream=STREAM, settings=settings)
    assert (second["updated"], second["unchanged"]) == (1, 1_699)
    assert second["version"] != first["version"]


async def test_a_wrong_token_is_refused_and_not_tried_again(bench: Bench, tmp_path: Path) -> None:
    write_npz(tmp_path / "jobs.npz", 3)
    async with embedding_server(tmp_path) as served:
        with pytest.raises(InvalidStep, match=r"UNAUTHENTICATED"):
            await attempt(bench, served.address)


async def test_over_tls_the_servers_certificate_is_checked(
    bench: Bench, connection: Sql, tmp_path: Path, settings: RunnerSettings
) -> None:
    write_npz(tmp_path / "jobs.npz", 3)
    certificate, key = make_certificate(tmp_path)
    (tmp_path / "secrets" / "embedding-ca").write_text(certificate.read_text())
    arguments = ("--data", str(tmp_path), "--tls-certificate", str(certificate), "--tls-key", str(key))
    with embedding_server_process(*arguments, home=tmp_path) as (_, address, _):
        trusted = STREAM | {"tls": "on", "ca": "secret://embedding-ca"}
        assert isinstance(await attempt(bench, address, stream=STREAM, settings=settings), Snoozed)
        connection.execute("delete from circuit_breaker")
        untrusted = await attempt(bench, address, stream=STREAM | {"tls": "on"}, settings=settings)
        assert isinstance(untrusted, Snoozed)
        assert "CERTIFICATE_VERIFY_FAILED" in untrusted.why
        connection.execute("delete from circuit_breaker")
        assert (await ingest(bench, address, stream=trusted, settings=settings))["loaded"] == 3


async def test_texts_are_embedded_by_the_servers_model(
    bench: Bench, connection: Sql, tmp_path: Path, settings: RunnerSettings
) -> None:
    async with embedding_server() as served:
        server = {"address": served.address, "token": "secret://embedding-server"}
        items = {"text": "{{ item.title }}", "server": server, "dimensions": 64}
        params = {"items": items, "table": "question", "create": True, "index": {"distance": "cosine"}}
        result = result_of(await Embed({}).run(await bench.request(Embed(), settings=settings, **params)))
    assert (result["loaded"], result["model"], result["dimensions"]) == (7, "hashing", 64)
    assert ids(connection, "question_embedding") == [f"q-{n}" for n in range(7)]
