"""What is watched over time: the calendar of crons, the passes that load embeddings, the collections."""

from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.collections import fill, make_collections
from tests.harness import Harness, step
from tests.serving import Served, served_on

FIRE = """
insert into batch_cron_fire (definition_id, fire_at, outcome, reason)
select id, clock_now() - make_interval(hours => %s), %s, 'because' from batch_definition where name = %s
returning fire_at
"""
UPCOMING = """
update batch_cron set upcoming = array[clock_now() - interval '1 min', clock_now() + interval '1 hour']
where definition_id = (select id from batch_definition where name = %s)
returning upcoming
"""
STREAM = "embed:job_posting_embedding<-postings"
PASS = {
    "number": 2, "owner": {"instance_id": 1, "step_key": "a"}, "version": "v1", "work": [], "rows": 100, "parts": 2,
    "mode": "merge", "stage": "loading",
}  # fmt: skip
PART = {"pass": 2, "version": "v1", "at": 19, "done": False, "inserted": 10, "updated": 5, "unchanged": 3,
        "superseded": 1, "dead": 1}  # fmt: skip


@pytest.fixture
async def served(idle: Harness) -> AsyncIterator[Served]:
    async with served_on(idle) as running:
        yield running


async def read(served: Served, path: str, **params: Any) -> dict[str, Any]:
    answer = await served.viewer.get(path, params=params)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def test_a_calendar_has_what_became_of_instants_and_what_comes(served: Served) -> None:
    for name in ("one", "two"):
        await served.harness.define(step("a"), name=name, cron="0 * * * *")
    fires = [
        (await served.rows(FIRE, hours, outcome, name))[0][0]
        for hours, outcome, name in [
            (200, "fired", "one"), (3, "missed", "one"), (2, "skipped_overlap", "two"), (1, "failed_to_start", "one"),
        ]
    ]  # fmt: skip
    await served.rows(UPCOMING, "one")
    await served.rows(
        "update batch_cron set problem = 'no such zone' where definition_id ="
        " (select id from batch_definition where name = 'two') returning problem"
    )
    shown = await read(served, "/cron")
    assert [(fire["definition"], fire["outcome"]) for fire in shown["data"]] == [
        ("one", "missed"), ("two", "skipped_overlap"), ("one", "failed_to_start"),
    ]  # fmt: skip
    assert shown["data"][0]["late"] == pytest.approx(3 * 3600, abs=60)
    assert [(instant["definition"], instant["is_due"]) for instant in shown["upcoming"]] == [
        ("one", True), ("one", False),
    ]  # fmt: skip
    assert shown["problems"] == [{"definition": "two", "problem": "no such zone"}]
    assert len((await read(served, "/cron", **{"from": fires[0].isoformat()}))["data"]) == 4
    until = await read(served, "/cron", until=fires[2].isoformat(), definition="one")
    assert [fire["outcome"] for fire in until["data"]] == ["missed"]


async def test_a_calendar_is_paged_also_where_instants_are_the_same(served: Served) -> None:
    for name in ("one", "two", "three"):
        await served.harness.define(step("a"), name=name)
    await served.rows(
        "insert into batch_cron_fire (definition_id, fire_at, outcome, reason)"
        " select id, date_trunc('hour', clock_now()) - interval '1 microsecond', 'missed', 'late' from batch_definition"
        " returning fire_at"
    )
    found: list[str] = []
    after = None
    while True:
        shown = await read(served, "/cron", limit=2, **({"after": after} if after else {}))
        found += [fire["definition"] for fire in shown["data"]]
        after = shown["next"]
        if after is None:
            break
    assert found == ["one", "three", "two"]
    for mark in ("x", "99999999999999999999:a", "-1:a"):
        assert (await served.viewer.get("/cron", params={"after": mark})).status_code == 422, mark


async def test_a_pass_is_told_with_its_parts_together(served: Served) -> None:
    await served.harness.define(step("a"))
    instance = await served.harness.engine.start("pipeline")
    rows = {
        STREAM: PASS | {"owner": {"instance_id": instance, "step_key": "a"}},
        f"{STREAM}#0/2": PART,
        f"{STREAM}#1/2": PART | {"at": 99, "done": True},
        "embed:other<-postings#0/1": PART,
        "load:17": {"at": 3},
    }
    for stream, position in rows.items():
        await served.rows(
            "insert into stream_checkpoint (stream, position) values (%s, %s) returning stream", stream, Jsonb(position)
        )
    await served.rows(
        "insert into batch_step (batch_instance_id, step_key, runner, state, started_at, leased_by, lease_expires_at,"
        " attempt) values (%s, 'a', 'embed', 'running', clock_now() - interval '10 s', 'w', clock_now(), 1) returning id",
        instance,
    )
    (shown,) = (await read(served, "/streams"))["data"]
    assert (shown["stream"], shown["collection"], shown["source"]) == (STREAM, "job_posting_embedding", "postings")
    assert (shown["rows"], shown["done"], shown["parts"], shown["parts_done"]) == (100, 40, 2, 1)
    assert [shown[name] for name in ("inserted", "updated", "unchanged", "dead")] == [20, 10, 6, 2]
    assert (shown["stage"], shown["mode"], shown["number"]) == ("loading", "merge", 2)
    assert shown["rate"] == pytest.approx(4, rel=0.3)
    assert [(part["part"], part["at"], part["done"]) for part in shown["checkpoint"]] == [
        ("0/2", 19, False), ("1/2", 99, True),
    ]  # fmt: skip
    assert (await read(served, "/streams", after=STREAM))["data"] == []


async def test_a_collection_is_told_with_its_rows_its_vectors_and_its_index(
    served: Served, connection: psycopg.Connection
) -> None:
    make_collections(connection)
    fill(connection, 5)
    connection.execute("create index turned on job_posting_embedding using hnsw (embedding vector_cosine_ops)")
    connection.execute(
        "insert into embedding_collection (name, rows_table, embeddings_table) values ('gone', 'no_rows', 'no_table')"
    )
    found = {shown["name"]: shown for shown in (await read(served, "/collections"))["data"]}
    postings, candidates, gone = found["job_posting"], found["candidate"], found["gone"]
    assert (postings["type"], postings["dimensions"], postings["model"]) == ("vector", 3, "hashing")
    assert (postings["rows"], postings["is_estimate"]) == (5, False)
    assert postings["generation"] >= 1
    assert (postings["index_name"], postings["index_method"], postings["index_is_valid"]) == ("turned", "hnsw", True)
    assert (candidates["dimensions"], candidates["index_method"]) == (3, None)
    assert (gone["rows"], gone["type"], gone["model"], gone["generation"]) == (None, None, None, None)
