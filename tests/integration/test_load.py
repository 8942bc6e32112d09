"""The load runner: what lands in a real table, how it is counted, and what is refused beforehand."""

import asyncio
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.types.json import Jsonb
from pydantic import ValidationError

from engine.database import Database
from runners.base import BadData, Column, InvalidStep, RunnerSettings, Shard
from runners.load import Load
from runners.loading.create import create_table
from runners.loading.params import LoadParams
from runners.loading.target import TableName, allowed_table
from tests.loads import COLUMNS, PEOPLE, Watched, load, reasons, rows, set_up_numbers
from tests.requests import Bench


@pytest.fixture
def bench(database: Database, test_reader_url: str) -> Bench:
    return Bench(database, test_reader_url)


@pytest.fixture
def people(connection: psycopg.Connection) -> psycopg.Connection:
    connection.execute("create table people (id bigint primary key, name text)")
    return connection


async def test_items_land_in_the_columns_that_are_named_like_their_fields(bench: Bench, people: Any) -> None:
    await bench.set_up(items=[one | {"other": 1} for one in PEOPLE], columns=COLUMNS | {"other": "bigint"})
    result = await load(bench, table="people")
    assert rows(people) == [(1, "Ada"), (2, "Bob"), (3, "Cy")]
    assert result == {
        "loaded": 3, "inserted": 3, "updated": 0, "unchanged": 0, "superseded": 0, "dead": 0, "table": "public.people",
    }  # fmt: skip


async def test_a_mapping_fills_columns_from_fields_of_other_names_even_twice_from_one(
    bench: Bench, connection: Any
) -> None:
    connection.execute('create table t (id bigint, "50% name" text, "select" jsonb)')
    await bench.set_up(items=[{"n": 1, "from": "a"}], columns={"n": "bigint", "from": "text"})
    await load(bench, table="public.t", columns={"id": "n", "50% name": "from", "select": "from"})
    assert rows(connection, "select * from t") == [(1, "a", "a")]


async def test_values_take_the_type_of_the_column(bench: Bench, connection: Any) -> None:
    connection.execute(
        "create table t (j jsonb, s text, d text, l text[], n numeric, i int, at timestamptz, v varchar(3), b boolean)"
    )
    item = {
        "j": {"a": [1]}, "s": 1.5, "d": {"k": "v"}, "l": ["x", None], "n": "1.50", "i": "7",
        "at": "2024-05-01T12:00:00Z", "v": None, "b": "true",
    }  # fmt: skip
    await bench.set_up(items=[item], columns=dict.fromkeys(item, "jsonb"))
    await load(bench, table="t")
    query = "select j, s, d, l, n::text, i, at = timestamptz '2024-05-01 12:00+00', v, b from t"
    assert rows(connection, query) == [({"a": [1]}, "1.5", '{"k": "v"}', ["x", None], "1.50", 7, True, None, True)]


async def test_an_upsert_counts_what_it_inserts_updates_and_leaves_alone(bench: Bench, people: Any) -> None:
    people.execute("insert into people values (1, 'Ada'), (2, 'old'), (9, 'stays')")
    before = rows(people, "select xmin::text from people where id = 1")
    await bench.set_up(items=PEOPLE, columns=COLUMNS)
    result = await load(bench, table="people", mode="upsert", keys=["id"])
    assert (result["inserted"], result["updated"], result["unchanged"]) == (1, 1, 1)
    assert rows(people) == [(1, "Ada"), (2, "Bob"), (3, "Cy"), (9, "stays")]
    assert rows(people, "select xmin::text from people where id = 1") == before


