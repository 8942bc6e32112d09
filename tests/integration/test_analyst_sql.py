"""Analysts' SQL: streamed, typed, bound, and unable to write."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from engine.analyst_sql import ReaderMissing, ReaderSql, ReaderUnsafe
from engine.database import Database
from runners.base import Column, InvalidStep, Params
from tests.conftest import NewDatabase
from tests.requests import Bench


@pytest.fixture
async def bench(database: Database, test_reader_url: str) -> Bench:
    made = Bench(database, test_reader_url)
    await made.set_up(
        items=[{"q": "a", "n": 1}, {"q": "b", "n": 2}, {"q": "c", "n": None}], columns={"q": "text", "n": "bigint"}
    )
    return made


class _Noop:
    Params = Params
    name = "noop"


async def test_items_of_an_ancestor_are_a_relation_with_typed_columns(bench: Bench) -> None:
    request = await bench.request(_Noop())
    text = "select q, n + :add as n from items where n is not null order by n"
    relations = await request.relations(named_in=text)
    async with request.sql.query(text, binds={"add": 10}, relations=relations) as cursor:
        assert cursor.columns == (Column("q", "text"), Column("n", "bigint"))
        rows = [row async for chunk in cursor.chunks(1) for row in chunk]
    assert rows == ['{"q":"a","n":11}', '{"q":"b","n":12}']


@pytest.mark.parametrize(
    "text",
    [
        "select 1 as a; drop table batch_item",
        "insert into batch_item values (1, 1)",
        "with gone as (delete from batch_item returning 1) select * from gone",
        "select 1 as a) as q; delete from batch_item; --",
        "select pg_read_file('/etc/passwd') as f",
        "select set_config('role', 'postgres', false) as r from batch_item where pg_advisory_lock(1) is null",
        "create temp table t as select 1 as a",
        "copy batch_item to program 'true'",
        "do $$ begin end $$",
        "select nextval('batch_item_seq') as n",
        "select lo_create(0) as o",
        "select a",
    ],
)
async def test_sql_that_writes_or_escapes_is_refused(bench: Bench, text: str) -> None:
    sql = ReaderSql(bench.reader_url, database=bench.database)
    with pytest.raises(InvalidStep):
        async with sql.query(text, binds={}, relations={}) as cursor:
            [row async for row in cursor.chunks(10)]


async def test_an_error_names_the_line_of_the_analysts_own_text(bench: Bench) -> None:
    sql = ReaderSql(bench.reader_url, database=bench.database)
    with pytest.raises(InvalidStep, match=r'"nope" does not exist \(line 2, column 8'):
        async with sql.query("select 1 as a,\n       nope\n from batch_item", binds={}, relations={}):
            pass


async def test_a_colon_in_a_string_a_comment_or_a_cast_is_no_bind(bench: Bench) -> None:
    sql = ReaderSql(bench.reader_url, database=bench.database)
    text = "select ':no' as a, 1::text as b /* :no */, $x$ :no $x$ as c, :yes as d -- :no"
    async with sql.query(text, binds={"yes": "y"}, relations={}) as cursor:
        rows = [row async for chunk in cursor.chunks(10) for row in chunk]
    assert rows == ['{"a":":no","b":"1","c":" :no ","d":"y"}']


async def test_hostile_text_of_a_megabyte_is_read_in_one_pass(bench: Bench) -> None:
    sql = ReaderSql(bench.reader_url, database=bench.database)
    for text in (
        "select 1 as a " + "$a$ $b$ " * 100_000,
        "select 1 as a " + "/* " * 300_000,
        "select " + ":" * 500_000,
    ):
        with pytest.raises(InvalidStep):
            async with sql.query(text, binds={}, relations={}):
                pass


async def _refusal(url: str, database: Database) -> str:
    with pytest.raises(ReaderUnsafe) as caught:
        async with ReaderSql(url, database=database).query("select 1 as a", binds={}, relations={}):
            pass
    return str(caught.value)


async def test_a_reader_that_is_a_superuser_is_refused(database_url: str, database: Database) -> None:
    assert "is a superuser" in await _refusal(database_url, database)


async def test_a_reader_of_another_database_is_refused(
    database: Database, new_database: NewDatabase, test_reader_url: str
) -> None:
    with new_database() as other:
        name = psycopg.conninfo.conninfo_to_dict(other)["dbname"]
        refusal = await _refusal(make_conninfo(test_reader_url, dbname=str(name)), database)
    assert f"is connected to another database than the engine ({name})" in refusal
    assert "docs/howto/use-your-own-postgresql.md" in refusal


@asynccontextmanager
async def _role(connection: psycopg.Connection, *grants: str) -> AsyncIterator[str]:
    """Make a login role for a test; in ``grants``, {} is its name."""
    name = sql.Identifier(f"almost_reader_{connection.info.backend_pid}")
    connection.execute(sql.SQL("create role {} login").format(name))
    try:
        for grant in grants:
            connection.execute(sql.SQL(grant).format(name))
        yield name.as_string(None).strip('"')
    finally:
        connection.execute(sql.SQL("drop owned by {0}; drop role {0}").format(name))


@pytest.mark.parametrize(
    "grant",
    [
        "grant insert on batch_step to {}",
        "grant delete on batch_step to {}",
        "grant pg_write_all_data to {}",
    ],
)
async def test_a_reader_that_may_write_steps_is_refused(
    connection: psycopg.Connection, database_url: str, database: Database, grant: str
) -> None:
    async with _role(connection, grant) as role:
        assert "may write to batch_step" in await _refusal(make_conninfo(database_url, user=role), database)


async def test_a_reader_with_the_rights_of_the_engine_is_refused(
    connection: psycopg.Connection, database_url: str
) -> None:
    async with _role(connection, "grant select on batch_step to {}") as role:
        owner = make_conninfo(database_url, user=role)
        opened = Database(owner)
        await opened.open()
        try:
            assert f"no reader: {role} is the engine's own role" in await _refusal(owner, opened)
        finally:
            await opened.close()


async def test_a_role_of_ones_own_that_can_only_read_is_a_reader(
    connection: psycopg.Connection, database_url: str, database: Database
) -> None:
    async with _role(connection, "grant select on all tables in schema public to {}") as role:
        await ReaderSql(make_conninfo(database_url, user=role), database=database).check()


async def test_without_a_reader_there_is_nothing_to_check(database: Database) -> None:
    with pytest.raises(ReaderMissing):
        await ReaderSql(None, database=database).check()
