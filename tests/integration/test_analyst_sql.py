"""Analysts' SQL: streamed, typed, bound, and unable to write."""

import pytest

from engine.analyst_sql import ReaderSql
from engine.database import Database
from runners.base import Column, InvalidStep, Params
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
    sql = ReaderSql(bench.reader_url)
    with pytest.raises(InvalidStep):
        async with sql.query(text, binds={}, relations={}) as cursor:
            [row async for row in cursor.chunks(10)]


async def test_an_error_names_the_line_of_the_analysts_own_text(bench: Bench) -> None:
    sql = ReaderSql(bench.reader_url)
    with pytest.raises(InvalidStep, match=r'"nope" does not exist \(line 2, column 8'):
        async with sql.query("select 1 as a,\n       nope\n from batch_item", binds={}, relations={}):
            pass


async def test_a_colon_in_a_string_a_comment_or_a_cast_is_no_bind(bench: Bench) -> None:
    sql = ReaderSql(bench.reader_url)
    text = "select ':no' as a, 1::text as b /* :no */, $x$ :no $x$ as c, :yes as d -- :no"
    async with sql.query(text, binds={"yes": "y"}, relations={}) as cursor:
        rows = [row async for chunk in cursor.chunks(10) for row in chunk]
    assert rows == ['{"a":":no","b":"1","c":" :no ","d":"y"}']


async def test_hostile_text_of_a_megabyte_is_read_in_one_pass(bench: Bench) -> None:
    sql = ReaderSql(bench.reader_url)
    for text in (
        "select 1 as a " + "$a$ $b$ " * 100_000,
        "select 1 as a " + "/* " * 300_000,
        "select " + ":" * 500_000,
    ):
        with pytest.raises(InvalidStep):
            async with sql.query(text, binds={}, relations={}):
                pass
