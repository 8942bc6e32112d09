"""One instance seen closely: its timeline, and a step in full."""

from datetime import datetime
from typing import Any

import pytest

from tests.generating import generating
from tests.harness import QUICK, step
from tests.serving import Served


async def paged(served: Served, path: str, *, limit: int = 2, **params: Any) -> list[dict[str, Any]]:
    """Every row of a listing, page by page."""
    found: list[dict[str, Any]] = []
    after = None
    while True:
        query = params | {"limit": limit} | ({"after": after} if after else {})
        answer = await served.viewer.get(path, params=query)
        assert answer.status_code == 200, answer.text
        found += answer.json()["data"]
        after = answer.json()["next"]
        if after is None:
            return found


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def test_a_timeline_has_every_attempt_and_waits_begin_where_parents_and_attempts_end(served: Served) -> None:
    again = QUICK | {"maxAttempts": 3}
    ended = await served.harness.run(
        step("a", "b", "c"), step("b", params={"failTimes": 2}, retry=again), step("c", condition="1 > 2")
    )
    bars = await paged(served, f"/instances/{ended.instance_id}/timeline")
    assert [(bar["step_key"], bar["attempt"], bar["state"]) for bar in bars] == [
        ("a", 1, "succeeded"), ("b", 1, "failed"), ("b", 2, "failed"), ("b", 3, "succeeded"), ("c", 0, "skipped"),
    ]  # fmt: skip
    first, *tries, skipped = bars
    assert at(first["queued_at"]) <= at(first["started_at"]) <= at(first["finished_at"])
    ends = [bar["finished_at"] for bar in (first, *tries)]
    assert [bar["queued_at"] for bar in tries] == ends[:-1]
    assert all(bar["worker"] and bar["error"] for bar in tries[:-1])
    assert (skipped["reason"], skipped["started_at"], skipped["worker"]) == ("condition_unmet", None, None)


async def test_what_waits_is_in_the_timeline_with_the_attempt_that_it_waits_for(served: Served) -> None:
    retry = {"maxAttempts": 2, "intervalSeconds": 300, "maxDelaySeconds": 300, "jitter": "none"}
    await served.harness.define(step("a", "b", params={"failTimes": 1}, retry=retry), step("b"))
    instance = await served.harness.engine.start("pipeline")
    async with served.viewer.stream("GET", "/events", params={"instance": instance, "since": "0-0"}) as stream:
        async for line in stream.aiter_lines():
            if '"state":"ready"' in line and "retrying" in line:
                break
    failed, waiting, pending = await paged(served, f"/instances/{instance}/timeline")
    assert (failed["attempt"], failed["state"]) == (1, "failed")
    assert (waiting["attempt"], waiting["state"], waiting["started_at"]) == (2, "ready", None)
    assert waiting["queued_at"] == failed["finished_at"]
    assert (at(waiting["due_at"]) - at(failed["finished_at"])).total_seconds() == pytest.approx(300, abs=1)
    assert (pending["attempt"], pending["state"], pending["queued_at"]) == (1, "pending", None)


async def test_shards_are_told_together_and_one_by_one(served: Served) -> None:
    parallel = {"over": "a", "chunk": 2}
    ended = await served.harness.run(step("a", "b", params={"items": 5}), step("b", parallel=parallel))
    base = f"/instances/{ended.instance_id}/timeline"
    bars = await paged(served, base)
    assert {bar["shard"] for bar in bars} == {0}
    together = bars[-1]["shards"]
    assert (together["total"], together["done"], together["failed"]) == (3, 3, 0)
    shards = await paged(served, base, shards_of="b")
    assert [(bar["shard"], bar["state"], bar["shards"]) for bar in shards] == [
        (shard, "succeeded", None) for shard in (1, 2, 3)
    ]
    assert together["started_at"] == min(bar["started_at"] for bar in shards)
    assert together["finished_at"] == max(bar["finished_at"] for bar in shards)
    assert all(at(bar["queued_at"]) <= at(bar["started_at"]) for bar in shards)


