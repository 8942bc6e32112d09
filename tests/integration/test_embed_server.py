"""The embed runner against the shipped embedding server in a process of its own, as it is in earnest."""

import os
import pickle
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest

from engine.database import Database
from runners.base import BadData, InvalidStep, RunnerSettings, Snoozed, StepRequest, TransientFailure
from runners.embed import Embed
from services.embedding_server.models.hashing import hashed
from tests.embedding_servers import TOKEN, embedding_server_process, write_npz
from tests.embedding_streams import another_instance, attempt, close_to, ids, ingest, vectors
from tests.integration.test_embedding_server_command import make_certificate
from tests.loads import Watched
from tests.ports import free_port
from tests.requests import Bench, result_of

Sql = psycopg.Connection[Any]
ROWS = 1_700
STREAM = {"token": "secret://embedding-server"}
SMALL = {"chunk": {"least": 100, "most": 100}}


@pytest.fixture
async def bench(database: Database, test_reader_url: str) -> Bench:
    made = Bench(database, test_reader_url)
    await made.set_up(items=[{"id": f"q-{n}", "title": f"Nurse {n}"} for n in range(7)], columns={"id": "text"})
    return made


@pytest.fixture
def settings(tmp_path: Path) -> RunnerSettings:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "embedding-server").write_text(f"{TOKEN}\n")
    (tmp_path / "secrets" / "embedding-other").write_text("another-token-for-a-test\n")
    return RunnerSettings(secrets=str(tmp_path / "secrets"))


@dataclass(frozen=True)
class Files:
    """The file of the data set ``jobs``, and the vectors that were put into it first."""

    path: Path
    vectors: np.ndarray

    def put_in_place(self) -> np.ndarray:
        """Put another file in its place, as an operator does: written beside it, then renamed. Row 42 has changed."""
        changed = self.vectors.copy()
        changed[42] *= 2
        write_npz(self.path.with_name("next.tmp.npz"), ROWS, embeddings=changed)
        self.path.with_name("next.tmp.npz").replace(self.path)
        return changed


@pytest.fixture
def files(tmp_path: Path) -> Files:
    path = tmp_path / "jobs.npz"
    return Files(path, write_npz(path, ROWS))


@pytest.fixture
def address(tmp_path: Path, files: Files) -> Iterator[str]:
    with embedding_server_process("--data", f"jobs={files.path}", home=tmp_path) as (_, at, _):
        yield at


def when_begun(act: Callable[[], Any]) -> Callable[[StepRequest], StepRequest]:
    """Have something happen once, when the first chunk is in the tables."""
    left = [act]

    def once() -> None:
        if left:
            left.pop()()

    return lambda request: replace(request, handed=Watched(request.handed, on_progress=once))


async def test_a_file_is_loaded_and_loaded_anew_when_it_was_replaced(
    bench: Bench, connection: Sql, files: Files, address: str, settings: RunnerSettings
) -> None:
    first = await ingest(bench, address, stream=STREAM, settings=settings)
    assert (first["inserted"], first["dead"]) == (ROWS, 0)
    assert close_to(vectors(connection)["job-42"], files.vectors[42])
    changed = files.put_in_place()
    second = await ingest(await another_instance(connection, bench), address, stream=STREAM, settings=settings)
    assert (second["updated"], second["unchanged"]) == (1, ROWS - 1)
    assert second["version"] != first["version"]
    assert close_to(vectors(connection)["job-42"], changed[42])


async def test_a_file_that_is_replaced_under_a_stream_is_loaded_as_it_was_and_the_other_the_next_time(
    bench: Bench, connection: Sql, files: Files, address: str, settings: RunnerSettings
) -> None:
    around = when_begun(files.put_in_place)
    first = await ingest(bench, address, stream=STREAM, settings=settings, around=around, **SMALL)
    assert (first["inserted"], first["reconnects"]) == (ROWS, 0)
    assert close_to(vectors(connection)["job-42"], files.vectors[42])
    second = await ingest(await another_instance(connection, bench), address, stream=STREAM, settings=settings)
    assert (second["updated"], second["unchanged"]) == (1, ROWS - 1)


async def test_a_file_that_is_replaced_between_two_attempts_is_begun_anew_and_no_chunk_is_mixed(
    bench: Bench, connection: Sql, files: Files, address: str, settings: RunnerSettings
) -> None:
    def interrupt() -> None:
        raise TransientFailure("killed by the test")

    with pytest.raises(TransientFailure, match="killed by the test"):
        await attempt(bench, address, stream=STREAM, settings=settings, around=when_begun(interrupt), **SMALL)
    half = len(ids(connection))
    assert 0 < half < ROWS
    changed = files.put_in_place()
    result = await ingest(bench, address, stream=STREAM, settings=settings, **SMALL)
    assert (result["inserted"], result["updated"], result["unchanged"]) == (ROWS - half, 1, half - 1)
    assert close_to(vectors(connection)["job-42"], changed[42])


