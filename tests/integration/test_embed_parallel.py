"""Shards of one stream, run by a real engine: each takes its part, and the last one finishes the pass."""

from typing import Any

import psycopg
import pytest

from runners.base import InvalidStep, Shard
from tests.embedding_streams import Fake, Rows, attempt, embed_params, ids, reasons, serving
from tests.harness import QUICK, Harness, step
from tests.requests import Bench

Sql = psycopg.Connection[Any]
COUNT = 1_003
FOUR = {"over": "['1/4', '2/4', '3/4', '4/4']", "chunk": 1}


def receive(address: str, **params: Any) -> dict[str, Any]:
    return step("receive", runner="embed", parallel=FOUR, params=embed_params(address, **params), retry=QUICK)


@pytest.mark.parametrize("bulk", [{}, {"index": {}, "bulkFrom": 500}], ids=["merge", "bulk"])
async def test_four_shards_load_a_stream_once_and_finish_it_together(
    working: Harness, connection: Sql, bulk: dict[str, Any]
) -> None:
    fake = Fake(Rows.some(COUNT), most=50)
    fake.rows.vectors[700] = fake.rows.vectors[700] * 0
    async with serving(fake) as address:
        ended = await working.run(receive(address, **bulk))
    assert ended.is_success, ended.error
    assert sorted(fake.asked) == [(0, 250), (250, 501), (501, 752), (752, 1003)]
    assert ids(connection) == [key for key in fake.rows.ids if key != "row-000700"]
    assert list(reasons(connection)) == ["row-000700"]
    results = connection.execute("select result_payload from batch_step_result where shard > 0").fetchall()
    assert sum(result["loaded"] + result["dead"] for (result,) in results) == COUNT
    assert any(result["complete"] for (result,) in results)
    ((stage,),) = connection.execute("select position ->> 'stage' from stream_checkpoint where position ? 'stage'")
    assert stage == "done"
    assert bool(bulk) == bool(
        connection.execute("select to_regclass('job_embedding_hnsw') is not null").fetchall()[0][0]
    )


async def test_a_second_run_of_the_shards_finds_everything_unchanged(working: Harness, connection: Sql) -> None:
    async with serving(Fake(Rows.some(COUNT))) as address:
        await working.run(receive(address))
        ended = await working.engine.run("pipeline")
    assert ended.is_success, ended.error
    results = connection.execute(
        "select result_payload from batch_step_result where shard > 0 and batch_instance_id = %s", (ended.instance_id,)
    ).fetchall()
    assert sum(result["unchanged"] for (result,) in results) == COUNT


async def test_a_data_set_that_changes_between_shards_fails_the_step_and_a_new_instance_loads_it(
    working: Harness, connection: Sql
) -> None:
    fake = Fake(Rows.some(COUNT), most=50)

    def change(row: int) -> None:
        if row == 601:
            fake.version = "v2"

    fake.before = change
    async with serving(fake) as address:
        one_by_one = receive(address) | {"parallel": FOUR | {"maxConcurrency": 1}}
        ended = await working.run(one_by_one)
        assert 'went from version "v1" to "v2" while shards of this step were loading it' in str(ended.error)
        assert (await working.engine.run("pipeline")).is_success
    assert len(ids(connection)) == COUNT


@pytest.mark.parametrize(
    ("shard", "says"),
    [
        (Shard(1, ("5/4",)), r"'5/4' is no part; for four shards write over"),
        (Shard(1, (7,)), r"7 is no part"),
        (Shard(1, ("1/4", "2/4")), r"2 parts in one shard; set parallel.chunk: 1"),
        (Shard(1), r"a stream has no items to cut; for four shards write over"),
    ],
)
async def test_a_shard_that_names_no_part_says_how_to_write_it(bench: Bench, shard: Shard, says: str) -> None:
    async with serving(Fake(Rows.some(1))) as address:
        with pytest.raises(InvalidStep, match=says):
            await attempt(bench, address, shard=shard)