async def test_a_mark_that_is_none_is_refused(idle_served: Served) -> None:
    await idle_served.harness.define(step("a"))
    instance = await idle_served.harness.engine.start("pipeline")
    base = f"/instances/{instance}/timeline"
    for mark in ("1", "1:2", "1:2:x", "1:2:3:4"):
        assert (await idle_served.viewer.get(base, params={"after": mark})).status_code == 422, mark
    assert (await idle_served.viewer.get("/instances/999/timeline")).status_code == 404


async def test_a_step_in_full_is_as_the_version_of_its_instance_has_it(served: Served) -> None:
    harness = served.harness
    ended = await harness.run(*generating(4), step("z"))
    await harness.define(step("generate"))
    base = f"/instances/{ended.instance_id}/steps"
    shown = (await served.viewer.get(f"{base}/generate")).json()
    assert (shown["step"]["step_key"], shown["step"]["state"]) == ("generate", "succeeded")
    assert shown["definition"]["params"]["provider"] == "simulated"
    assert shown["parents"] == [{"key": "collect", "state": "succeeded"}]
    assert shown["results"][0]["result_payload"]["items"] == 4
    assert [row["requests"] for row in shown["spend"]] == [4]
    assert (shown["items"]["succeeded"], shown["items"]["failed"], shown["items"]["is_complete"]) == (4, 0, True)
    assert shown["items"]["tokens"] > 0
    assert (shown["pace"]["done"], shown["pace"]["eta_at"]) == (4, None)
    assert (await served.viewer.get(f"{base}/zzz")).status_code == 404
    assert (await served.viewer.get("/instances/999/steps/generate")).status_code == 404


async def test_a_step_that_runs_says_how_fast_and_until_when(idle_served: Served) -> None:
    await idle_served.harness.define(step("a"))
    instance = await idle_served.harness.engine.start("pipeline")
    await idle_served.rows(
        "insert into batch_step (batch_instance_id, step_key, runner, state, attempt, started_at, leased_by,"
        " lease_expires_at, progress) values (%s, 'a', 'noop', 'running', 1, clock_now() - interval '10 seconds', 'w',"
        """ clock_now() + interval '1 min', '{"done": 100, "failed": 0, "total": 300}') returning id""",
        instance,
    )
    pace = (await idle_served.viewer.get(f"/instances/{instance}/steps/a")).json()["pace"]
    assert (pace["done"], pace["total"]) == (100, 300)
    assert pace["rate"] == pytest.approx(10, rel=0.3)
    [(now,)] = await idle_served.rows("select clock_now()")
    assert (at(pace["eta_at"]) - now).total_seconds() == pytest.approx(20, abs=6)


async def test_a_step_in_full_has_its_params_as_they_come_to(served: Served) -> None:
    harness = served.harness
    ended = await harness.run(
        step("a", "b", params={"result": {"x": 3}}), step("b", params={"result": {"y": "{{ steps.a.x + params.n }}"}}),
        params={"n": 4},
    )  # fmt: skip
    shown = (await served.viewer.get(f"/instances/{ended.instance_id}/steps/b")).json()
    assert shown["definition"]["params"] == {"result": {"y": "{{ steps.a.x + params.n }}"}}
    assert shown["inputs"] == {"params": {"result": {"y": 7}}, "problem": None}


async def test_params_that_cannot_come_to_anything_yet_say_why(idle_served: Served) -> None:
    await idle_served.harness.define(step("a", "b"), step("b", params={"result": {"y": "{{ steps.a.x }}"}}))
    instance = await idle_served.harness.engine.start("pipeline")
    await idle_served.rows(
        "insert into batch_step (batch_instance_id, step_key, runner) values (%s, 'b', 'noop') returning id", instance
    )
    inputs = (await idle_served.viewer.get(f"/instances/{instance}/steps/b")).json()["inputs"]
    assert inputs["params"] is None
    assert "params.result.y" in inputs["problem"]
