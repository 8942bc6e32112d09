"""The walk down the graph, end to end on a real database."""

from itertools import pairwise

from tests.harness import QUICK, Harness, step


async def test_a_chain_runs_in_order_and_each_result_is_stored(working: Harness) -> None:
    ended = await working.run(
        step("a", "b", params={"result": {"n": 1}}), step("b", "c"), step("c", params={"result": {"n": 3}})
    )
    assert ended.is_success
    assert working.noop.of(ended.instance_id) == ["a", "b", "c"]
    assert await working.result(ended.instance_id, "a") == {"n": 1}
    assert await working.result(ended.instance_id, "c") == {"n": 3}


async def test_a_chain_of_ten_thousand_steps_hits_no_limit(idle: Harness) -> None:
    count = 10_000
    steps = [step(f"s{n}", *([f"s{n + 1}"] if n + 1 < count else []), condition="false") for n in range(count)]
    steps[0]["condition"] = "true"
    async with idle.engine.working():
        ended = await idle.run(*steps)
    states = await idle.rows("select state, count(*) from batch_step group by state order by state")
    assert ended.is_success
    assert states == [("skipped", count - 1), ("succeeded", 1)]


async def test_a_false_condition_skips_the_step_and_a_join_runs_all_the_same(working: Harness) -> None:
    ended = await working.run(
        step("pick", "left", "right", params={"result": {"n": 5}}),
        step("left", "join", condition="steps.pick.n > 3"),
        step("right", "join", condition="steps.pick.n <= 3"),
        step("join"),
    )
    assert ended.is_success
    states = await working.states(ended.instance_id)
    assert states == {"pick": "succeeded", "left": "succeeded", "right": "skipped", "join": "succeeded"}
    assert await working.reason(ended.instance_id, "right") == "condition_unmet"


async def test_reading_the_output_of_a_skipped_step_fails_unless_a_default_is_given(working: Harness) -> None:
    ended = await working.run(
        step("a", "b", condition="false", params={"result": {"n": 1}}),
        step("b", fanIn="none_failed", condition="steps.a.n == 1"),
    )
    assert await working.states(ended.instance_id) == {"a": "skipped", "b": "failed"}
    assert await working.reason(ended.instance_id, "b") == "expression_failed"
    fine = await working.run(
        step("a", "b", condition="false", params={"result": {"n": 1}}),
        step("b", fanIn="none_failed", condition="(steps.a.n | default(1)) == 1"),
    )
    assert await working.states(fine.instance_id) == {"a": "skipped", "b": "succeeded"}


async def test_a_failure_fails_what_depends_on_it_while_independent_branches_go_on(working: Harness) -> None:
    ended = await working.run(
        step("bad", "after", params={"failTimes": 9}, retry={"maxAttempts": 1}),
        step("after", "last"),
        step("last"),
        step("good", "fine"),
        step("fine"),
        step("clean_up", fanIn="all_done"),
    )
    assert ended.status == "failed"
    assert "step 'bad' failed: failure 1" in (ended.error or "")
    assert await working.states(ended.instance_id) == {
        "bad": "failed", "after": "upstream_failed", "last": "upstream_failed", "good": "succeeded", "fine": "succeeded",
        "clean_up": "succeeded",
    }  # fmt: skip


async def test_a_clean_up_leaf_never_turns_a_failed_instance_green(working: Harness) -> None:
    ended = await working.run(
        step("bad", "tidy", "alarm", params={"failTimes": 9}, retry={"maxAttempts": 1}),
        step("tidy", fanIn="all_done"),
        step("alarm", fanIn="any_failed"),
    )
    assert ended.status == "failed"
    assert await working.states(ended.instance_id) == {"bad": "failed", "tidy": "succeeded", "alarm": "succeeded"}


async def test_a_tolerated_failure_counts_as_a_success(working: Harness) -> None:
    ended = await working.run(
        step("bad", "after", params={"failTimes": 9}, retry={"maxAttempts": 1}, onFailure="continue"),
        step("after", fanIn="all_success"),
    )
    assert ended.is_success
    assert await working.states(ended.instance_id) == {"bad": "failed", "after": "succeeded"}