@pytest.mark.parametrize("chunk", [1, 2, 5000])
async def test_of_items_with_one_key_the_last_wins(bench: Bench, people: Any, chunk: int) -> None:
    items = [{"id": 1, "name": name} for name in "abc"] + [{"id": 2, "name": "z"}]
    await bench.set_up(items=items, columns=COLUMNS)
    result = await load(bench, table="people", mode="upsert", keys=["id"], chunk=chunk)
    assert rows(people) == [(1, "c"), (2, "z")]
    assert result["loaded"] == 4
    assert result["inserted"] + result["updated"] + result["superseded"] == 4


async def test_an_upsert_works_on_partitions_on_keys_alone_and_on_types_that_cannot_be_compared(
    bench: Bench, connection: Any
) -> None:
    connection.execute("create table t (a int, b int, doc json, at point, primary key (a, b)) partition by range (a)")
    connection.execute("create table t1 partition of t for values from (0) to (10)")
    items = [{"a": 1, "b": n, "doc": {"n": n}, "at": "(1,2)"} for n in range(3)]
    await bench.set_up(items=items, columns={"a": "int", "b": "int", "doc": "jsonb", "at": "text"})
    assert (await load(bench, table="t", mode="upsert", keys=["b", "a"]))["inserted"] == 3
    connection.execute("update t set doc = '{}' where b = 1")
    connection.execute("delete from stream_checkpoint")
    result = await load(bench, table="t", mode="upsert", keys=["a", "b"])
    assert (result["updated"], result["unchanged"]) == (1, 2)
    result = await load(bench, table="t", mode="upsert", keys=["a", "b"], columns=["a", "b"])
    assert result["unchanged"] == 3


async def test_replace_leaves_only_the_items_and_readers_never_see_half(
    bench: Bench, people: Any, database_url: str
) -> None:
    people.execute("insert into people values (1, 'old'), (8, 'old')")
    await bench.set_up(items=PEOPLE, columns=COLUMNS)
    request = await bench.request(Load(), table="people", mode="replace", chunk=1)
    seen: list[Any] = []
    await Load().run(replace(request, handed=Watched(request.handed, on_progress=lambda: seen.append(rows(people)))))
    assert seen == [[(1, "old"), (8, "old")]]
    assert rows(people) == [(1, "Ada"), (2, "Bob"), (3, "Cy")]


async def test_replace_gives_a_referenced_table_its_rows_back_before_a_deferred_constraint_looks(
    bench: Bench, people: Any
) -> None:
    people.execute("insert into people values (1, 'old')")
    people.execute("create table pets (owner bigint references people deferrable initially deferred)")
    people.execute("insert into pets values (1)")
    await bench.set_up(items=PEOPLE, columns=COLUMNS)
    await load(bench, table="people", mode="replace")
    assert len(rows(people)) == 3
    people.execute("insert into people values (7, 'x')")
    people.execute("insert into pets values (7)")
    with pytest.raises(BadData, match=r"pets.*23503"):
        await load(bench, table="people", mode="replace")
    assert len(rows(people)) == 4


async def test_a_missing_table_is_created_from_the_items_when_asked(bench: Bench, connection: Any) -> None:
    await bench.set_up(items=PEOPLE, columns=COLUMNS)
    for _ in range(2):
        result = await load(bench, table="fresh", mode="upsert", keys=["id"], create=True)
    assert result["loaded"] == 3
    query = (
        "select attname::text, atttypid::regtype::text from pg_attribute"
        " where attrelid = 'fresh'::regclass and attnum > 0"
    )
    assert rows(connection, query) == [("id", "bigint"), ("name", "text")]
    with pytest.raises(psycopg.errors.UniqueViolation):
        connection.execute("insert into fresh values (1, 'again')")


async def test_two_loads_may_create_the_same_table_at_once(bench: Bench, connection: Any) -> None:
    table, columns = TableName("public", "fresh"), [Column("id", "bigint")]

    async def create() -> None:
        async with bench.database.transaction() as mine:
            await create_table(mine, table, columns=columns, keys=["id"])

    await asyncio.gather(*(create() for _ in range(5)))
    assert rows(connection, "select count(*) from fresh") == [(0,)]


