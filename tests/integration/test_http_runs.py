"""Starting definitions over HTTP, and what becomes of instances."""

import pytest

from tests.harness import Harness, step
from tests.serving import Served, served_on

LIMIT = {"type": "object", "properties": {"limit": {"type": "integer", "default": 5}}, "additionalProperties": False}


async def test_a_run_fills_in_the_defaults_of_its_params(served: Served) -> None:
    await served.harness.define(step("a"), params_schema=LIMIT)
    answer = await served.operator.post("/definitions/pipeline/run", json={"params": {}})
    assert answer.status_code == 202
    instance = answer.json()["instance_id"]
    ended = await served.harness.engine.wait(instance)
    assert ended.is_success
    shown = (await served.viewer.get(f"/instances/{instance}")).json()
    assert (shown["status"], shown["trigger"], shown["params"]) == ("succeeded", "http", {"limit": 5})


async def test_a_run_needs_no_body(served: Served) -> None:
    await served.harness.define(step("a"))
    assert (await served.operator.post("/definitions/pipeline/run")).status_code == 202


async def test_params_that_do_not_fit_are_refused_with_their_path(served: Served) -> None:
    await served.harness.define(step("a"), params_schema=LIMIT)
    answer = await served.operator.post("/batch/run", json={"name": "pipeline", "params": {"limit": "ten"}})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["sqlstate"] == "BD005"
    assert problem["detail"] == 'the params of definition "pipeline" have 1 problem(s)'
    assert (problem["code"], problem["values"]) == ("params", {"count": 1})
    (found,) = problem["problems"]
    assert (found["path"], found["message"]) == ("params.limit", 'must be an integer, not "ten"')
    assert found["said"]["code"] == "wrong_type"
    assert problem["hint"]


async def test_whatever_does_not_fit_is_told_by_code(served: Served) -> None:
    schemas = {
        "whole": {"type": "integer"}, "some": {"type": ["boolean", "null"]}, "few": {"maxItems": 1}, "many": {"minItems": 1},
        "one_of": {"enum": ["red", "blue"]}, "only": {"const": 5}, "least": {"minimum": 0}, "most": {"maximum": 0},
        "above": {"exclusiveMinimum": 0}, "below": {"exclusiveMaximum": 0}, "short": {"minLength": 2},
        "long": {"maxLength": 1}, "like": {"pattern": "^a$"}, "there": {}, "inner": {"type": "object", "properties": {}},
    }  # fmt: skip
    bad = {
        "whole": "ten", "some": [], "few": [1, 2], "many": [], "one_of": "rad", "only": 6, "least": -1, "most": 1,
        "above": 0, "below": 0, "short": "a", "long": "ab", "like": "b", "none": 1,
    }  # fmt: skip
    params_schema = {"type": "object", "properties": schemas, "required": ["there"], "additionalProperties": False}
    await served.harness.define(step("a"), params_schema=params_schema)
    answer = await served.operator.post("/definitions/pipeline/run", json={"params": bad})
    problems = answer.json()["problems"]
    assert {one["path"] for one in problems} == {f"params.{name}" for name in (*bad, "there")}
    assert [one["message"] for one in problems if "said" not in one] == []


async def test_an_unknown_definition_is_not_found_and_a_near_one_is_named(served: Served) -> None:
    await served.harness.define(step("a"))
    answer = await served.operator.post("/definitions/pipelin/run")
    assert (answer.status_code, answer.json()["sqlstate"]) == (404, "BD003")
    assert 'did you mean "pipeline"' in answer.json()["detail"]


async def test_the_same_idempotency_key_gives_the_same_instance(idle_served: Served) -> None:
    await idle_served.harness.define(step("a"))
    answers = [
        (await idle_served.operator.post("/definitions/pipeline/run", headers={"Idempotency-Key": "k"})).json()
        for _ in range(2)
    ]
    assert [answer["is_new"] for answer in answers] == [True, False]
    assert answers[0]["instance_id"] == answers[1]["instance_id"]
    assert await idle_served.rows("select count(*) from batch_instance") == [(1,)]


async def test_an_idempotency_key_with_other_params_is_refused(idle_served: Served) -> None:
    await idle_served.harness.define(step("a"))
    for limit, status in ((1, 202), (2, 422)):
        answer = await idle_served.operator.post(
            "/definitions/pipeline/run", json={"params": {"limit": limit}}, headers={"Idempotency-Key": "k"}
        )
        assert answer.status_code == status
    assert answer.json()["sqlstate"] == "BD006"


