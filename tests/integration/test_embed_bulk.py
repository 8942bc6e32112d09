"""Bulk: a shadow takes the place of the table when it is complete, and nothing that hangs on the table is lost."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from runners.base import InvalidStep
from runners.embed import Embed
from tests.embedding_streams import (
    Fake,
    Rows,
    another_instance,
    attempt,
    close_to,
    embed_params,
    ids,
    ingest,
    reasons,
    serving,
    vectors,
)
from tests.loads import Watched
from tests.requests import Bench

Sql = psycopg.Connection[Any]
COUNT = 1_000
BULK: dict[str, Any] = {"index": {"workers": 1, "memoryMb": 64}, "bulkFrom": 500}
INDEXES = "select indexname from pg_indexes where tablename = 'job_embedding' order by 1"
CONSTRAINTS = (
    "select conname from pg_constraint where conrelid = 'job_embedding'::regclass and contype in ('p', 'f') order by 1"
)


@pytest.fixture
def fake() -> Fake:
    fake = Fake(Rows.some(COUNT))
    fake.rows.vectors[60] = fake.rows.vectors[60] * 0
    return fake


@pytest.fixture
async def address(fake: Fake) -> AsyncIterator[str]:
    async with serving(fake) as at:
        yield at


async def test_a_large_load_into_an_empty_table_goes_by_way_of_a_shadow(
    bench: Bench, fake: Fake, address: str, connection: Sql
) -> None:
    result = await ingest(bench, address, **BULK)
    assert (result["mode"], result["inserted"], result["dead"], result["left_behind"]) == ("bulk", COUNT - 1, 1, 0)
    assert len(ids(connection)) == COUNT - 1
    assert list(reasons(connection)) == ["row-000060"]
    assert [row[0] for row in connection.execute(INDEXES)] == ["job_embedding_hnsw", "job_embedding_pkey"]
    assert [row[0] for row in connection.execute(CONSTRAINTS)] == ["job_embedding_id_fkey", "job_embedding_pkey"]
    assert connection.execute("select to_regclass('job_embedding_next')").fetchone() == (None,)
    assert connection.execute("select reloptions from pg_class where relname = 'job_embedding'").fetchone() == (None,)


async def test_the_next_load_of_the_same_finds_the_table_full_and_merges(
    bench: Bench, fake: Fake, address: str, connection: Sql
) -> None:
    await ingest(bench, address, **BULK)
    before = connection.execute("select 'job_embedding'::regclass::oid").fetchone()
    result = await ingest(await another_instance(connection, bench), address, **BULK)
    assert (result["mode"], result["unchanged"]) == ("merge", COUNT - 1)
    assert connection.execute("select 'job_embedding'::regclass::oid").fetchone() == before


@pytest.mark.parametrize(
    "params",
    [{"bulk": "never"}, {"bulkFrom": 1_001}, {"index": {"method": "none"}}],
    ids=["never", "small", "no index"],
)
async def test_a_load_merges_where_a_shadow_would_gain_nothing(
    bench: Bench, address: str, params: dict[str, Any]
) -> None:
    assert (await ingest(bench, address, **BULK | params))["mode"] == "merge"


async def test_the_old_table_serves_until_the_swap_and_readers_hear_of_it_once(
    bench: Bench, fake: Fake, address: str, connection: Sql
) -> None:
    await ingest(bench, address, **BULK)
    seen: set[int] = set()
    fake.model, fake.version = "model-b", "v2"
    fake.before = lambda row: seen.add(len(ids(connection)))
    generation = "select generation from embedding_generation where collection = 'job_embedding'"
    ((before,),) = connection.execute(generation).fetchall()
    result = await ingest(await another_instance(connection, bench), address, **BULK, chunk={"most": 100})
    assert result["mode"] == "bulk"
    assert seen == {COUNT - 1}
    assert connection.execute("select distinct model from job_embedding").fetchall() == [("model-b",)]
    ((after,),) = connection.execute(generation).fetchall()
    assert after > before


async def test_a_new_model_of_other_dimensions_and_type_takes_the_place_of_the_old_one(
    bench: Bench, fake: Fake, address: str, connection: Sql
) -> None:
    await ingest(bench, address)
    connection.execute("insert into job values ('only-old', '{}')")
    connection.execute(
        "insert into job_embedding select 'only-old', embedding, model, 8, '\\x00' from job_embedding limit 1"
    )
    wide = Fake(Rows.some(50, dimensions=12), version="v2", model="model-b", dimensions=12)
    fake.rows, fake.version, fake.model, fake.dimensions = wide.rows, "v2", "model-b", 12
    result = await ingest(await another_instance(connection, bench), address, type="halfvec")
    assert (result["mode"], result["inserted"]) == ("bulk", 50)
    assert result["left_behind"] == COUNT - 50, "vectors of the old model that the new one has not"
    kinds = connection.execute("select distinct pg_typeof(embedding)::text, model, dimensions from job_embedding")
    assert kinds.fetchall() == [("halfvec", "model-b", 12)]
    assert len(ids(connection, "job")) == COUNT, "what they are of stays"


async def test_rows_that_only_the_old_table_has_are_taken_over(
    bench: Bench, fake: Fake, address: str, connection: Sql
) -> None:
    whole, fake.rows = fake.rows, Rows.some(20, prefix="other")
    await ingest(bench, address)
    fake.rows, fake.version = whole, "v2"
    result = await ingest(await another_instance(connection, bench), address, **BULK)
    assert (result["mode"], result["left_behind"]) == ("bulk", 0)
    assert len(ids(connection)) == COUNT - 1 + 20


async def test_an_id_that_comes_again_in_a_later_chunk_overwrites_the_earlier_row(
    bench: Bench, fake: Fake, address: str, connection: Sql
) -> None:
    fake.rows.ids[900] = fake.rows.ids[3]
    result = await ingest(bench, address, **BULK, chunk={"most": 100})
    assert (result["inserted"], result["updated"]) == (COUNT - 2, 1)
    assert close_to(vectors(connection)["row-000003"], fake.rows.vectors[900])


async def test_what_was_granted_on_the_old_table_is_granted_on_the_new_one(
    bench: Bench, fake: Fake, address: str, connection: Sql
) -> None:
    await ingest(bench, address)
    connection.execute(
        "revoke all on job_embedding from batchdag_reader; grant select, update on job_embedding to public"
    )
    grants = "select relacl::text from pg_class where relname = 'job_embedding'"
    before = connection.execute(grants).fetchone()
    fake.model, fake.version = "model-b", "v2"
    await ingest(await another_instance(connection, bench), address)
    after = connection.execute(grants).fetchone()
    assert before is not None
    assert after is not None
    assert "=rw/" in after[0]
    assert "=rw/" in before[0]


TRIGGER = """
create function f() returns trigger language plpgsql as 'begin return new; end';
create trigger watch before insert on job_embedding for each row execute function f()
"""
ATTACHED = [
    ("create view v as select id from job_embedding", "the view v"),
    ("create table t (id text references job_embedding)", "the foreign key t_id_fkey of t"),
    ("create index by_model on job_embedding (model)", "the index by_model"),
    ("alter table job_embedding add column note text", "the column note"),
    ("alter table job_embedding add check (dimensions > 0)", "the constraint job_embedding_dimensions_check"),
    (TRIGGER, "the trigger watch"),
    ("create policy p on job_embedding", "the policy p"),
]


@pytest.mark.parametrize(("make", "says"), ATTACHED, ids=[says for _, says in ATTACHED])
async def test_a_table_on_which_something_hangs_is_not_swapped(
    bench: Bench, fake: Fake, address: str, connection: Sql, make: str, says: str
) -> None:
    whole, fake.rows = fake.rows, Rows.some(3)
    await ingest(bench, address)
    connection.execute(make)
    fake.rows, fake.version = whole, "v2"
    again = await another_instance(connection, bench)
    assert (await ingest(again, address, **BULK))["mode"] == "merge"
    fake.model, fake.version = "model-b", "v3"
    third = await another_instance(connection, again)
    with pytest.raises(InvalidStep, match=rf'holds vector\(8\) by the model "model-a".*lost with the old one: {says}'):
        await attempt(third, address, **BULK)


async def test_a_model_is_not_changed_while_another_source_loads_into_the_same_table(
    bench: Bench, fake: Fake, address: str, connection: Sql
) -> None:
    await ingest(bench, address)
    async with serving(Fake(Rows.some(10, prefix="other"), model="model-b")) as other:
        again = await another_instance(connection, bench)
        with pytest.raises(InvalidStep, match=rf"other sources load into .* too, .* would be lost: {address}/jobs"):
            await attempt(again, other)
        with pytest.raises(InvalidStep, match="only a new table can hold the new ones, and bulk: never forbids it"):
            await attempt(again, other, bulk="never")


@pytest.mark.parametrize("transactions", range(10))
async def test_a_bulk_load_that_is_killed_anywhere_is_complete_after_the_next_attempt(
    bench: Bench, fake: Fake, address: str, connection: Sql, transactions: int
) -> None:
    params: dict[str, Any] = BULK | {"chunk": {"least": 200, "most": 200}}
    request = await bench.request(Embed(), **embed_params(address, **params))
    watched = replace(request, handed=Watched(request.handed, transactions=transactions))
    await asyncio.wait([asyncio.create_task(Embed().run(watched))])
    result = await ingest(bench, address, **params)
    assert (result["mode"], result["inserted"], result["dead"], result["complete"]) == ("bulk", COUNT - 1, 1, True)
    assert len(ids(connection)) == COUNT - 1
    assert [row[0] for row in connection.execute(INDEXES)] == ["job_embedding_hnsw", "job_embedding_pkey"]


async def test_a_shadow_that_somebody_dropped_is_made_anew(
    bench: Bench, fake: Fake, address: str, connection: Sql
) -> None:
    request = await bench.request(Embed(), **embed_params(address, **BULK))
    watched = replace(request, handed=Watched(request.handed, transactions=4))
    await asyncio.wait([asyncio.create_task(Embed().run(watched))])
    connection.execute("drop table job_embedding_next")
    assert (await ingest(bench, address, **BULK))["inserted"] == COUNT - 1


async def test_the_swap_waits_until_readers_of_the_old_table_are_done(
    bench: Bench, fake: Fake, address: str, connection: Sql, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runners.embedding.finishing._SWAP_PAUSE", 0.01)
    monkeypatch.setattr("runners.embedding.bulk._LOCK_SECONDS", 0.05)
    await ingest(bench, address)
    fake.model, fake.version = "model-b", "v2"
    again = await another_instance(connection, bench)
    with psycopg.connect(database_url) as reader:
        reader.execute("select count(*) from job_embedding")
        loading = asyncio.create_task(ingest(again, address))
        done, _ = await asyncio.wait([loading], timeout=1)
        assert not done
        assert connection.execute("select distinct model from job_embedding").fetchall() == [("model-a",)]
    assert (await loading)["mode"] == "bulk"
    assert connection.execute("select distinct model from job_embedding").fetchall() == [("model-b",)]
