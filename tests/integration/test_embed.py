"""The embed runner: what a server streams is in both tables, once, whatever was there before."""

import json
from collections.abc import AsyncIterator
from typing import Any

import numpy as np
import psycopg
import pytest

from runners.base import BadData, InvalidStep, RunnerSettings
from tests.embedding_streams import (
    Fake,
    Rows,
    another_instance,
    attempt,
    close_to,
    ids,
    ingest,
    serving,
    vectors,
)
from tests.requests import Bench

Sql = psycopg.Connection[Any]


@pytest.fixture
def fake() -> Fake:
    return Fake(Rows.some(1_234))


@pytest.fixture
async def address(fake: Fake) -> AsyncIterator[str]:
    async with serving(fake) as at:
        yield at


@pytest.mark.parametrize("lists", [False, True])
async def test_every_row_of_the_stream_is_in_both_tables(
    bench: Bench, fake: Fake, address: str, connection: Sql, lists: bool
) -> None:
    fake.lists = lists
    result = await ingest(bench, address)
    assert (result["loaded"], result["inserted"], result["dead"], result["complete"]) == (1_234, 1_234, 0, True)
    assert ids(connection) == ids(connection, "job") == fake.rows.ids
    found = vectors(connection)
    assert all(close_to(found[key], sent) for key, sent in zip(fake.rows.ids, fake.rows.vectors, strict=True))
    assert connection.execute("select distinct model, dimensions from job_embedding").fetchall() == [("model-a", 8)]
    first = connection.execute("select metadata from job order by id limit 1").fetchone()
    assert first == ({"n": 0, "title": "Title 0"},)


async def test_the_checkpoint_says_version_and_row_and_the_pass_is_done(
    bench: Bench, fake: Fake, address: str, connection: Sql
) -> None:
    await ingest(bench, address)
    stream = f"embed:public.job_embedding<-{address}/jobs"
    found = dict(connection.execute("select stream, position from stream_checkpoint").fetchall())
    assert sorted(found) == [stream, f"{stream}#1/1"]
    assert (found[stream]["stage"], found[stream]["version"], found[stream]["rows"]) == ("done", "v1", 1_234)
    part = found[f"{stream}#1/1"]
    assert (part["at"], part["done"], part["inserted"], part["version"]) == (1_233, True, 1_234, "v1")


async def test_an_attempt_after_the_end_of_its_own_pass_loads_nothing_again(
    bench: Bench, fake: Fake, address: str, connection: Sql
) -> None:
    first = await ingest(bench, address)
    streams = len(fake.asked)
    assert await ingest(bench, address) == first
    assert len(fake.asked) == streams


async def test_another_instance_makes_a_new_pass_and_leaves_unchanged_rows_alone(
    bench: Bench, fake: Fake, address: str, connection: Sql
) -> None:
    await ingest(bench, address)
    before = connection.execute("select id, xmin from job_embedding union all select id, xmin from job").fetchall()
    fake.rows.vectors[7] = fake.rows.vectors[7] * 2
    fake.rows.metadata[8] = '{"title": "Other"}'
    result = await ingest(await another_instance(connection, bench), address)
    assert (result["inserted"], result["updated"], result["unchanged"]) == (0, 2, 1_232)
    after = connection.execute("select id, xmin from job_embedding union all select id, xmin from job").fetchall()
    assert {row[0] for row in set(after) - set(before)} == {"row-000007", "row-000008"}
    assert close_to(vectors(connection)["row-000007"], fake.rows.vectors[7])
    changed = connection.execute("select metadata from job where id = 'row-000008'").fetchone()
    assert changed == ({"title": "Other"},)


async def test_metadata_that_changed_alone_does_not_write_the_vector_again(
    bench: Bench, fake: Fake, address: str, connection: Sql
) -> None:
    await ingest(bench, address)
    connection.execute("create table wrote (id text)")
    connection.execute(
        "create function note_vector() returns trigger language plpgsql as $$ begin"
        " if old.embedding is distinct from new.embedding then insert into wrote values (new.id); end if; return new;"
        " end $$; create trigger note_vector before update on job_embedding for each row execute function note_vector()"
    )
    fake.rows.metadata[8] = '{"title": "Other"}'
    fake.rows.vectors[9] = fake.rows.vectors[9] * 2
    await ingest(await another_instance(connection, bench), address)
    assert connection.execute("select id from wrote").fetchall() == [("row-000009",)]


async def test_the_collection_has_a_new_generation_for_each_chunk_that_changed_it_and_none_for_the_others(
    bench: Bench, fake: Fake, address: str, connection: Sql
) -> None:
    generations = "select collection, generation from embedding_generation"
    await ingest(bench, address, chunk={"most": 500})
    assert connection.execute(generations).fetchall() == [("job_embedding", 3)]
    again = await another_instance(connection, bench)
    await ingest(again, address)
    assert connection.execute(generations).fetchall() == [("job_embedding", 3)]
    fake.rows.metadata[8] = '{"title": "Other"}'
    await ingest(await another_instance(connection, again), address)
    assert connection.execute(generations).fetchall() == [("job_embedding", 4)]