async def test_stop_cancels_everything_but_the_clean_up(working: Harness) -> None:
    ended = await working.run(
        step("bad", "after", "tidy", params={"failTimes": 9}, retry={"maxAttempts": 1}, onFailure="stop"),
        step("after"),
        step("slow", "behind", params={"seconds": 30}),
        step("behind", "tidy"),
        step("tidy", fanIn="all_done"),
    )
    assert ended.status == "failed"
    assert await working.states(ended.instance_id) == {
        "bad": "failed", "after": "cancelled", "slow": "cancelled", "behind": "cancelled", "tidy": "succeeded",
    }  # fmt: skip


async def test_any_success_does_not_wait_for_the_rest(working: Harness) -> None:
    ended = await working.run(
        step("quick", "first"),
        step("slow", "first", params={"seconds": 0.3}),
        step("first", fanIn="any_success"),
    )
    assert ended.is_success
    order = await working.rows(
        "select step_key from batch_step where batch_instance_id = %s order by finished_at", ended.instance_id
    )
    assert [key for (key,) in order] == ["quick", "first", "slow"]


async def test_a_transient_failure_is_retried_and_every_attempt_leaves_a_row(working: Harness) -> None:
    ended = await working.run(step("a", params={"failTimes": 2}, retry=QUICK))
    assert ended.is_success
    attempts = await working.rows("select attempt, error from batch_step_result order by attempt")
    assert attempts == [(1, "failure 1"), (2, "failure 2"), (3, None)]


async def test_a_failure_that_is_not_in_retry_on_is_final(working: Harness) -> None:
    ended = await working.run(step("a", params={"failTimes": 1, "errorClass": "data"}, retry=QUICK))
    assert ended.status == "failed"
    assert len(working.noop.runs) == 1


async def test_a_snooze_holds_no_lease_and_uses_up_no_attempt(working: Harness) -> None:
    ended = await working.run(step("a", params={"snoozeTimes": 3}, retry={"maxAttempts": 1}))
    assert ended.is_success
    assert await working.rows("select attempt, snoozes, failures from batch_step") == [(1, 3, 0)]


async def test_an_attempt_that_takes_too_long_fails_with_timeout(working: Harness) -> None:
    ended = await working.run(step("a", params={"seconds": 30}, timeoutSeconds=0.05, retry={"maxAttempts": 1}))
    assert ended.status == "failed"
    assert "timeoutSeconds" in (ended.error or "")


async def test_params_are_rendered_from_the_instance_and_from_earlier_steps(working: Harness) -> None:
    ended = await working.run(
        step("a", "b", params={"result": {"n": "{{ params.n }}", "word": "x{{ params.n }}x"}}),
        step("b", params={"result": {"n": "{{ steps.a.n + 1 }}", "who": "{{ instance.definition }}"}}),
        params={"n": 4},
        params_schema={"type": "object", "properties": {"n": {"type": "integer"}}},
    )
    assert ended.is_success, ended.error
    assert await working.result(ended.instance_id, "a") == {"n": 4, "word": "x4x"}
    assert await working.result(ended.instance_id, "b") == {"n": 5, "who": "pipeline"}


async def test_max_active_holds_instances_back_until_there_is_room(working: Harness) -> None:
    await working.define(step("a", params={"seconds": 0.1}), max_active=1)
    ids = [await working.engine.start("pipeline") for _ in range(3)]
    for instance_id in ids:
        assert (await working.engine.wait(instance_id)).is_success
    spans = await working.rows("select started_at, finished_at from batch_instance order by started_at")
    assert all(earlier[1] <= later[0] for earlier, later in pairwise(spans))


async def test_an_instance_keeps_its_version_while_the_definition_is_edited(working: Harness) -> None:
    await working.define(step("a", "b", params={"seconds": 0.2}), step("b", params={"result": {"v": 1}}))
    running = await working.engine.start("pipeline")
    await working.define(step("a", "b"), step("b", params={"result": {"v": 2}}))
    assert (await working.engine.wait(running)).is_success
    assert await working.result(running, "b") == {"v": 1}
    later = await working.engine.run("pipeline")
    assert await working.result(later.instance_id, "b") == {"v": 2}