async def test_all_enabled_definitions_start_and_one_that_cannot_holds_up_none(idle_served: Served) -> None:
    await idle_served.harness.define(step("a"), name="one")
    await idle_served.harness.define(step("a"), name="off", enabled=False)
    await idle_served.harness.define(step("a"), name="strict", params_schema={"type": "object", "required": ["day"]})
    answer = await idle_served.operator.post("/batch/run", json={"all": True})
    assert answer.status_code == 202
    assert [one["definition"] for one in answer.json()["started"]] == ["one"]
    assert [one["definition"] for one in answer.json()["refused"]] == ["strict"]
    assert "params.day: is required" in answer.json()["refused"][0]["problem"]


@pytest.mark.parametrize("body", [{}, {"name": "one", "all": True}, {"all": True, "params": {"a": 1}}])
async def test_a_batch_run_is_for_one_or_for_all(idle_served: Served, body: dict[str, object]) -> None:
    assert (await idle_served.operator.post("/batch/run", json=body)).status_code == 422


async def test_instances_are_paged_without_a_gap_and_filtered(idle_served: Served) -> None:
    await idle_served.harness.define(step("a"))
    ids = [await idle_served.harness.engine.start("pipeline") for _ in range(5)]
    await idle_served.operator.post(f"/instances/{ids[0]}/cancel")
    found, before = [], None
    while True:
        query = {"limit": 2} | ({"before": before} if before else {})
        page = (await idle_served.viewer.get("/instances", params=query)).json()
        found += [row["id"] for row in page["data"]]
        before = page["next"]
        if before is None:
            break
    assert found == ids[::-1]
    cancelled = (await idle_served.viewer.get("/instances", params={"status": "cancelled"})).json()
    assert [row["id"] for row in cancelled["data"]] == [ids[0]]


async def test_steps_results_and_items_of_an_instance_are_shown(served: Served) -> None:
    await served.harness.define(step("a", "b", params={"items": 5}), step("b", params={"result": {"x": 1}}))
    ended = await served.harness.engine.run("pipeline")
    base = f"/instances/{ended.instance_id}"
    steps = (await served.viewer.get(f"{base}/steps")).json()["data"]
    assert [(row["step_key"], row["state"]) for row in steps] == [("a", "succeeded"), ("b", "succeeded")]
    results = (await served.viewer.get(f"{base}/results", params={"step": "b"})).json()["data"]
    assert results[0]["result_payload"] == {"x": 1}
    numbers, after = [], None
    for _ in range(3):
        query = {"limit": 2} | ({"after": after} if after else {})
        page = (await served.viewer.get(f"{base}/steps/a/items", params=query)).json()
        numbers += [row["payload"]["n"] for row in page["data"]]
        after = page["next"]
    assert (numbers, after) == ([0, 1, 2, 3, 4], None)
    assert (await served.viewer.get(f"{base}/steps/a/items", params={"state": "failed"})).json()["data"] == []
    assert (await served.viewer.get(f"{base}/steps/zzz/items")).status_code == 404


async def test_a_failed_instance_is_retried_by_the_plan_that_was_looked_at(served: Served) -> None:
    retry = {"maxAttempts": 1}
    await served.harness.define(step("a", "b"), step("b", params={"failTimes": 1}, retry=retry))
    ended = await served.harness.engine.run("pipeline")
    base = f"/instances/{ended.instance_id}/retry"
    plan = (await served.operator.post(f"{base}/plan")).json()
    assert [(one["step"], one["fate"]) for one in plan["steps"]] == [("a", "reuse"), ("b", "rerun")]
    assert (await served.viewer.get(f"/instances/{ended.instance_id}")).json()["status"] == "failed"
    refused = await served.operator.post(base, json={"plan": "0000"})
    assert refused.status_code == 409
    answer = await served.operator.post(base, json={"plan": plan["plan"]})
    assert answer.status_code == 202
    assert (await served.harness.engine.wait(ended.instance_id)).is_success
    assert served.harness.noop.of(ended.instance_id) == ["a", "b", "b"]


