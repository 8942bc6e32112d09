"""A data set that comes again: a row is known by its hash alone, and one that changed or went bad is still found."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import numpy as np
import psycopg
import pytest

from protos import embedding_stream_pb2 as pb
from runners.embed import Embed
from tests.embedding_streams import (
    Fake,
    Rows,
    another_instance,
    close_to,
    embed_params,
    ids,
    ingest,
    serving,
    vectors,
)
from tests.loads import Watched
from tests.requests import Bench

Sql = psycopg.Connection[Any]
COUNT = 300
BAD = 160
"""A row in the middle of the fourth chunk: the three before it are known, and share its transaction."""
SMALL = {"chunk": {"least": 50, "most": 50}}
LETTERS = "select payload -> 'place', reason from dead_letter order by 1"


@pytest.fixture
def fake() -> Fake:
    return Fake(Rows.some(COUNT), most=50, lists=True)


@pytest.fixture
async def address(fake: Fake) -> AsyncIterator[str]:
    async with serving(fake) as at:
        yield at


def with_vector(change: Callable[[np.ndarray], Any]) -> Callable[[Rows], None]:
    def spoil(rows: Rows) -> None:
        rows.vectors[BAD] = np.asarray(change(rows.vectors[BAD]), np.float32)

    return spoil


def with_metadata(text: str) -> Callable[[Rows], None]:
    return lambda rows: rows.metadata.__setitem__(BAD, text)


def with_id(make: Callable[[Rows], str]) -> Callable[[Rows], None]:
    return lambda rows: rows.ids.__setitem__(BAD, make(rows))


SPOILT = [
    ("nan", with_vector(lambda v: v * np.nan), "the vector is not finite: nan at position 0"),
    ("infinite", with_vector(lambda v: np.where(v == v[2], np.inf, v)), "the vector is not finite: inf at position 2"),
    ("zero", with_vector(lambda v: v * 0), "the vector has length zero"),
    ("too short", with_vector(lambda v: v[:3]), "the vector has 3 dimensions, the data set 8"),
    ("broken metadata", with_metadata("{broken"), "the metadata is not JSON"),
    ("NaN in metadata", with_metadata('{"title": NaN}'), "NaN is no JSON number"),
    ("NUL in the id", with_id(lambda rows: "row\x00"), "the id has a NUL character"),
    ("no id", with_id(lambda rows: ""), "the id is empty"),
    ("an id twice", with_id(lambda rows: rows.ids[BAD + 7]), 'the id "row-000167" comes again in the same chunk'),
]


@pytest.mark.parametrize(("name", "spoil", "says"), SPOILT, ids=[name for name, _, _ in SPOILT])
async def test_a_row_that_has_gone_bad_among_known_ones_is_a_dead_letter_until_it_is_mended(
    bench: Bench, fake: Fake, address: str, connection: Sql, name: str, spoil: Callable[[Rows], None], says: str
) -> None:
    first = await ingest(bench, address, **SMALL)
    loaded, spoilt = vectors(connection), Rows(*map(list, (fake.rows.ids, fake.rows.metadata, fake.rows.vectors)))
    spoil(spoilt)
    whole, fake.rows = fake.rows, spoilt
    bench = await another_instance(connection, bench)
    again = await ingest(bench, address, **SMALL)
    assert (again["unchanged"], again["updated"], again["inserted"], again["dead"]) == (COUNT - 1, 0, 0, 1)
    ((place, reason),) = connection.execute(LETTERS).fetchall()
    assert place == BAD
    assert says in reason
    fake.rows = whole
    assert await ingest(await another_instance(connection, bench), address, **SMALL) == first | {
        "inserted": 0,
        "unchanged": COUNT,
    }
    assert connection.execute(LETTERS).fetchall() == []
    assert vectors(connection) == loaded


async def test_a_matrix_that_has_gone_bad_among_known_chunks_is_not_believed(
    bench: Bench, fake: Fake, address: str, connection: Sql
) -> None:
    def truncated(chunk: pb.Chunk) -> pb.Chunk:
        if chunk.first_row == 150:
            chunk.matrix = chunk.matrix[:-4]
        return chunk

    fake.lists = False
    await ingest(bench, address, **SMALL)
    fake.twist = truncated
    again = await ingest(await another_instance(connection, bench), address, **SMALL)
    assert (again["unchanged"], again["dead"]) == (COUNT - 50, 50)
    assert [place for place, _ in connection.execute(LETTERS)] == list(range(150, 200))


async def test_the_same_vectors_under_another_model_are_all_written_again(
    bench: Bench, fake: Fake, address: str, connection: Sql
) -> None:
    await ingest(bench, address, **SMALL)
    fake.model, fake.version = "model-b", "v2"
    again = await ingest(await another_instance(connection, bench), address, **SMALL)
    assert (again["inserted"], again["unchanged"]) == (COUNT, 0)
    assert connection.execute("select distinct model from job_embedding").fetchall() == [("model-b",)]


async def test_rows_that_are_gone_from_the_table_are_written_again(
    bench: Bench, fake: Fake, address: str, connection: Sql
) -> None:
    await ingest(bench, address, **SMALL)
    connection.execute("delete from job where id in ('row-000160', 'row-000299')")
    again = await ingest(await another_instance(connection, bench), address, **SMALL)
    assert (again["inserted"], again["unchanged"]) == (2, COUNT - 2)
    assert ids(connection) == ids(connection, "job") == fake.rows.ids


async def test_an_id_that_comes_twice_in_different_chunks_is_the_last_row_with_it_each_time(
    bench: Bench, fake: Fake, address: str, connection: Sql
) -> None:
    fake.rows.ids[10] = "row-000290"
    for _ in range(2):
        result = await ingest(bench, address, **SMALL)
        assert (result["dead"], result["loaded"]) == (0, COUNT)
        assert close_to(vectors(connection)["row-000290"], fake.rows.vectors[290])
        bench = await another_instance(connection, bench)


@pytest.mark.parametrize("transactions", range(12))
async def test_a_second_pass_that_is_killed_anywhere_counts_every_row_once_after_the_next_attempt(
    bench: Bench, fake: Fake, address: str, connection: Sql, transactions: int
) -> None:
    await ingest(bench, address, **SMALL)
    fake.rows.vectors[60] = fake.rows.vectors[60] * 0
    fake.rows.vectors[210] = fake.rows.vectors[210] * 2
    bench = await another_instance(connection, bench)
    request = await bench.request(Embed(), **embed_params(address, **SMALL))
    watched = replace(request, handed=Watched(request.handed, transactions=transactions))
    await asyncio.wait([asyncio.create_task(Embed().run(watched))])
    result = await ingest(bench, address, **SMALL)
    assert (result["unchanged"], result["updated"], result["dead"]) == (COUNT - 2, 1, 1)
    assert [place for place, _ in connection.execute(LETTERS)] == [60]
    assert close_to(vectors(connection)["row-000210"], fake.rows.vectors[210])


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_mixture_of_changes_comes_the_tables_hold_it(
    bench: Bench, fake: Fake, address: str, connection: Sql, seed: int
) -> None:
    await ingest(bench, address, **SMALL)
    draw = np.random.default_rng(seed)
    changed = sorted(draw.choice(COUNT, size=40, replace=False).tolist())
    for n in changed:
        match draw.integers(3):
            case 0:
                fake.rows.vectors[n] = draw.standard_normal(8).astype(np.float32)
            case 1:
                fake.rows.metadata[n] = f'{{"title": "Changed {n}"}}'
            case _:
                fake.rows.ids[n] = f"new-{n:03}"
    again = await ingest(await another_instance(connection, bench), address, **SMALL)
    assert (again["inserted"] + again["updated"], again["unchanged"]) == (len(changed), COUNT - len(changed))
    found = vectors(connection)
    assert all(close_to(found[key], sent) for key, sent in zip(fake.rows.ids, fake.rows.vectors, strict=True))
    stored = dict(connection.execute("select id, metadata ->> 'title' from job").fetchall())
    titles = {n: f"Changed {n}" for n in changed if "Changed" in fake.rows.metadata[n]}
    assert [stored[key] for key in fake.rows.ids] == [titles.get(n, f"Title {n}") for n in range(COUNT)]