async def test_an_empty_data_set_is_loaded_and_empties_a_replaced_table(bench: Bench, people: Any) -> None:
    people.execute("insert into people values (1, 'old')")
    await bench.set_up(items=[])
    assert (await load(bench, table="people"))["loaded"] == 0
    assert len(rows(people)) == 1
    assert (await load(bench, table="people", mode="replace"))["loaded"] == 0
    assert rows(people) == []


async def test_failed_items_of_the_step_before_are_not_loaded(bench: Bench, people: Any) -> None:
    await bench.set_up(items=PEOPLE, columns=COLUMNS)
    people.execute("update batch_item set state = 'failed', error = 'e' where seq = 1")
    people.execute("update batch_step_result set result_payload = jsonb_set(result_payload, '{items}', '2')")
    assert (await load(bench, table="people", chunk=1))["loaded"] == 2
    assert rows(people) == [(1, "Ada"), (3, "Cy")]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("batch_item", "reserved for the engine"),
        ("public.dead_letter", "reserved for the engine"),
        ("Provider_Batch_x", "reserved for the engine"),
        ("pg_catalog.pg_class", "belongs to PostgreSQL"),
        ('people"; drop table people; --', "not a table name"),
        ("a.b.c", "not a table name"),
    ],
)
def test_a_table_that_is_not_the_analyst_s_is_refused_when_it_is_written_and_when_a_template_makes_it(
    table: str, message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        LoadParams.model_validate({"table": table})
    assert LoadParams.model_validate({"table": "{{ params.table }}"}).table == "{{ params.table }}"
    with pytest.raises(InvalidStep, match=message):
        allowed_table(table, schemas=["public"])


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"table": "other.people"}, 'may not write to the schema "other"; allowed: public'),
        ({"table": "peopel"}, 'no table public.peopel .did you mean "people"'),
        ({"table": "people; drop table people"}, "there is no table"),
        ({"table": "people_view"}, "is a view"),
        ({"table": "people", "columns": ["id", "nmae"]}, 'no column "nmae" .did you mean "name"'),
        ({"table": "people", "columns": {"id": "idd"}}, 'no field "idd" .did you mean "id"'),
        ({"table": "people", "columns": {'id") values (1); --': "id"}}, "the table has no column"),
        ({"table": "people", "mode": "upsert", "keys": ["name"]}, r"unique keys there are: \(id\)"),
        ({"table": "people", "mode": "upsert", "keys": ["id"], "columns": ["name"]}, '"id" is not among'),
        ({"table": "strict", "columns": ["id"]}, '"must" is NOT NULL'),
        ({"table": "strict", "columns": ["id", "made"]}, '"made" is always generated'),
        ({"table": "foreign"}, "no field of the items has the name of a column"),
        ({"table": "new", "create": True, "columns": {"a": "b"}}, "cannot be created"),
    ],
)
async def test_what_cannot_work_is_refused_before_anything_is_written(
    bench: Bench, people: Any, params: dict[str, Any], message: str
) -> None:
    people.execute("create view people_view as select * from people")
    people.execute("create table strict (id bigint, must text not null, has int not null default 1,"
                   " made bigint generated always as (id + 1) stored)")  # fmt: skip
    people.execute('create table "foreign" (x int)')
    await bench.set_up(items=PEOPLE, columns=COLUMNS | {"made": "bigint"})
    with pytest.raises(InvalidStep, match=message):
        await load(bench, **params)
    assert rows(people) == []
    assert rows(people, "select count(*) from stream_checkpoint") == [(0,)]