async def test_what_cannot_be_cancelled_or_retried_is_a_conflict(served: Served) -> None:
    await served.harness.define(step("a"))
    ended = await served.harness.engine.run("pipeline")
    for path in ("cancel", "retry", "retry/plan"):
        answer = await served.operator.post(f"/instances/{ended.instance_id}/{path}")
        assert answer.status_code == 409, path
        missing = await served.operator.post(f"/instances/999999/{path}")
        assert missing.status_code == 404, path


async def test_why_an_instance_does_not_run_is_said_in_words_and_to_programs(idle_served: Served) -> None:
    await idle_served.harness.define(step("a", "b"), step("b"))
    instance = await idle_served.harness.engine.start("pipeline")
    said = (await idle_served.viewer.get(f"/instances/{instance}/explain")).json()
    assert "pending" in said[0]["words"]
    assert (said[0]["code"], said[0]["values"]) == (
        "instance_not_taken", {"instance_id": instance, "workers": "none"},
    )  # fmt: skip
    said = (await idle_served.viewer.get(f"/instances/{instance}/steps/a/explain")).json()
    assert "pending" in said["words"]
    await idle_served.operator.post(f"/instances/{instance}/cancel")
    [ended] = (await idle_served.viewer.get(f"/instances/{instance}/explain")).json()
    assert (ended["code"], ended["values"]) == (
        "instance_ended", {"instance_id": instance, "status": "cancelled"},
    )  # fmt: skip


async def test_an_end_is_estimated_from_earlier_instances_with_its_error(served: Served) -> None:
    await served.harness.define(step("a", "b", params={"seconds": 0.05}), step("b", params={"seconds": 0.05}))
    for _ in range(3):
        await served.harness.engine.run("pipeline")
    await served.harness.define(step("a", "b", params={"seconds": 60}), step("b"))
    instance = await served.harness.engine.start("pipeline")
    eta = await _eta_of_running(served, instance)
    assert (eta["path"], eta["runs"]) == (["a", "b"], 3)
    assert 0 <= eta["seconds_left"] < 5
    assert 0 <= eta["error_seconds"] < 5
    await served.harness.engine.cancel(instance)
    await served.harness.engine.wait(instance)
    assert "cancelled" in (await served.viewer.get(f"/instances/{instance}/eta")).json()["why_not"]["words"]


async def _eta_of_running(served: Served, instance: int) -> dict[str, object]:
    async with served.viewer.stream("GET", "/events", params={"instance": instance, "since": "0-0"}) as stream:
        async for line in stream.aiter_lines():
            if '"status":"running"' in line:
                break
    return (await served.viewer.get(f"/instances/{instance}/eta")).json()


async def test_a_requeued_letter_is_marked_once(idle_served: Served) -> None:
    rows = await idle_served.rows(
        "insert into dead_letter (step_key, source, payload, reason) values ('load', 't', '{}', 'r') returning id"
    )
    letter = rows[0][0]
    listed = (await idle_served.viewer.get("/dead-letters")).json()["data"]
    assert [row["id"] for row in listed] == [letter]
    for expected in ([letter], []):
        answer = await idle_served.operator.post("/dead-letters/requeue", json={"ids": [letter]})
        assert answer.json()["requeued"] == expected
    assert (await idle_served.viewer.get("/dead-letters")).json()["data"] == []


async def test_a_restart_of_the_queue_hurries_what_waits_to_be_tried_again(served: Served) -> None:
    retry = {"maxAttempts": 2, "intervalSeconds": 300, "maxDelaySeconds": 300, "jitter": "none"}
    await served.harness.define(step("a", params={"failTimes": 1}, retry=retry))
    instance = await served.harness.engine.start("pipeline")
    async with served.viewer.stream("GET", "/events", params={"instance": instance, "since": "0-0"}) as stream:
        async for line in stream.aiter_lines():
            if '"state":"ready"' in line and "retrying" in line:
                break
    assert (await served.viewer.get("/queue")).json()["later"] == 1
    assert (await served.operator.post("/queue/restart")).json() == {"hurried": 1}
    assert (await served.harness.engine.wait(instance)).is_success


async def test_the_checklist_says_what_is_over_its_threshold(idle: Harness) -> None:
    async with served_on(idle, queue_limit=1, failure_percent=50) as served:
        fine = (await served.viewer.get("/monitoring")).json()
        assert fine["ok"], fine
        await idle.define(step("a"))
        async with idle.engine.working():
            await idle.engine.run("pipeline")
        await idle.rows("update batch_step set state = 'pending', finished_at = null where true returning 1")
        await idle.rows("update batch_step set state = 'ready' returning 1")
        checks = {check["name"]: check for check in (await served.viewer.get("/monitoring")).json()["checks"]}
        assert not checks["queue"]["ok"]
        assert checks["failures"]["ok"]