async def test_a_server_that_comes_back_with_another_version_is_begun_anew(
    bench: Bench, connection: Sql, tmp_path: Path, settings: RunnerSettings
) -> None:
    rows, dimensions = 8_000, 1_000  # more than all buffers on the way can hold
    sent = write_npz(tmp_path / "jobs.npz", rows, dimensions)
    arguments = ("--data", str(tmp_path / "jobs.npz"), "--port", str(free_port()))
    with ExitStack() as servers:
        process, address, _ = servers.enter_context(embedding_server_process(*arguments, home=tmp_path))

        def replace_and_restart() -> None:
            process.kill()
            process.wait()
            write_npz(tmp_path / "jobs.npz", rows, dimensions, embeddings=sent * 2)
            servers.enter_context(embedding_server_process(*arguments, home=tmp_path))

        around = when_begun(replace_and_restart)
        with pytest.raises(
            TransientFailure, match=r"\[FAILED_PRECONDITION\]; the next attempt begins with the version"
        ):
            await attempt(bench, address, stream=STREAM, settings=settings, around=around, **SMALL)
        half = len(ids(connection))
        result = await ingest(bench, address, stream=STREAM, settings=settings)
    assert 0 < half < rows
    assert (result["inserted"], result["updated"], result["unchanged"]) == (rows - half, half, 0)


async def test_a_hostile_pickle_is_refused_and_nothing_of_it_runs_until_a_good_file_takes_its_place(
    bench: Bench, connection: Sql, tmp_path: Path, settings: RunnerSettings
) -> None:
    class Hostile:
        def __reduce__(self) -> Any:
            return os.system, (f"touch {tmp_path}/was-run",)

    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "jobs.pkl").write_bytes(pickle.dumps({"ids": [Hostile()], "embeddings": [[1.0]]}))
    with embedding_server_process("--data", str(tmp_path / "data"), home=tmp_path) as (_, address, _):
        with pytest.raises(BadData, match=r"it names .*\.system.*\[DATA_LOSS\]; mend the data set"):
            await attempt(bench, address, stream=STREAM, settings=settings)
        assert connection.execute("select count(*) from circuit_breaker").fetchone() == (0,)
        (tmp_path / "good").write_bytes(pickle.dumps({"ids": ["a"], "embeddings": np.ones((1, 8), np.float32)}))
        (tmp_path / "good").replace(tmp_path / "data" / "jobs.pkl")
        assert (await ingest(bench, address, stream=STREAM, settings=settings))["loaded"] == 1
    assert not (tmp_path / "was-run").exists()


async def test_the_token_must_be_one_that_the_server_knows(
    bench: Bench, connection: Sql, address: str, settings: RunnerSettings
) -> None:
    refused = r"UNAUTHENTICATED.*set token to the secret that the server expects"
    for stream in ({}, {"token": "secret://embedding-other"}):
        with pytest.raises(InvalidStep, match=refused):
            await attempt(bench, address, stream=stream, settings=settings)
    assert connection.execute("select count(*) from circuit_breaker").fetchone() == (0,), "it is no failure of a server"
    assert (await ingest(bench, address, stream=STREAM, settings=settings))["loaded"] == ROWS


async def test_over_tls_the_servers_certificate_is_checked(
    bench: Bench, connection: Sql, tmp_path: Path, files: Files, settings: RunnerSettings
) -> None:
    for name in ("right", "wrong"):
        (tmp_path / name).mkdir()
    certificate, key = make_certificate(tmp_path / "right")
    wrong, _ = make_certificate(tmp_path / "wrong")
    (tmp_path / "secrets" / "embedding-ca").write_text(certificate.read_text())
    (tmp_path / "secrets" / "embedding-wrong-ca").write_text(wrong.read_text())
    arguments = ("--data", str(files.path), "--tls-certificate", str(certificate), "--tls-key", str(key))
    with embedding_server_process(*arguments, home=tmp_path) as (_, address, _):
        for tls, says in (
            ({"tls": "off"}, "UNAVAILABLE"),
            ({"tls": "on"}, "CERTIFICATE_VERIFY_FAILED"),
            ({"tls": "on", "ca": "secret://embedding-wrong-ca"}, "CERTIFICATE_VERIFY_FAILED"),
        ):
            outcome = await attempt(bench, address, stream=STREAM | tls, settings=settings)
            assert isinstance(outcome, Snoozed)
            assert says in outcome.why
            connection.execute("delete from circuit_breaker")
        trusted = STREAM | {"tls": "on", "ca": "secret://embedding-ca"}
        assert (await ingest(bench, address, stream=trusted, settings=settings))["loaded"] == ROWS


async def test_texts_are_embedded_by_the_servers_model(
    bench: Bench, connection: Sql, address: str, settings: RunnerSettings
) -> None:
    server = {"address": address, "token": "secret://embedding-server"}
    items = {"text": "{{ item.title }}", "server": server, "dimensions": 64}
    params = {"items": items, "table": "question", "create": True, "index": {"distance": "cosine"}}
    result = result_of(await Embed({}).run(await bench.request(Embed(), settings=settings, **params)))
    assert (result["loaded"], result["model"], result["dimensions"]) == (7, "hashing", 64)
    assert ids(connection, "question_embedding") == [f"q-{n}" for n in range(7)]
    expected = hashed([f"Nurse {n}" for n in range(7)], dimensions=64)
    found = vectors(connection, "question_embedding")
    assert all(close_to(found[f"q-{n}"], vector, within=1e-5) for n, vector in enumerate(expected))
