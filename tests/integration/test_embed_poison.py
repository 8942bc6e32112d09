"""Poisoned streams: each bad row is a dead letter with its reason, or the stream is refused; everything else is loaded."""

import json
from typing import Any

import numpy as np
import psycopg
import pytest

from protos import embedding_stream_pb2 as pb
from runners.base import BadData, InvalidStep, Json
from tests.embedding_streams import DIMENSIONS, Fake, Rows, another_instance, attempt, ids, ingest, reasons, serving
from tests.requests import Bench

Sql = psycopg.Connection[Any]
COUNT = 300


async def load(bench: Bench, fake: Fake, **params: Any) -> dict[str, Json]:
    async with serving(fake) as address:
        return dict(await ingest(bench, address, **params))


def is_complete(connection: Sql, fake: Fake, bad: set[int]) -> None:
    """Every row is either in both tables or a dead letter, and each once."""
    good = sorted(key for n, key in enumerate(fake.rows.ids) if n not in bad)
    assert ids(connection) == ids(connection, "job") == good
    places = connection.execute("select payload -> 'place' from dead_letter order by id").fetchall()
    assert sorted(place for (place,) in places) == sorted(bad)


VECTORS = [
    ("nan", lambda v: np.where(np.arange(len(v)) == 2, np.nan, v), r"not finite: nan at position 2"),
    ("inf", lambda v: np.where(np.arange(len(v)) == 0, -np.inf, v), r"not finite: -inf at position 0"),
    ("zero", lambda v: v * 0, r"the vector has length zero"),
    ("tiny", lambda v: v * np.float32(1e-30), r"the vector has length zero"),
    ("huge", lambda v: v * np.float32(1e30), r"the vector is too long"),
]


@pytest.mark.parametrize("lists", [False, True])
@pytest.mark.parametrize(("name", "spoil", "says"), VECTORS, ids=[name for name, _, _ in VECTORS])
async def test_a_vector_that_cannot_be_compared_is_a_dead_letter(
    bench: Bench, connection: Sql, name: str, spoil: Any, says: str, lists: bool
) -> None:
    fake = Fake(Rows.some(COUNT), lists=lists)
    for n in (0, 150, 299):
        fake.rows.vectors[n] = spoil(fake.rows.vectors[n]).astype(np.float32)
    result = await load(bench, fake)
    assert (result["loaded"], result["dead"]) == (COUNT - 3, 3)
    is_complete(connection, fake, {0, 150, 299})
    assert all(says in reason for reason in reasons(connection).values())


async def test_a_value_that_halfvec_cannot_hold_is_a_dead_letter(bench: Bench, connection: Sql) -> None:
    fake = Fake(Rows.some(COUNT))
    fake.rows.vectors[4] = np.full(DIMENSIONS, 70_000, np.float32)
    fake.rows.vectors[5] = np.full(DIMENSIONS, 1e-9, np.float32)
    await load(bench, fake, type="halfvec")
    is_complete(connection, fake, {4, 5})
    said = reasons(connection)
    assert said["row-000004"] == "the vector has 70000.0 at position 0, halfvec holds at most 65,504"
    assert "length zero" in said["row-000005"]


async def test_lists_of_another_length_are_dead_letters_and_spoil_no_other(bench: Bench, connection: Sql) -> None:
    fake = Fake(Rows.some(COUNT), lists=True)
    fake.rows.vectors[7] = np.ones(3, np.float32)
    fake.rows.vectors[8] = np.ones(0, np.float32)
    await load(bench, fake)
    is_complete(connection, fake, {7, 8})
    assert reasons(connection) == {
        "row-000007": "the vector has 3 dimensions, the data set 8",
        "row-000008": "the row has no vector",
    }


@pytest.mark.parametrize(
    ("twist", "says"),
    [
        (lambda c: c.matrix[:-5], r"matrix has 3,195 bytes, its 100 rows of 8 float32 need 3,200"),
        (lambda c: c.matrix + b"1234", r"matrix has 3,204 bytes"),
        (lambda c: b"", r"the row has no vector"),
    ],
    ids=["truncated", "too long", "none"],
)
async def test_no_row_of_a_chunk_is_believed_whose_matrix_has_the_wrong_length(
    bench: Bench, connection: Sql, twist: Any, says: str
) -> None:
    def spoiled(chunk: pb.Chunk) -> pb.Chunk:
        if chunk.first_row == 100:
            chunk.matrix = twist(chunk)
        return chunk

    fake = Fake(Rows.some(COUNT), most=100, twist=spoiled)
    await load(bench, fake)
    is_complete(connection, fake, set(range(100, 200)))
    assert all(says in reason for reason in reasons(connection).values())