async def test_money_spent_is_listed_by_step(idle_served: Served) -> None:
    await idle_served.harness.define(step("a"))
    instance = await idle_served.harness.engine.start("pipeline")
    assert (await idle_served.viewer.get(f"/instances/{instance}/spend")).json() == {"data": [], "next": None}


async def test_health_tells_nothing_and_metrics_count(served: Served) -> None:
    assert (await served.viewer.get("/healthz")).text == "ok"
    assert (await served.viewer.get("/readyz")).text == "ready"
    await served.viewer.get("/instances/1")
    text = (await served.viewer.get("/metrics")).text
    assert "batchdag_queue_steps 0.0" in text
    assert "\nbatchdag_event_loop_lag_seconds " not in text, "what nobody has measured has no value"
    assert 'batchdag_http_requests_total{method="GET",route="/instances/{instance_id}",status="404"} 1.0' in text


async def test_a_run_has_the_budget_that_it_is_given_up_to_what_the_definition_allows(idle_served: Served) -> None:
    await idle_served.harness.define(step("a"), budget_usd=2)
    run = "/definitions/pipeline/run"
    for asked, budget in (({}, None), ({"budget_usd": 0.5}, "0.5000"), ({"budget_usd": "2.00"}, "2.0000")):
        instance = (await idle_served.operator.post(run, json=asked)).json()["instance_id"]
        assert (await idle_served.viewer.get(f"/instances/{instance}")).json()["budget_usd"] == budget
    refused = await idle_served.operator.post(run, json={"budget_usd": 2.01})
    assert (refused.status_code, refused.json()["problems"][0]["path"]) == (422, "body.budget_usd")
    assert "allows $2.00" in refused.json()["detail"]
    assert await idle_served.rows("select count(*)::int from batch_instance") == [(3,)]


async def test_a_definition_without_a_budget_lets_a_run_have_any(idle_served: Served) -> None:
    await idle_served.harness.define(step("a"))
    assert (await idle_served.operator.post("/definitions/pipeline/run", json={"budget_usd": 70})).status_code == 202


@pytest.mark.parametrize("budget", [-1, 0.00001, True, "much", 100_000_000])
async def test_a_budget_that_is_none_is_refused(idle_served: Served, budget: object) -> None:
    await idle_served.harness.define(step("a"))
    answer = await idle_served.operator.post("/definitions/pipeline/run", json={"budget_usd": budget})
    assert answer.status_code == 422


async def test_the_same_key_keeps_the_budget_of_the_first_request(idle_served: Served) -> None:
    await idle_served.harness.define(step("a"))
    for budget in (1, 5):
        answer = await idle_served.operator.post(
            "/definitions/pipeline/run", json={"budget_usd": budget}, headers={"Idempotency-Key": "k"}
        )
    shown = await idle_served.viewer.get(f"/instances/{answer.json()['instance_id']}")
    assert (answer.json()["is_new"], shown.json()["budget_usd"]) == (False, "1.0000")


async def test_an_instance_says_which_budget_counts(idle_served: Served) -> None:
    await idle_served.harness.define(step("a"), budget_usd=2)
    await idle_served.harness.define(step("a"), name="free")
    for name, asked, counts in (
        ("pipeline", {}, "2.0000"), ("pipeline", {"budget_usd": 0.5}, "0.5000"), ("free", {}, None),
    ):  # fmt: skip
        instance = (await idle_served.operator.post(f"/definitions/{name}/run", json=asked)).json()["instance_id"]
        assert (await idle_served.viewer.get(f"/instances/{instance}")).json()["may_spend_usd"] == counts
    draft = {"definition": {"steps": [{"key": "a", "runner": "noop"}], "budget_usd": 7}}
    rehearsed = await idle_served.editor.post("/definitions/pipeline/rehearse", json=draft)
    assert rehearsed.status_code == 202, rehearsed.text
    shown = (await idle_served.viewer.get(f"/instances/{rehearsed.json()['instance_id']}")).json()
    assert shown["may_spend_usd"] in ("7", "7.0000")
