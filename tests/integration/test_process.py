"""The process runner against real items: SQL over them, and the transforms that take them one by one."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from engine.database import Database
from runners.base import BadData, InvalidStep, Json, RunnerSettings, Shard
from runners.process import Process
from tests.requests import Bench, result_of

ITEMS = [{"q": "a", "n": 1}, {"q": "b", "n": 2}, {"q": "c", "n": None}]
COLUMNS = {"q": "text", "n": "bigint"}


@pytest.fixture
def empty(database: Database, test_reader_url: str) -> Bench:
    """A bench whose items the test sets up."""
    return Bench(database, test_reader_url)


@pytest.fixture
async def bench(empty: Bench) -> Bench:
    await empty.set_up(items=ITEMS, columns=COLUMNS)
    return empty


async def process(bench: Bench, **params: Any) -> Mapping[str, Json]:
    return result_of(await Process().run(await bench.request(Process(), **params)))


async def test_sql_makes_items_with_the_columns_of_the_query(bench: Bench) -> None:
    result = await process(bench, sql="select q, n * :by as m from items where n > 0 order by n", bind={"by": 10})
    assert await bench.items() == [{"q": "a", "m": 10}, {"q": "b", "m": 20}]
    columns = [{"name": "q", "type": "text"}, {"name": "m", "type": "bigint"}]
    assert result == {"items": 2, "failed": 0, "columns": columns}


async def test_sql_reads_ancestors_by_their_keys_and_the_users_own_tables(bench: Bench, connection: Any) -> None:
    connection.execute("create table owned as select 'a' as q, 'mine' as whose")
    await process(bench, sql="with s as (select * from source) select s.q, o.whose from s join owned o using (q);")
    assert await bench.items() == [{"q": "a", "whose": "mine"}]
    await process(bench, sql="select whose from owned")
    assert await bench.items() == [{"whose": "mine"}]


async def test_the_params_of_the_instance_are_bound_unless_bind_says_otherwise(bench: Bench) -> None:
    request = await bench.request(Process(), sql="select :a as a, :b as b", bind={"b": "step's"})
    values = request.values | {"params": {"a": "instance's", "b": "instance's"}}
    await Process().run(replace(request, values=values))
    assert await bench.items() == [{"a": "instance's", "b": "step's"}]


async def test_sql_that_returns_more_than_is_allowed_is_stopped(bench: Bench) -> None:
    request = await bench.request(
        Process(), settings=RunnerSettings(max_rows=6000), sql="select n from generate_series(1, 1000000) as n"
    )
    with pytest.raises(BadData, match="6,000 rows"):
        await Process().run(request)
    assert len(await bench.items()) <= 6000


async def test_each_attempt_starts_over(bench: Bench) -> None:
    for _ in range(2):
        await process(bench, sql="select q from items")
        assert len(await bench.items()) == 3
    await process(bench, template={"field": "t", "template": "{{ item.q }}"})
    assert len(await bench.items()) == 3


async def test_a_template_adds_a_field_and_its_failures_are_failed_items(bench: Bench) -> None:
    result = await process(bench, template={"field": "t", "template": "{{ item.q }}{{ item.n + 1 }}"})
    assert await bench.items() == [{"q": "a", "n": 1, "t": "a2"}, {"q": "b", "n": 2, "t": "b3"}]
    assert await bench.items(state="failed") == [{"q": "c", "n": None}]
    assert (result["read"], result["items"], result["failed"]) == (3, 2, 1)
    assert result["columns"][2] == {"name": "t", "type": "text"}


async def test_more_failed_items_than_tolerated_fail_the_step_with_the_first_reason(bench: Bench) -> None:
    render = {"t": "{{ item.n + 1 }}"}
    with pytest.raises(BadData, match=r"tolerated are 0; the first: t: null \+ number 1"):
        await process(bench, render=render, tolerate={})
    assert (await process(bench, render=render, tolerate={"percent": 34}))["failed"] == 1


async def test_a_step_of_which_every_item_fails_fails_unless_that_may_be(bench: Bench) -> None:
    render = {"t": "{{ item.nowhere + 1 }}"}
    with pytest.raises(BadData, match="not one of the 3 items is good; the first: t: "):
        await process(bench, render=render)
    assert (await process(bench, render=render, tolerate={"percent": 100}))["failed"] == 3


async def test_sums_agree_over_many_chunks_with_every_hundredth_item_broken(empty: Bench) -> None:
    items = [{"id": n, "raw": "{broken" if n % 100 == 0 else json.dumps({"score": n})} for n in range(4321)]
    await empty.set_up(items=items, columns={"id": "bigint", "raw": "text"})
    schema = {"type": "object", "properties": {"score": {"type": "integer"}}, "required": ["score"]}
    result = await process(empty, parse={"field": "raw", "schema": schema, "keep": ["id"]})
    assert (result["read"], result["items"], result["failed"]) == (4321, 4277, 44)
    assert (await empty.items())[:2] == [{"id": 1, "score": 1}, {"id": 2, "score": 2}]
    assert await empty.items(state="failed") == [items[n] for n in range(0, 4321, 100)]
    reason = (
        "select distinct i.error from batch_item i join batch_step s on s.id = i.step_id"
        " where i.state = 'failed' and s.step_key = 'under_test'"
    )
    async with empty.database.transaction() as connection:
        found = await (await connection.execute(reason)).fetchall()
    assert found == [("raw: not JSON: Expecting property name enclosed in double quotes at line 1, column 2",)]


async def test_a_list_is_exploded_and_later_sql_sees_the_type_of_its_elements(empty: Bench) -> None:
    await empty.set_up(items=[{"id": 1, "l": [1, 2.5]}, {"id": 2, "l": 5}], columns={"id": "bigint", "l": "jsonb"})
    result = await process(empty, explode={"field": "l", "as": "x"})
    assert await empty.items() == [{"id": 1, "x": 1}, {"id": 1, "x": 2.5}]
    assert result["columns"] == [{"name": "id", "type": "bigint"}, {"name": "x", "type": "double precision"}]


@pytest.mark.parametrize(("keep", "kept"), [("first", [0, 1, 2]), ("last", [4997, 4998, 4999])])
async def test_dedupe_keeps_one_item_of_a_key_over_all_chunks(empty: Bench, keep: str, kept: list[int]) -> None:
    await empty.set_up(items=[{"k": n % 3, "n": n} for n in range(5000)], columns={"k": "bigint", "n": "bigint"})
    result = await process(empty, dedupe={"by": ["k"], "keep": keep})
    assert [item["n"] for item in await empty.items()] == kept
    assert (result["read"], result["items"], result["failed"]) == (5000, 3, 0)


async def test_failed_items_of_the_step_before_are_not_read(bench: Bench, connection: Any) -> None:
    connection.execute("update batch_item set state = 'failed', error = 'e' where seq = 0")
    assert (await process(bench, dedupe={"by": ["q"]}))["read"] == 2


async def test_no_items_give_an_empty_data_set_that_still_has_its_columns(empty: Bench) -> None:
    await empty.set_up(items=[], columns={"raw": "text"})
    schema = {"type": "object", "properties": {"score": {"type": "integer"}}}
    result = await process(empty, parse={"field": "raw", "schema": schema, "keep": []})
    assert result == {"items": 0, "failed": 0, "columns": [{"name": "score", "type": "bigint"}], "read": 0}


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"parse": {"field": "qq"}}, 'no field "qq"'),
        ({"explode": {"field": "nope"}}, 'no field "nope"'),
        ({"dedupe": {"by": ["q", "m"]}}, 'no field "m"'),
        ({"template": {"field": "t", "template": "{{ item. }}"}}, 'template of "t"'),
        ({"sql": "select :missing as a"}, ":missing, which is not bound"),
        ({"sql": "delete from batch_item"}, "the SQL was refused"),
    ],
)
async def test_what_cannot_work_is_refused_before_items_are_written(bench: Bench, params: Any, message: str) -> None:
    with pytest.raises(InvalidStep, match=message):
        await process(bench, **params)
    assert await bench.items() == []


async def test_a_transform_of_items_cannot_be_parallel_over_a_list(bench: Bench) -> None:
    request = await bench.request(Process(), dedupe={"by": ["q"]})
    with pytest.raises(InvalidStep, match=r"parallel\.over"):
        await Process().run(replace(request, shard=Shard(1, values=("a",))))