async def test_a_chunk_of_other_dimensions_than_the_data_set_is_refused_row_by_row(
    bench: Bench, connection: Sql
) -> None:
    def spoiled(chunk: pb.Chunk) -> pb.Chunk:
        if chunk.first_row == 100:
            chunk.dimensions = 16
        return chunk

    fake = Fake(Rows.some(COUNT), most=100, twist=spoiled)
    await load(bench, fake)
    is_complete(connection, fake, set(range(100, 200)))
    assert set(reasons(connection).values()) == {"the chunk has vectors of 16 dimensions, the data set of 8"}


@pytest.mark.parametrize(
    ("dimensions", "says"),
    [
        (0, "the source does not say how many dimensions its vectors have; mend its server"),
        (16_001, "vectors of 16001 dimensions cannot be stored; 1 to 16,000 can"),
        (2**32 - 1, "vectors of 4294967295 dimensions cannot be stored"),
    ],
)
async def test_dimensions_that_cannot_be_are_refused_before_a_table_is_made(
    bench: Bench, connection: Sql, dimensions: int, says: str
) -> None:
    async with serving(Fake(Rows.some(COUNT), dimensions=dimensions)) as address:
        with pytest.raises(InvalidStep, match=says):
            await attempt(bench, address)
    assert connection.execute("select to_regclass('job'), to_regclass('job_embedding')").fetchone() == (None, None)


METADATA = [
    ("{broken", "the metadata is not JSON"),
    ("[1]", "the metadata is not a JSON object but list"),
    ("null", "the metadata is not a JSON object but NoneType"),
    ('{"a": NaN}', "NaN is no JSON number"),
    ('{"a":' * 100_000, "the metadata is nested too deeply"),
    (json.dumps({"a": "x" * 1_000_001}), "at most 1,000,000 are allowed"),
    ('{"a": 1e200000}', "numeric"),
]


@pytest.mark.parametrize(("text", "says"), METADATA, ids=[text[:14] for text, _ in METADATA])
async def test_broken_metadata_is_a_dead_letter(bench: Bench, connection: Sql, text: str, says: str) -> None:
    fake = Fake(Rows.some(COUNT))
    fake.rows.metadata[5] = text
    await load(bench, fake)
    is_complete(connection, fake, {5})
    assert says in reasons(connection)["row-000005"]


async def test_metadata_that_jsonb_cannot_hold_is_mended_and_none_at_all_is_empty(
    bench: Bench, connection: Sql
) -> None:
    fake = Fake(Rows.some(3))
    fake.rows.metadata[:] = ['{"a": "x\\u0000y"}', '{"a": "\\ud800"}', ""]
    await load(bench, fake)
    found = connection.execute("select metadata from job order by id").fetchall()
    assert found == [({"a": "x\ufffdy"},), ({"a": "\ufffd"},), ({},)]


@pytest.mark.parametrize(
    ("key", "says"),
    [("", "the id is empty"), ("a\x00b", "NUL"), ("ä" * 501, "the id has 1,002 bytes, at most 1,000 are allowed")],
    ids=["empty", "nul", "long"],
)
async def test_an_id_that_cannot_be_a_key_is_a_dead_letter(bench: Bench, connection: Sql, key: str, says: str) -> None:
    fake = Fake(Rows.some(COUNT))
    fake.rows.ids[5] = key
    await load(bench, fake)
    is_complete(connection, fake, {5})
    ((reason,),) = connection.execute("select reason from dead_letter").fetchall()
    assert says in reason


async def test_of_rows_with_one_id_in_a_chunk_the_last_is_loaded_and_the_others_are_dead_letters(
    bench: Bench, connection: Sql
) -> None:
    fake = Fake(Rows.some(COUNT))
    for n in (10, 20, 30):
        fake.rows.ids[n] = "twin"
    fake.rows.vectors[30] = fake.rows.vectors[30] * np.nan  # a bad one is not the last good one
    await load(bench, fake)
    places = connection.execute("select payload -> 'place', reason from dead_letter order by 1").fetchall()
    assert [place for (place, _) in places] == [10, 30]
    assert places[0][1] == 'the id "twin" comes again in the same chunk; the last row with it was taken'
    assert connection.execute("select metadata -> 'n' from job where id = 'twin'").fetchall() == [(20,)]
    assert len(ids(connection)) == COUNT - 2


async def test_what_the_table_refuses_is_found_by_halving_and_everything_else_is_loaded(
    bench: Bench, connection: Sql
) -> None:
    connection.execute(
        "create table job (id text primary key, metadata jsonb check (metadata ->> 'n' not in ('3', '77')))"
    )
    fake = Fake(Rows.some(COUNT))
    await load(bench, fake)
    is_complete(connection, fake, {3, 77})
    assert "job_metadata_check" in reasons(connection)["row-000077"]


