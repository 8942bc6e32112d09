"""A load that is killed, loses its lease or is run again: every row lands exactly once."""

import asyncio
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from engine.database import Database
from runners.base import InvalidStep, LostLease
from runners.load import Load
from tests.loads import COLUMNS, PEOPLE, Watched, load, reasons, rows, set_up_numbers
from tests.requests import Bench


@pytest.fixture
def bench(database: Database, test_reader_url: str) -> Bench:
    return Bench(database, test_reader_url)


@pytest.fixture
def people(connection: psycopg.Connection) -> psycopg.Connection:
    connection.execute("create table people (id bigint primary key, name text)")
    return connection


@pytest.mark.parametrize("mode", [{"mode": "insert"}, {"mode": "upsert", "keys": ["id"]}, {"mode": "replace"}])
@pytest.mark.parametrize("transactions", range(8))
async def test_a_load_that_is_killed_anywhere_has_every_row_once_after_the_next_attempt(
    bench: Bench, people: Any, transactions: int, mode: dict[str, Any]
) -> None:
    await set_up_numbers(bench, 40, broken=[7, 33])
    params = {"table": "people", "chunk": 10, "tolerate": {"count": 2}, **mode}
    request = await bench.request(Load(), **params)
    task = asyncio.create_task(Load().run(replace(request, handed=Watched(request.handed, transactions=transactions))))
    await asyncio.wait([task])
    result = await load(bench, **params)
    assert (result["loaded"], result["dead"]) == (38, 2)
    assert rows(people, "select count(*), count(distinct name) from people") == [(38, 38)]
    assert [payload["name"] for payload, _ in reasons(people)] == ["n7", "n33"]


async def test_an_attempt_that_lost_its_lease_writes_nothing_more(bench: Bench, people: Any) -> None:
    await set_up_numbers(bench, 40)
    request = await bench.request(Load(), table="people", chunk=10)

    def lose() -> None:
        people.execute("update batch_step set attempt = attempt + 1 where id = %s", (request.step_id,))

    with pytest.raises(LostLease):
        await Load().run(replace(request, handed=Watched(request.handed, on_progress=lose)))
    assert rows(people, "select count(*) from people") == [(10,)]


async def test_a_lease_that_is_lost_inside_a_chunk_takes_the_chunk_back(bench: Bench, people: Any) -> None:
    await set_up_numbers(bench, 10)
    request = await bench.request(Load(), table="people")
    steal = f"update batch_step set attempt = attempt + 1 where id = {request.step_id}"
    people.execute(f"create function steal() returns trigger language plpgsql as $$ begin {steal}; return null; end $$")
    people.execute("create trigger steal after insert on people execute function steal()")
    with pytest.raises(LostLease):
        await Load().run(request)
    assert rows(people) == []


async def test_a_finished_load_that_is_run_again_does_nothing(bench: Bench, people: Any) -> None:
    await bench.set_up(items=PEOPLE, columns=COLUMNS)
    first = await load(bench, table="people")
    assert await load(bench, table="people") == first
    assert len(rows(people)) == 3


async def test_an_insert_does_not_double_rows_when_the_input_was_made_again(bench: Bench, people: Any) -> None:
    await bench.set_up(items=PEOPLE, columns=COLUMNS)
    await load(bench, table="people")
    people.execute("alter table people drop constraint people_pkey")
    people.execute("update batch_step set attempt = attempt + 1 where step_key = 'source'")
    people.execute("update batch_step_result set attempt = attempt + 1 where step_key = 'source'")
    with pytest.raises(InvalidStep, match=r"3 rows were already loaded into public.people .* stream is 'load:\d+'"):
        await load(bench, table="people")
    assert len(rows(people)) == 3


async def test_an_upsert_starts_over_when_the_input_was_made_again(bench: Bench, people: Any) -> None:
    await bench.set_up(items=[*PEOPLE, {"id": "x", "name": "bad"}], columns=COLUMNS)
    params = {"table": "people", "mode": "upsert", "keys": ["id"], "tolerate": {"count": 1}}
    await load(bench, **params)
    people.execute("update batch_step set attempt = attempt + 1 where step_key = 'source'")
    people.execute("update batch_step_result set attempt = attempt + 1 where step_key = 'source'")
    people.execute("""update batch_item set payload = '{"id": 1, "name": "Eve"}' where seq = 0""")
    result = await load(bench, **params)
    assert (result["updated"], result["unchanged"], result["dead"]) == (1, 2, 1)
    assert rows(people)[0] == (1, "Eve")
    assert len(reasons(people)) == 1