@pytest.mark.parametrize(
    "name", ['a"b', "a'b", "a;b", "a%sb", "$1", "a b", "{}", "Ünïcode", "select", "_batchdag_seq", "record0", "target"]
)
async def test_hostile_names_are_only_names(bench: Bench, connection: Any, name: str) -> None:
    quoted = sql.Identifier(name)
    connection.execute(sql.SQL("create table {0} (id int primary key, {0} text)").format(quoted))
    await bench.set_up(items=[{"id": 1, name: "v"}], columns={"id": "int", name: "text"})
    table = '"' + name.replace('"', '""') + '"'
    for mode in ({"mode": "insert"}, {"mode": "replace"}, {"mode": "upsert", "keys": ["id"]}):
        await load(bench, table=table, **mode)
    assert connection.execute(sql.SQL("select * from {}").format(quoted)).fetchall() == [(1, "v")]


async def test_the_first_allowed_schema_is_the_default_and_others_are_not_written(bench: Bench, people: Any) -> None:
    people.execute("create schema marts")
    people.execute("create table marts.people (id bigint, name text)")
    await bench.set_up(items=PEOPLE, columns=COLUMNS)
    settings = RunnerSettings(load_schemas=("marts",))
    assert (await load(bench, table="people", settings=settings))["table"] == "marts.people"
    with pytest.raises(InvalidStep, match="allowed: marts"):
        await load(bench, table="public.people", settings=settings)


async def test_a_table_without_permission_is_a_wrong_step_not_a_heap_of_dead_letters(bench: Bench, people: Any) -> None:
    await bench.set_up(items=PEOPLE, columns=COLUMNS)
    people.execute("create function deny() returns trigger language plpgsql as"
                   " $$ begin raise insufficient_privilege using message = 'not you'; end $$")  # fmt: skip
    people.execute("create trigger deny before insert on people execute function deny()")
    with pytest.raises(InvalidStep, match="not you"):
        await load(bench, table="people", tolerate={"count": 3})
    assert reasons(people) == []


async def test_a_parallel_load_reads_its_shard_and_can_neither_replace_nor_read_a_list(
    bench: Bench, people: Any
) -> None:
    await bench.set_up(items=PEOPLE, columns=COLUMNS)
    request = await bench.request(Load(), table="people", mode="replace")
    with pytest.raises(InvalidStep, match="cannot be parallel"):
        await Load().run(replace(request, shard=Shard(1)))
    request = await bench.request(Load(), table="people")
    with pytest.raises(InvalidStep, match=r"parallel\.over"):
        await Load().run(replace(request, shard=Shard(1, values=(1,))))


async def test_an_input_that_lost_items_is_not_loaded_as_if_it_were_whole(bench: Bench, people: Any) -> None:
    await bench.set_up(items=PEOPLE, columns=COLUMNS)
    people.execute("delete from batch_item where seq = 1")
    with pytest.raises(BadData, match="should have 3 items, but 2"):
        await load(bench, table="people", mode="replace")


async def test_the_items_of_a_step_are_found_across_gaps_and_several_steps(bench: Bench, people: Any) -> None:
    await set_up_numbers(bench, 3)
    people.execute("update batch_item set seq = seq * 1000000 where true")
    [(source,)] = rows(people, "select id from batch_step where step_key = 'source'")
    people.execute("insert into batch_step (batch_instance_id, step_key, shard, state, attempt, finished_at)"
                   " values (%s, 'source', 1, 'succeeded', 1, now())", (bench.instance_id,))  # fmt: skip
    people.execute("insert into batch_step_result select batch_instance_id, step_key, 1, attempt, %s, null, worker,"
                   " started_at, finished_at from batch_step_result",
                   (Jsonb({"items": 2, "columns": [{"name": "id", "type": "bigint"}]}),))  # fmt: skip
    people.execute("insert into batch_item (step_id, seq, payload) select max(id), n, jsonb_build_object('id', 100 + n)"
                   " from batch_step, generate_series(0, 1) as n group by n")  # fmt: skip
    assert source
    assert (await load(bench, table="people", chunk=4))["loaded"] == 5
    assert [row[0] for row in rows(people)] == [0, 1, 2, 100, 101]