async def test_what_the_table_refuses_is_found_among_rows_that_are_there_already(bench: Bench, connection: Sql) -> None:
    fake = Fake(Rows.some(COUNT))
    await load(bench, fake)
    connection.execute("alter table job add check (metadata ->> 'title' not in ('Bad', 'Worse'))")
    fake.rows.metadata[3], fake.rows.metadata[77], fake.rows.metadata[78] = (
        '{"title": "Bad"}',
        '{"title": "Worse"}',
        "{}",
    )
    result = await load(await another_instance(connection, bench), fake)
    assert (result["updated"], result["unchanged"], result["dead"]) == (1, COUNT - 3, 2)
    assert set(reasons(connection)) == {"row-000003", "row-000077"}


async def test_a_pass_after_the_source_was_mended_leaves_no_dead_letter(bench: Bench, connection: Sql) -> None:
    fake = Fake(Rows.some(COUNT))
    whole = fake.rows.vectors[5]
    fake.rows.vectors[5] = whole * 0
    fake.rows.vectors[6] = whole * 0
    await load(bench, fake)
    is_complete(connection, fake, {5, 6})
    fake.rows.vectors[5] = whole
    async with serving(fake) as address:
        again = await another_instance(connection, bench)
        connection.execute("update stream_checkpoint set stream = replace(stream, split_part(split_part(stream, '<-', 2), '/', 1), %s)", (address,))  # fmt: skip
        connection.execute("update dead_letter set source = replace(source, split_part(split_part(source, '<-', 2), '/', 1), %s)", (address,))  # fmt: skip
        await ingest(again, address)
    is_complete(connection, fake, {6})


STREAMS = [
    (lambda c: setattr(c, "first_row", c.first_row + 1), r"sent rows 101 to 200 where 100 to at most 299 were due"),
    (lambda c: setattr(c, "first_row", 0), r"sent rows 0 to 99 where 100"),
    (lambda c: [c.rows.add(id=f"more-{n}") for n in range(150)], r"sent rows 100 to 349 where 100 to at most 299"),
]


@pytest.mark.parametrize(("spoil", "says"), STREAMS, ids=["gap", "again", "too many"])
async def test_a_stream_that_leaves_rows_out_or_repeats_them_is_refused_and_what_came_before_is_kept(
    bench: Bench, connection: Sql, spoil: Any, says: str
) -> None:
    def spoiled(chunk: pb.Chunk) -> pb.Chunk:
        if chunk.first_row == 100:
            spoil(chunk)
        return chunk

    fake = Fake(Rows.some(COUNT), most=100, twist=spoiled)
    async with serving(fake) as address:
        with pytest.raises(BadData, match=says):
            await attempt(bench, address, chunk={"least": 50, "most": 100})
        fake.twist = lambda chunk: chunk
        await ingest(bench, address)
    is_complete(connection, fake, set())


async def test_a_stream_of_nothing_but_bad_rows_loads_nothing_and_fails_unless_that_may_be(
    bench: Bench, connection: Sql
) -> None:
    fake = Fake(Rows.some(COUNT))
    fake.rows.vectors[:] = [vector * 0 for vector in fake.rows.vectors]
    with pytest.raises(BadData, match=f"not one of the {COUNT} rows of the source is good.*dead_letter"):
        await load(bench, fake)
    is_complete(connection, fake, set(range(COUNT)))
    result = await load(bench, fake, tolerate={"percent": 100})
    assert (result["loaded"], result["dead"]) == (0, COUNT)


async def test_a_message_of_200_mb_is_refused_and_what_came_before_is_kept(bench: Bench, connection: Sql) -> None:
    def swollen(chunk: pb.Chunk) -> pb.Chunk:
        if chunk.first_row == 200:
            chunk.matrix = bytes(200 * 2**20)
        return chunk

    fake = Fake(Rows.some(COUNT), most=100, twist=swollen)
    async with serving(fake) as address:
        with pytest.raises(BadData, match=r"larger than max.*One message of the server is larger than maxMessageMb"):
            await attempt(bench, address, chunk={"least": 50, "most": 100})
        assert len(ids(connection)) == 200
        fake.twist = lambda chunk: chunk
        await ingest(bench, address)
    is_complete(connection, fake, set())


async def test_a_message_that_is_no_chunk_is_refused(bench: Bench, connection: Sql) -> None:
    fake = Fake(Rows.some(COUNT))
    async with serving(fake, garbled=b"\x1a\x05\x0a\x03\xff\xfe\xfd") as address:  # a row whose id is not UTF-8
        with pytest.raises(BadData, match=r"the server sent a message that is no chunk, perhaps with text that is not"):
            await attempt(bench, address)