async def test_metadata_goes_into_columns_of_their_own_types(
    bench: Bench, fake: Fake, address: str, connection: Sql
) -> None:
    fake.rows.metadata[0] = json.dumps(
        {"title": "Ünïcode '\"\\ %s", "pay": 4711.5, "tags": ["a"], "since": "2026-01-02"}
    )
    columns = {"title": "title", "salary": "pay", "tags": "tags", "since": "since"}
    types = {"salary": "numeric", "tags": "jsonb", "since": "date"}
    await ingest(bench, address, columns=columns, types=types)
    row = connection.execute("select title, salary::text, tags, since::text from job order by id limit 1").fetchone()
    assert row == ("Ünïcode '\"\\ %s", "4711.5", ["a"], "2026-01-02")


async def test_a_table_that_is_there_keeps_its_other_columns(
    bench: Bench, fake: Fake, address: str, connection: Sql
) -> None:
    connection.execute("create table job (code text primary key, title text, note text default 'by hand')")
    connection.execute("insert into job values ('row-000000', 'old', 'mine')")
    await ingest(bench, address, key="code", columns=["title"])
    rows = connection.execute("select code, title, note from job order by code limit 2").fetchall()
    assert rows == [("row-000000", "Title 0", "mine"), ("row-000001", "Title 1", "by hand")]


async def test_halfvec_takes_half_the_bytes_of_a_vector(
    bench: Bench, fake: Fake, address: str, connection: Sql
) -> None:
    await ingest(bench, address, type="halfvec")
    kind = connection.execute("select distinct pg_typeof(embedding)::text from job_embedding").fetchall()
    assert kind == [("halfvec",)]
    found = vectors(connection)
    sent = fake.rows.vectors[5].astype(np.float16).astype(np.float32)
    assert close_to(found["row-000005"], sent, within=1e-3)


async def test_embeddings_go_when_what_they_are_of_goes(
    bench: Bench, fake: Fake, address: str, connection: Sql
) -> None:
    await ingest(bench, address)
    connection.execute("delete from job where id = 'row-000003'")
    assert "row-000003" not in ids(connection)


async def test_a_small_table_gets_its_index_when_it_is_loaded(bench: Bench, address: str, connection: Sql) -> None:
    await ingest(bench, address, index={"distance": "l2", "m": 8, "efConstruction": 32})
    found = connection.execute("select indexdef from pg_indexes where indexname = 'job_embedding_hnsw'").fetchone()
    assert found is not None
    assert "USING hnsw (embedding vector_l2_ops) WITH (m='8', ef_construction='32')" in found[0]
    assert connection.execute("select reloptions from pg_class where relname = 'job_embedding'").fetchone() == (None,)


async def test_a_data_set_without_rows_makes_empty_tables(bench: Bench, connection: Sql) -> None:
    async with serving(Fake(Rows.some(0))) as address:
        result = await ingest(bench, address)
    assert (result["loaded"], result["complete"]) == (0, True)
    assert ids(connection) == []


async def test_more_refused_rows_than_tolerated_fail_the_step_and_keep_the_rest(
    bench: Bench, fake: Fake, address: str, connection: Sql
) -> None:
    for n in (3, 700, 701):
        fake.rows.vectors[n] = fake.rows.vectors[n] * np.nan
    with pytest.raises(BadData, match=r"3 rows were refused, tolerated are 1 of 1234; they are in dead_letter"):
        await attempt(bench, address, tolerate={"count": 1})
    assert len(ids(connection)) == 997
    result = await ingest(bench, address, tolerate={"percent": 1.0})
    assert (result["loaded"], result["dead"], len(ids(connection))) == (1_231, 3, 1_231)


BAD_STEPS = [
    ({"stream": {"address": "localhost"}}, r'address: "localhost" is not an address; write "host:port"'),
    ({"stream": {"dataSet": "job"}}, r'there is no data set "job"; there are: jobs \[NOT_FOUND\]; correct the name'),
    ({"stream": {"version": "v0"}}, r'version: .*/jobs is of version "v1" now, not "v0"'),
    ({"stream": {"token": "secret://EMBED_NOWHERE"}}, r"there is no secret 'EMBED_NOWHERE': set BATCHDAG_SECRET_EMBED"),
    ({"stream": {"ca": "secret://EMBED_CA"}}, r"there is no secret 'EMBED_CA'"),
    ({"create": False}, r"there is no table public.job.*; create the tables first, or set create: true"),
    ({"table": "dead_letter"}, r"reserved for the engine"),
    ({"table": "secret.job"}, r'may not write to the schema "secret"'),
    ({"embeddings": "job"}, r"the vectors need a table of their own"),
    ({"embeddings": "e" * 51}, r"is longer than 50 characters"),
    ({"table": "plain"}, r'the table has no column "metadata"'),
    ({"table": "plain", "columns": ["titel"]}, r'the table has no column "titel" \(did you mean "title"\?\)'),
    ({"table": "numbered"}, r'the column "id" of public.numbered is bigint; embed needs ids of type text'),
    ({"table": "plain", "columns": ["title"], "embeddings": "numbered"}, r"has no column embedding, model, dimensions"),
    ({"types": {"title": "text"}}, r"types: title is not among columns"),
]


