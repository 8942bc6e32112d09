"""The first load: ids and metadata are copied where that does what inserting would do, and merged where it would not."""

import json
from typing import Any

import psycopg
import pytest

from engine.database import Database
from runners.embedding.params import EmbedParams
from runners.embedding.statements import build_statements
from runners.embedding.tables import Shape, prepare_tables
from tests.embedding_streams import Fake, Rows, embed_params, ids, ingest, serving
from tests.requests import Bench

Sql = psycopg.Connection[Any]
EMPTY = "create table job (id text primary key, metadata jsonb)"
SHAPE = Shape("vector", 8, "model-a")


@pytest.fixture
async def bench(database: Database, test_reader_url: str) -> Bench:
    made = Bench(database, test_reader_url)
    await made.set_up()
    return made


async def test_a_row_that_somebody_inserts_meanwhile_is_written_over(bench: Bench, connection: Sql) -> None:
    def insert(row: int) -> None:
        if row == 500:
            connection.execute("insert into job values ('row-001200', '{\"mine\": true}')")

    fake = Fake(Rows.some(1_234), before=insert)
    async with serving(fake) as address:
        result = await ingest(bench, address)
    assert (result["loaded"], result["dead"]) == (1_234, 0)
    assert ids(connection) == ids(connection, "job") == fake.rows.ids
    found = connection.execute("select metadata from job where id = 'row-001200'").fetchone()
    assert found == (json.loads(fake.rows.metadata[1_200]),)


async def test_metadata_is_copied_as_it_came(bench: Bench, connection: Sql) -> None:
    metadata = {"title": "Ünïcode '\"\\ \t\n %s", "tags": ["a", None], "pay": 4711.5}
    rows = Rows.some(3)
    rows.metadata[1] = json.dumps(metadata)
    async with serving(Fake(rows)) as address:
        await ingest(bench, address)
    assert connection.execute("select metadata from job where id = 'row-000001'").fetchone() == (metadata,)


@pytest.mark.parametrize(
    ("statement", "takes_copy"),
    [
        ("comment on table job is 'empty and plain'", True),
        ("insert into job values ('row-000000', '{}')", False),
        ("alter table job enable row level security", False),
        ("create rule noted as on insert to job do also notify job", False),
    ],
)
async def test_a_table_is_copied_into_only_where_that_does_what_inserting_would(
    database: Database, connection: Sql, statement: str, takes_copy: bool
) -> None:
    connection.execute(EMPTY)
    connection.execute(statement)
    params = EmbedParams.model_validate(embed_params("localhost:1"))
    async with database.transaction() as engine:
        collection = await prepare_tables(engine, params, shape=SHAPE, schemas=["public"])
    assert collection.takes_copy is takes_copy


@pytest.mark.parametrize(
    ("more", "is_copied"),
    [
        ({}, True),
        ({"columns": ["title"]}, False),
        ({"columns": {"everything": "title"}, "types": {"everything": "jsonb"}}, False),
    ],
)
async def test_columns_that_are_taken_out_of_the_metadata_are_not_copied(
    database: Database, more: dict[str, Any], is_copied: bool
) -> None:
    params = EmbedParams.model_validate(embed_params("localhost:1", **more))
    async with database.transaction() as engine:
        collection = await prepare_tables(engine, params, shape=SHAPE, schemas=["public"])
    assert (build_statements(collection, into=collection.embeddings).copy_things is not None) is is_copied
