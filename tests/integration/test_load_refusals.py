"""Rows that the table refuses: each is a dead letter with the reason, and all others land."""

from typing import Any

import psycopg
import pytest

from engine.database import Database
from runners.base import BadData
from tests.loads import COLUMNS, PEOPLE, load, reasons, rows, set_up_numbers
from tests.requests import Bench


@pytest.fixture
def bench(database: Database, test_reader_url: str) -> Bench:
    return Bench(database, test_reader_url)


@pytest.fixture
def people(connection: psycopg.Connection) -> psycopg.Connection:
    connection.execute("create table people (id bigint primary key, name text)")
    return connection


@pytest.mark.parametrize(
    ("table", "bad", "reason"),
    [
        ("id int, name text", {"id": "x"}, 'invalid input syntax for type integer: "x" [22P02]'),
        ("id int, name text", {"id": ""}, 'invalid input syntax for type integer: "" [22P02]'),
        ("id smallint, name text", {"id": 70000}, "out of range for type smallint [22003]"),
        ("id int check (id < 100), name text", {"id": 100}, "check constraint"),
        ("id int primary key, name text", {"id": 1}, "duplicate key value"),
        ("id int, name text not null", {"name": None}, "null value in column"),
        ("id int, name varchar(4)", {"name": "fives"}, "value too long"),
        ("id int references known, name text", {"id": 77}, "violates foreign key constraint"),
        ("id int references known deferrable initially deferred, name text", {"id": 77}, "violates foreign key"),
        ("id int unique deferrable initially deferred, name text", {"id": 1}, "duplicate key value"),
    ],
)
async def test_a_refused_row_is_a_dead_letter_with_the_reason_and_all_others_land(
    bench: Bench, connection: Any, table: str, bad: dict[str, Any], reason: str
) -> None:
    connection.execute("create table known (id int primary key)")
    connection.execute("insert into known select generate_series(0, 19)")
    connection.execute(f"create table t ({table})")
    items = [{"id": n, "name": f"n{n}"} for n in range(20)]
    items[13] = items[13] | bad
    await bench.set_up(items=items, columns=COLUMNS)
    result = await load(bench, table="t", tolerate={"count": 1})
    assert (result["loaded"], result["dead"]) == (19, 1)
    assert rows(connection, "select count(*), count(distinct name) from t") == [(19, 19)]
    [(payload, told)] = reasons(connection)
    assert payload == items[13]
    assert reason in told
    origin = rows(connection, "select batch_instance_id, step_key, source, state from dead_letter")
    assert origin == [(bench.instance_id, "under_test", "load:public.t", "dead")]


@pytest.mark.parametrize("mode", [{"mode": "insert"}, {"mode": "upsert", "keys": ["id"]}])
@pytest.mark.parametrize(
    ("action", "reason"),
    [
        ("raise exception 'no thirteens'", "no thirteens [P0001]"),
        ("raise exception 'own code' using errcode = 'MY001'", "own code [MY001]"),
        ("return null", "a trigger of the table left the row out"),
    ],
)
async def test_a_row_that_a_trigger_stops_is_a_dead_letter(
    bench: Bench, people: Any, action: str, reason: str, mode: dict[str, Any]
) -> None:
    body = f"begin if new.id = 13 then {action}; end if; return new; end"
    people.execute(f"create function stop() returns trigger language plpgsql as $$ {body} $$")
    people.execute("create trigger stop before insert on people for each row execute function stop()")
    await set_up_numbers(bench, 20)
    result = await load(bench, table="people", tolerate={"percent": 5}, **mode)
    assert (result["loaded"], result["dead"]) == (19, 1)
    assert reasons(people)[0][1].startswith(reason)


async def test_an_upsert_refuses_a_null_key_which_it_could_never_find_again(bench: Bench, connection: Any) -> None:
    connection.execute("create table t (id bigint unique, name text)")
    await bench.set_up(items=[*PEOPLE, {"id": None, "name": "nobody"}], columns=COLUMNS)
    result = await load(bench, table="t", mode="upsert", keys=["id"], tolerate={"count": 1})
    assert (result["loaded"], result["dead"]) == (3, 1)
    assert "key column is null" in reasons(connection)[0][1]