@pytest.mark.parametrize(("params", "says"), BAD_STEPS, ids=[says[:40] for _, says in BAD_STEPS])
async def test_a_step_that_cannot_work_says_what_to_change(
    bench: Bench, address: str, connection: Sql, params: dict[str, Any], says: str
) -> None:
    connection.execute("create extension vector")
    connection.execute("create table plain (id text primary key, title text)")
    connection.execute("create table numbered (id bigint primary key)")
    with pytest.raises(InvalidStep, match=says):
        await attempt(bench, address, **params)


@pytest.mark.parametrize(
    ("kind", "dimensions", "says"),
    [
        (
            "vector",
            2_001,
            r"at most 2,000 dimensions of the type vector, these have 2,001; set type: halfvec, which can",
        ),
        ("vector", 4_001, r"at most 2,000 dimensions of the type vector, these have 4,001; set index: "),
        ("halfvec", 4_001, r"at most 4,000 dimensions of the type halfvec, these have 4,001; set index: "),
    ],
)
async def test_vectors_that_no_index_can_take_are_refused_before_they_are_loaded(
    bench: Bench, connection: Sql, kind: str, dimensions: int, says: str
) -> None:
    async with serving(Fake(Rows.some(2, dimensions=dimensions), dimensions=dimensions)) as address:
        with pytest.raises(InvalidStep, match=says):
            await attempt(bench, address, type=kind, index={})
        assert connection.execute("select to_regclass('job')").fetchone() == (None,)
        assert (await ingest(bench, address, type=kind))["loaded"] == 2


async def test_the_server_is_shown_the_token_that_the_secret_stands_for(
    bench: Bench, fake: Fake, address: str, connection: Sql, tmp_path: Any
) -> None:
    fake.token = "s3cret"
    with pytest.raises(InvalidStep, match=r"there is no valid token \[UNAUTHENTICATED\]; set token to the secret"):
        await attempt(bench, address)
    (tmp_path / "EMBED_SERVER").write_text("s3cret\n")
    stream = {"token": "secret://EMBED_SERVER"}
    settings = RunnerSettings(secrets=str(tmp_path))
    assert (await ingest(bench, address, stream=stream, settings=settings))["loaded"] == 1_234
    kept = connection.execute("select position::text from stream_checkpoint").fetchall()
    assert not any("s3cret" in text for (text,) in kept)


async def test_two_lanes_of_one_attempt_load_every_row_once_and_show_their_progress_together(
    bench: Bench, connection: Sql
) -> None:
    fake = Fake(Rows.some(4_100))
    fake.rows.vectors[3] = fake.rows.vectors[3] * 0
    fake.rows.vectors[4_000] = fake.rows.vectors[4_000] * 0
    fake.break_at = {500, 2_550}
    async with serving(fake) as address:
        result = await ingest(bench, address)
    assert (result["loaded"], result["dead"], result["reconnects"], result["complete"]) == (4_098, 2, 2, True)
    assert sorted(fake.asked) == [(0, 2_050), (500, 2_050), (2_050, 4_100), (2_550, 4_100)]
    assert len(ids(connection)) == 4_098
    stages = connection.execute("select position ->> 'done' from stream_checkpoint where stream like '%#%' order by 1")
    assert stages.fetchall() == [("true",), ("true",)]


async def test_what_is_tolerated_holds_for_all_lanes_together(bench: Bench, connection: Sql) -> None:
    fake = Fake(Rows.some(4_100))
    for n in (3, 4_000):
        fake.rows.vectors[n] = fake.rows.vectors[n] * 0
    async with serving(fake) as address:
        with pytest.raises(BadData, match="2 rows were refused, tolerated are 1 of 4100"):
            await attempt(bench, address, tolerate={"count": 1})


async def test_a_partitioned_table_of_vectors_is_loaded_and_never_swapped(
    bench: Bench, fake: Fake, address: str, connection: Sql
) -> None:
    connection.execute("create extension vector; create table job (id text primary key, metadata jsonb)")
    connection.execute(
        "create table job_embedding (id text primary key references job, embedding vector(8) not null,"
        " model text not null, dimensions integer not null, content_hash bytea not null,"
        " updated_at timestamptz not null default now()) partition by hash (id)"
    )
    for part in range(3):
        connection.execute(
            f"create table job_{part} partition of job_embedding for values with (modulus 3, remainder {part})"
        )
    result = await ingest(bench, address, create=False, bulkFrom=1, index={})
    assert (result["mode"], result["inserted"]) == ("merge", 1_234)
    fake.rows.metadata[5] = "{}"
    second = await another_instance(connection, bench)
    result = await ingest(second, address, create=False, bulkFrom=1, index={})
    assert (result["updated"], result["unchanged"]) == (1, 1_233)
    fake.model, fake.version = "model-b", "v2"
    third = await another_instance(connection, second)
    with pytest.raises(InvalidStep, match=r"lost with the old one: it is partitioned, or a partition"):
        await attempt(third, address, create=False)
