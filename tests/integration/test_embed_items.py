"""Items of earlier steps, embedded by a provider through the ledger or by a server, and loaded."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest

from engine.database import Database
from protos import embedding_stream_pb2 as pb
from runners.base import BadData, InvalidStep, Outcome, RunnerSettings, Shard
from runners.embed import Embed
from runners.providers.answers_vectors import make_vector
from runners.providers.simulated import Simulated
from tests.embedding_streams import BREAKER, Fake, Rows, close_to, embedding, ids, reasons, serving, vectors
from tests.harness import Harness, step
from tests.rehearsing import of, rehearse
from tests.requests import Bench, result_of

Sql = psycopg.Connection[Any]
ITEMS = [{"id": f"q-{n:02}", "title": f"Title {n}", "city": "Berlin"} for n in range(30)]
COLUMNS = {"id": "text", "title": "text", "city": "text"}
BY = {"provider": "simulated", "model": "text-embedding-3-small", "dimensions": 16}


@pytest.fixture
async def bench(database: Database, test_reader_url: str) -> Bench:
    made = Bench(database, test_reader_url)
    await made.set_up(items=ITEMS, columns=COLUMNS)
    return made


def params(**items: Any) -> dict[str, Any]:
    return {
        "items": {"text": "{{ item.title }} in {{ item.city }}", "keep": ["title"]} | items,
        "table": "job",
        "create": True,
        "index": {"method": "none"},
        "breaker": BREAKER,
    }


async def run(bench: Bench, storage: Path, **more: Any) -> Outcome:
    settings = RunnerSettings(storage=str(storage))
    request = await bench.request(Embed(), settings=settings, **params(**more))
    return await Embed({}).run(request)


async def test_items_are_embedded_by_a_provider_and_loaded(bench: Bench, connection: Sql, tmp_path: Path) -> None:
    result = result_of(await run(bench, tmp_path, by=BY))
    assert (result["loaded"], result["model"], result["dimensions"]) == (30, "text-embedding-3-small", 16)
    assert (result["asked"]["requests"], result["asked"]["simulated"]) == (30, True)
    found = vectors(connection)["q-07"]
    assert close_to(found, make_vector("Title 7 in Berlin", model="text-embedding-3-small", dimensions=16), within=1e-5)  # type: ignore[arg-type]
    assert connection.execute("select metadata from job where id = 'q-07'").fetchone() == ({"title": "Title 7"},)


async def test_no_text_is_paid_for_twice(
    bench: Bench, connection: Sql, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts: list[str] = []
    real = Simulated.embed

    async def counted(self: Any, asked: Any, **more: Any) -> Any:
        texts.extend(asked)
        return await real(self, asked, **more)

    monkeypatch.setattr(Simulated, "embed", counted)
    first = result_of(await run(bench, tmp_path, by=BY))
    connection.execute("truncate job cascade; delete from stream_checkpoint")
    connection.execute(
        "delete from generation; delete from batch_item where step_id in (select id from batch_step where step_key = 'under_test')"
    )
    second = result_of(await run(bench, tmp_path, by=BY))
    assert sorted(texts) == sorted({f"Title {n} in Berlin" for n in range(30)})
    assert (first["asked"]["from_cache"], second["asked"]["from_cache"]) == (0, 30)
    assert ids(connection) == [item["id"] for item in ITEMS]
    spent = connection.execute("select count(*), sum(cost_usd) > 0 from provider_answer").fetchone()
    assert spent == (30, True)


async def test_a_budget_stops_embedding_before_it_costs_anything(bench: Bench, connection: Sql, tmp_path: Path) -> None:
    connection.execute("update batch_instance set budget_usd = 0")
    with pytest.raises(Exception, match=r"30 requests would cost up to .* and the budget of the instance is \$0"):
        await run(bench, tmp_path, by=BY)
    assert connection.execute("select count(*) from provider_answer").fetchone() == (0,)


async def test_items_are_embedded_by_a_server_and_loaded(bench: Bench, connection: Sql, tmp_path: Path) -> None:
    async with serving(Fake(Rows.some(1))) as address:
        result = result_of(await run(bench, tmp_path, server={"address": address}))
        assert (result["loaded"], result["model"], result["dimensions"]) == (30, "model-a", 8)
        assert close_to(vectors(connection)["q-07"], embedding("Title 7 in Berlin"))
        again = result_of(await run(bench, tmp_path, server={"address": address}))
    assert again == result


async def test_an_item_whose_text_cannot_be_made_or_that_has_no_id_is_a_dead_letter(
    database: Database, test_reader_url: str, connection: Sql, tmp_path: Path
) -> None:
    bench = Bench(database, test_reader_url)
    await bench.set_up(items=[*ITEMS, {"id": "bad", "title": 3}, {"title": "x", "city": "y"}], columns=COLUMNS)
    async with serving(Fake(Rows.some(1))) as address:
        result = result_of(await run(bench, tmp_path, server={"address": address}, text="{{ item.title + item.city }}"))
    assert (result["loaded"], result["dead"]) == (30, 2)
    said = reasons(connection)
    assert said["bad"].startswith("text: it cannot be made")
    assert said[""] == "the id is empty"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"by": BY, "id": "code"}, r"no field code; they have: id, title, city"),
        ({"by": BY | {"provider": "nobody"}}, r"there is no provider 'nobody'"),
        ({"by": BY | {"model": "unheard-of"}}, r"no price is known for the model 'unheard-of'"),
        ({"server": {"address": "x:1"}, "text": "{{ item. }}"}, r"text: "),
    ],
)
async def test_items_that_cannot_be_embedded_say_why(
    bench: Bench, tmp_path: Path, more: dict[str, Any], says: str
) -> None:
    with pytest.raises(InvalidStep, match=says):
        await run(bench, tmp_path, **more)


class Twisted(Fake):
    """Answers 30 texts with something else than 30 vectors; the word that it is tried with, rightly."""

    twist_answer: Callable[[pb.EmbedResponse], Any]

    async def Embed(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC's name
        answer = await super().Embed(request, context)
        if len(request.texts) > 1:
            self.twist_answer(answer)
        return answer


@pytest.mark.parametrize(
    ("twist", "says"),
    [
        (lambda a: setattr(a, "matrix", a.matrix[:-4]), "answered 30 texts with 956 bytes for 8 dimensions, 960 for 8"),
        (lambda a: setattr(a, "dimensions", 16), "answered 30 texts with 960 bytes for 16 dimensions, 960 for 8"),
        (lambda a: setattr(a, "matrix", bytes(200 * 2**20)), "larger than max"),
    ],
    ids=["truncated", "other dimensions", "200 MB"],
)
async def test_an_answer_that_does_not_fit_its_texts_is_refused(
    bench: Bench, connection: Sql, tmp_path: Path, twist: Callable[[pb.EmbedResponse], Any], says: str
) -> None:
    fake = Twisted(Rows.some(1))
    fake.twist_answer = twist
    async with serving(fake) as address:
        with pytest.raises(BadData, match=says):
            await run(bench, tmp_path, server={"address": address})
    assert ids(connection) == []


async def test_a_vector_of_an_answer_that_cannot_be_compared_is_a_dead_letter(
    bench: Bench, connection: Sql, tmp_path: Path
) -> None:
    def spoil(answer: pb.EmbedResponse) -> None:
        matrix = np.frombuffer(answer.matrix, "<f4").reshape(30, 8).copy()
        matrix[3], matrix[4], matrix[5] = np.nan, np.inf, 0
        answer.matrix = matrix.tobytes()

    fake = Twisted(Rows.some(1))
    fake.twist_answer = spoil  # type: ignore[method-assign]
    async with serving(fake) as address:
        result = result_of(await run(bench, tmp_path, server={"address": address}))
    assert (result["loaded"], result["dead"]) == (27, 3)
    assert {key: reason[:32] for key, reason in reasons(connection).items()} == {
        "q-03": "the vector is not finite: nan at",
        "q-04": "the vector is not finite: inf at",
        "q-05": "the vector has length zero, so i",
    }


async def test_no_items_are_nothing_to_load(database: Database, test_reader_url: str, tmp_path: Path) -> None:
    bench = Bench(database, test_reader_url)
    await bench.set_up(items=[], columns=COLUMNS)
    result = result_of(await run(bench, tmp_path, by=BY))
    assert (result["loaded"], result["complete"]) == (0, True)


async def test_shards_of_items_are_refused(bench: Bench, tmp_path: Path) -> None:
    request = await bench.request(Embed(), **params(by=BY))
    with pytest.raises(InvalidStep, match=r"leave parallel out, set by\.concurrency"):
        await Embed({}).run(replace(request, shard=Shard(1)))


async def test_a_rehearsal_pays_nothing_and_loads_nothing(working: Harness, connection: Sql) -> None:
    steps = [
        step("collect", "receive", runner="collect", params={"items": ITEMS}),
        step("receive", runner="embed", params=json.loads(json.dumps(params(by=BY | {"provider": "openai"})))),
    ]
    report = await rehearse(working, *steps, sample=10)
    found = of(report, "receive")
    assert report.status == "succeeded", report.problems
    assert found.loading is not None
    assert found.asking is not None
    assert (found.loading.tried, found.loading.inserted) == (10, 10)
    assert (found.asking.provider, found.asking.model) == ("openai", "text-embedding-3-small")
    assert report.about_usd > 0
    assert connection.execute("select to_regclass('job')").fetchone() == (None,)