@pytest.mark.parametrize("mode", [{"mode": "insert"}, {"mode": "upsert", "keys": ["id"]}, {"mode": "replace"}])
async def test_many_refused_rows_in_many_places_are_all_found(bench: Bench, people: Any, mode: dict[str, Any]) -> None:
    broken = [0, 1, 2, 40, 41, 77, 150, 198, 199]
    await set_up_numbers(bench, 200, broken=broken)
    result = await load(bench, table="people", chunk=90, tolerate={"count": len(broken)}, **mode)
    assert (result["loaded"], result["dead"]) == (191, 9)
    assert [payload["name"] for payload, _ in reasons(people)] == [f"n{n}" for n in broken]


async def test_more_refused_rows_than_tolerated_fail_the_step_and_stay_visible_once(bench: Bench, people: Any) -> None:
    await set_up_numbers(bench, 30, broken=[5, 14, 17])
    for _ in range(3):
        with pytest.raises(BadData, match=r'tolerated are 1 .* item 14: column "id": invalid input .*"x"'):
            await load(bench, table="people", chunk=10, tolerate={"count": 1})
        assert [payload["name"] for payload, _ in reasons(people)] == ["n5", "n14", "n17"]
        assert rows(people, "select count(*) from people") == [(9,)]
    result = await load(bench, table="people", chunk=10, tolerate={"count": 3})
    assert (result["loaded"], result["dead"]) == (27, 3)
    assert len(reasons(people)) == 3


async def test_a_replace_that_fails_leaves_the_old_rows_and_says_which_are_bad(bench: Bench, people: Any) -> None:
    people.execute("insert into people values (1, 'old')")
    await set_up_numbers(bench, 30, broken=[5])
    for _ in range(2):
        with pytest.raises(BadData, match="tolerated are 0"):
            await load(bench, table="people", chunk=10, mode="replace")
        assert rows(people) == [(1, "old")]
        assert len(reasons(people)) == 1


async def test_a_table_that_refuses_everything_is_given_up_early(bench: Bench, people: Any) -> None:
    await set_up_numbers(bench, 1000, broken=range(1000))
    with pytest.raises(BadData):
        await load(bench, table="people")
    assert len(reasons(people)) == 100


@pytest.mark.parametrize("mode", [{"mode": "insert"}, {"mode": "upsert", "keys": ["id"]}, {"mode": "replace"}])
async def test_refusals_of_every_kind_in_one_chunk_are_told_apart(bench: Bench, connection: Any, mode: Any) -> None:
    connection.execute("create table t (id int primary key, name varchar(4) check (name <> 'no'), tags int[])")
    items = [{"id": n, "name": "n", "tags": [n]} for n in range(50)]
    items[0] |= {"name": "fives", "id": "both"}
    items[10] |= {"name": "no"}
    items[11] |= {"tags": ["x"]}
    items[12] |= {"id": 2**40}
    items[49] |= {"id": None}
    await bench.set_up(items=items, columns={"id": "bigint", "name": "text", "tags": "jsonb"})
    result = await load(bench, table="t", tolerate={"count": 5}, **mode)
    assert (result["loaded"], result["dead"]) == (45, 5)
    assert rows(connection, "select count(*) from t") == [(45,)]
    found = reasons(connection)
    assert [payload for payload, _ in found] == [items[n] for n in (0, 10, 11, 12, 49)]
    told = ['column "id": invalid', "check constraint", "invalid input syntax", 'column "id": value', "null"]
    assert all(part in reason for part, (_, reason) in zip(told, found, strict=True))


async def test_a_table_filled_by_text_of_its_own_type_does_not_mind_per_cent_signs(
    bench: Bench, connection: Any
) -> None:
    connection.execute('create table t ("%s" int, "50%" text)')
    items = [{"%s": "x%d", "50%": "100%"}, {"%s": 1, "50%": "%s"}]
    await bench.set_up(items=items, columns={"%s": "int", "50%": "text"})
    assert (await load(bench, table="t", tolerate={"count": 1}))["dead"] == 1
    assert rows(connection, "select * from t") == [(1, "%s")]
    assert reasons(connection)[0][1] == 'column "%s": invalid input syntax for type integer: "x%d" [22P02]'
