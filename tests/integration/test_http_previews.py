"""The preview of an edit: fire times old and new, changes in words, what a retry would reuse, and the cost."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.harness import Harness, step
from tests.purchases import buy
from tests.serving import Served, served_on

ONCE = {"maxAttempts": 1}


@pytest.fixture
async def served(idle: Harness) -> AsyncIterator[Served]:
    async with served_on(idle) as running:
        yield running


async def previewed(served: Served, *steps: dict[str, Any], **columns: Any) -> dict[str, Any]:
    body = {"name": "pipeline", "steps": list(steps)} | columns
    answer = await served.viewer.post("/definitions/preview", json=body)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def failed(served: Served, *steps: dict[str, Any], **columns: Any) -> int:
    await served.harness.define(*steps, **columns)
    async with served.harness.engine.working():
        ended = await served.harness.engine.run("pipeline")
    assert not ended.is_success
    return ended.instance_id


def fates(shown: dict[str, Any]) -> dict[str, str]:
    return {one["step"]: one["fate"] for one in shown["reuse"]["steps"]}


async def test_a_new_definition_has_nothing_to_compare_with(served: Served) -> None:
    shown = await previewed(served, step("a"), cron="@daily")
    assert (shown["is_new"], shown["changes"], shown["next_fires_before"]) == (True, [], [])
    assert (shown["reuse"], shown["cost"], len(shown["next_fires"])) == (None, None, 5)


async def test_fire_times_are_shown_as_they_are_and_as_they_would_be(served: Served) -> None:
    await served.harness.define(step("a"), cron="0 3 * * *")
    shown = await previewed(served, step("a"), cron="0 4 * * *", timezone="Asia/Seoul")
    assert [at[11:16] for at in shown["next_fires_before"]] == ["03:00"] * 5
    assert [at[11:16] for at in shown["next_fires"]] in (["19:00"] * 5, ["04:00"] * 5)
    disabled = await previewed(served, step("a"), cron="0 4 * * *", enabled=False)
    assert disabled["next_fires"] == []


async def test_each_change_is_a_sentence_too(served: Served) -> None:
    await served.harness.define(step("explain"), step("load"))
    shown = await previewed(served, step("explain", "load"), step("load"))
    (change,) = shown["changes"]
    assert (change["path"], change["words"]) == ("steps.explain.nextSteps", "step load now waits for explain too")
    assert (await served.viewer.get("/definitions/pipeline")).json()["version"] == 1


async def test_what_a_retry_with_the_draft_would_reuse_is_shown_before_it_is_saved(served: Served) -> None:
    bad = step("b", params={"failTimes": 1}, retry=ONCE)
    instance = await failed(served, step("a", "b"), bad)
    shown = await previewed(served, step("a", "b"), step("b", "c"), step("c"))
    assert (shown["reuse"]["instance_id"], shown["reuse"]["status"]) == (instance, "failed")
    assert fates(shown) == {"a": "reuse", "b": "rerun", "c": "new"}
    assert fates(await previewed(served, step("a", "b", params={"items": 2}), bad)) == {"a": "rerun", "b": "rerun"}
    assert fates(await previewed(served, step("b"))) == {"b": "rerun", "a": "dropped"}
    assert (await served.viewer.get(f"/instances/{instance}")).json()["status"] == "failed"


async def test_the_preview_says_what_the_retry_then_does(served: Served) -> None:
    instance = await failed(served, step("a", "b"), step("b", params={"failTimes": 1}, retry=ONCE))
    draft = [step("a", "b", "c"), step("b", params={"items": 1}), step("c")]
    shown = await previewed(served, *draft)
    await served.harness.define(*draft)
    plan = await served.operator.post(f"/instances/{instance}/retry/plan", json={"version": "latest"})
    assert plan.json()["steps"] == shown["reuse"]["steps"]


async def test_a_retry_that_would_be_refused_says_why(served: Served) -> None:
    await failed(served, step("a", params={"failTimes": 1}, retry=ONCE))
    wanted = {"type": "object", "required": ["day"], "properties": {"day": {"type": "string"}}}
    shown = await previewed(served, step("a"), params_schema=wanted)
    assert "do not fit" in shown["reuse"]["refusal"]["words"]
    assert "day" in shown["reuse"]["refusal"]["values"]["problems"]


async def test_rehearsals_that_failed_are_not_retried(served: Served) -> None:
    await served.harness.define(step("a"))
    rehearsal = await served.harness.engine.rehearse("pipeline")
    await served.harness.engine.cancel(rehearsal)
    assert (await previewed(served, step("a")))["reuse"] is None


async def test_the_cost_of_an_edit_follows_from_what_was_bought(served: Served) -> None:
    ask = step("ask", runner="generate", params={"provider": "openai", "model": "small", "template": "{{ item.n }}"})
    await served.harness.define(step("a"))
    async with served.harness.engine.working():
        instances = [(await served.harness.engine.run("pipeline")).instance_id for _ in range(2)]
    await served.harness.define(step("a", "ask", params={"items": 1}), ask)
    for instance in instances:
        await buy(served.harness, instance, "ask", usd="1.5")
    unchanged = await previewed(served, step("a", "ask", params={"items": 1}), ask)
    assert (float(unchanged["cost"]["before_usd"]), float(unchanged["cost"]["after_usd"])) == (1.5, 1.5)
    without = await previewed(served, step("a"))
    assert (float(without["cost"]["before_usd"]), float(without["cost"]["after_usd"])) == (1.5, 0)
    assert "step ask is gone" in without["cost"]["why"]
    assert [remark["code"] for remark in without["cost"]["remarks"]] == ["basis", "step_removed"]
    assert not without["cost"]["is_simulated"]
