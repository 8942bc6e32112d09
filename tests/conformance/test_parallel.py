"""Parallel steps: spread into shards, bounded, tolerant, joined."""

from tests.harness import QUICK, Harness, step


async def test_a_parallel_step_runs_once_for_each_chunk_of_items_and_joins(working: Harness) -> None:
    ended = await working.run(
        step("source", "each", params={"items": 10}),
        step("each", "after", parallel={"over": "source", "chunk": 3}, params={"items": 2}),
        step("after"),
    )
    assert ended.is_success, ended.error
    assert sorted(working.noop.of(ended.instance_id))[1:] == ["each/1", "each/2", "each/3", "each/4", "source"]
    joined = await working.result(ended.instance_id, "each")
    assert joined == {"shards": 4, "succeeded": 4, "failed_shards": 0, "items": 8, "failed": 0}
    inputs = await working.rows("select shard_input -> 'ranges' -> 0 from batch_step where shard > 0 order by shard")
    assert [(part[1], part[2]) for (part,) in inputs] == [(0, 3), (3, 6), (6, 9), (9, 10)]


async def test_a_parallel_step_over_a_list_hands_each_shard_its_values(working: Harness) -> None:
    ended = await working.run(
        step("each", parallel={"over": "params.names", "chunk": 2}, params={"result": {"got": "{{ shard.values }}"}}),
        params={"names": ["a", "b", "c"]},
        params_schema={"type": "object", "properties": {"names": {"type": "array"}}},
    )
    assert ended.is_success, ended.error
    got = await working.rows("select result_payload -> 'got' from batch_step_result where shard > 0 order by shard")
    assert got == [(["a", "b"],), (["c"],)]


async def test_an_empty_list_joins_at_once(working: Harness) -> None:
    ended = await working.run(step("each", "after", parallel={"over": "[]"}), step("after"))
    assert ended.is_success
    assert working.noop.of(ended.instance_id) == ["after"]


async def test_no_more_than_max_concurrency_shards_run_at_once(working: Harness) -> None:
    ended = await working.run(
        step("each", parallel={"over": "[1,2,3,4,5,6]", "chunk": 1, "maxConcurrency": 2}, params={"seconds": 0.03})
    )
    assert ended.is_success
    overlap = await working.rows(
        "select max(n) from (select (select count(*) from batch_step b where b.shard > 0 and b.started_at <= a.started_at"
        " and b.finished_at > a.started_at) as n from batch_step a where a.shard > 0) as counted"
    )
    assert overlap == [(2,)]


async def test_tolerated_shard_failures_do_not_fail_the_step(working: Harness) -> None:
    tolerant = {"over": "[0,0,1]", "chunk": 1, "tolerate": {"count": 2}}
    ended = await working.run(
        step(
            "each",
            "after",
            parallel=tolerant,
            params={"failTimes": "{{ 1 - shard.values[0] }}"},
            retry={"maxAttempts": 1},
        ),
        step("after"),
    )
    assert ended.is_success, ended.error
    joined = await working.result(ended.instance_id, "each")
    assert (joined["succeeded"], joined["failed_shards"]) == (1, 2)


async def test_beyond_the_tolerance_the_rest_is_called_off_and_the_step_fails(working: Harness) -> None:
    over = {"over": "[1,2,3,4,5,6]", "chunk": 1, "maxConcurrency": 1, "tolerate": {"count": 1}}
    ended = await working.run(step("each", parallel=over, params={"failTimes": 9}, retry={"maxAttempts": 1}))
    assert ended.status == "failed"
    assert "shards failed, more than is tolerated" in (ended.error or "")
    states = dict(await working.rows("select state, count(*) from batch_step where shard > 0 group by state"))
    assert states == {"failed": 2, "cancelled": 4}


async def test_a_retry_runs_only_the_shards_that_have_not_succeeded(working: Harness) -> None:
    ended = await working.run(
        step("each", parallel={"over": "[0,1,0]", "chunk": 1}, params={"failTimes": "{{ shard.values[0] }}"},
             retry={"maxAttempts": 1}),
    )  # fmt: skip
    assert ended.status == "failed"
    await working.engine.retry(ended.instance_id)
    again = await working.engine.wait(ended.instance_id)
    assert again.is_success, again.error
    assert sorted(working.noop.of(ended.instance_id)) == ["each/1", "each/2", "each/2", "each/3"]


async def test_shards_are_retried_on_their_own(working: Harness) -> None:
    ended = await working.run(
        step("each", parallel={"over": "[1,1]", "chunk": 1}, params={"failTimes": 1}, retry=QUICK)
    )
    assert ended.is_success
    assert await working.rows("select attempt from batch_step where shard > 0") == [(2,), (2,)]


async def test_a_step_behind_an_empty_parallel_step_has_no_items_not_those_of_its_grandparents(
    working: Harness,
) -> None:
    ended = await working.run(
        step("source", "each", params={"items": 3}),
        step("each", "after", parallel={"over": "[]"}, params={"items": 1}),
        step("after", runner="process", params={"dedupe": {"by": ["n"]}}),
    )
    assert ended.is_success, ended.error
    assert (await working.result(ended.instance_id, "after"))["items"] == 0
