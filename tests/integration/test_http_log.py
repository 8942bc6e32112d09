"""What happened to an instance, told from its rows; and dead letters, summed up."""

from typing import Any

from psycopg.types.json import Jsonb

from engine.access import Role
from engine.said import Happening
from tests.harness import QUICK, step
from tests.serving import Served

LETTER = """
insert into dead_letter (step_key, source, payload, reason, state) values (%s, %s, '{}', %s, %s) returning id
"""


async def log(served: Served, instance: int, *, role: Role = Role.VIEWER, **params: Any) -> list[dict[str, Any]]:
    """Every event, read in small pages."""
    found: list[dict[str, Any]] = []
    after = None
    while True:
        query = params | {"limit": 3} | ({"after": after} if after else {})
        answer = await served.as_(role).get(f"/instances/{instance}/log", params=query)
        assert answer.status_code == 200, answer.text
        found += answer.json()["data"]
        after = answer.json()["next"]
        if after is None:
            return found


async def test_the_log_tells_what_happened_in_order(served: Served) -> None:
    await served.harness.define(
        step("a", "b", "c"),
        step("b", params={"failTimes": 1}, retry=QUICK | {"maxAttempts": 2}),
        step("c", condition="1 > 2"),
    )
    instance = (await served.operator.post("/definitions/pipeline/run")).json()["instance_id"]
    await served.harness.engine.wait(instance)
    events = await log(served, instance)
    assert [event["at"] for event in events] == sorted(event["at"] for event in events)
    told = [(event["event"], event["step_key"], event["attempt"], event["level"]) for event in events]
    assert sorted(told[:2]) == [("definition.run", None, 0, "info"), ("instance.created", None, 0, "info")]
    assert told[2] == ("instance.started", None, 0, "info")
    assert [one for one in told[3:] if one[1] != "c"] == [
        ("step.claimed", "a", 1, "info"), ("step.succeeded", "a", 1, "info"),
        ("step.claimed", "b", 1, "info"), ("step.failed", "b", 1, "warning"),
        ("step.claimed", "b", 2, "info"), ("step.succeeded", "b", 2, "info"),
        ("instance.succeeded", None, 0, "info"),
    ]  # fmt: skip
    assert ("step.skipped", "c", 0, "info") in told
    of_b = await log(served, instance, step="b")
    assert [event["event"] for event in of_b] == ["step.claimed", "step.failed", "step.claimed", "step.succeeded"]
    assert 'Step "b" failed at attempt 1' in of_b[1]["words"]
    assert (of_b[1]["code"], of_b[1]["values"]["step_key"], of_b[1]["values"]["attempt"]) == ("attempt_failed", "b", 1)
    (skipped,) = [event for event in events if event["step_key"] == "c"]
    assert skipped["words"] == 'Step "c" is skipped (condition_unmet).'
    assert skipped["values"] == {"step_key": "c", "state": "skipped", "reason": "condition_unmet"}
    (created,) = [event for event in events if event["code"] == "created"]
    assert created["values"] == {"instance_id": instance, "definition": "pipeline", "trigger": "http", "version": 1}
    assert {event["code"] for event in events} <= {str(code) for code in Happening}


async def test_what_failed_for_good_is_an_error_and_the_retry_is_told(served: Served) -> None:
    await served.harness.define(step("a", params={"failTimes": 1}, retry={"maxAttempts": 1}))
    ended = await served.harness.engine.run("pipeline")
    failed = await log(served, ended.instance_id)
    assert [event["event"] for event in failed if event["level"] == "error"] == ["step.failed", "instance.failed"]
    await served.operator.post(f"/instances/{ended.instance_id}/retry")
    await served.harness.engine.wait(ended.instance_id)
    events = [event["event"] for event in await log(served, ended.instance_id)]
    assert events[-1] == "instance.succeeded"
    assert events.index("step.failed") < events.index("instance.retry") < events.index("step.succeeded")


async def test_who_asked_for_a_change_is_told_to_administrators_only(idle_served: Served) -> None:
    await idle_served.harness.define(step("a"))
    instance = (await idle_served.operator.post("/definitions/pipeline/run")).json()["instance_id"]
    await idle_served.operator.post(f"/instances/{instance}/cancel")
    for role, is_named in ((Role.EDITOR, False), (Role.ADMIN, True)):
        events = await log(idle_served, instance, role=role)
        words = {event["event"]: event["words"] for event in events}
        values = {event["event"]: event["values"] for event in events}
        assert ("the operator" in words["instance.cancel"]) == is_named, role
        assert ("actor" in values["instance.cancel"]) == is_named, role
        assert ("the operator" in words["definition.run"]) == is_named, role
    assert "instance.cancel_requested" in words


async def test_an_alert_that_was_sent_is_told(idle_served: Served) -> None:
    await idle_served.harness.define(step("a"))
    instance, other = [await idle_served.harness.engine.start("pipeline") for _ in range(2)]
    await idle_served.rows(
        "insert into alert_webhook (name, url) values ('ops', 'https://hooks.example.org/secret') returning id"
    )
    for number in (instance, other):
        await idle_served.rows(
            "insert into alert_delivery (webhook_id, event, event_key, payload, state, settled_at)"
            " select id, 'stuck', %s, %s, 'given_up', clock_now() from alert_webhook returning id",
            f"stuck:{number}", Jsonb({"data": {"instance_id": number}}),
        )  # fmt: skip
    (told,) = [event for event in await log(idle_served, instance) if event["event"].startswith("alert.")]
    assert (told["event"], told["level"]) == ("alert.stuck", "warning")
    assert told["words"] == 'The alert "stuck" for ops is given up.'
    assert told["values"] == {"alert": "stuck", "webhook": "ops", "delivery": "given_up"}


async def test_a_mark_that_is_none_is_refused(idle_served: Served) -> None:
    await idle_served.harness.define(step("a"))
    instance = await idle_served.harness.engine.start("pipeline")
    for mark in ("1:2:3", "x:1:2:3", "999999999999999999:1:2:3", "1:99999999999:1:1"):
        answer = await idle_served.viewer.get(f"/instances/{instance}/log", params={"after": mark})
        assert answer.status_code == 422, (mark, answer.text)
    assert (await idle_served.viewer.get("/instances/999/log")).status_code == 404


async def test_dead_letters_are_summed_up_by_source_step_and_reason(idle_served: Served) -> None:
    for source, reason, state in [
        ("shop", "no row 1", "dead"), ("shop", "no row 2", "dead"), ("shop", "no row 3", "requeued"),
        ("shop", "bad", "resolved"), ("stock", "no row 4", "dead"),
    ]:  # fmt: skip
        await idle_served.rows(LETTER, "load", source, reason, state)
    shown = (await idle_served.viewer.get("/dead-letters/summary")).json()["data"]
    assert [(row["source"], row["reason"], row["dead"], row["requeued"]) for row in shown] == [
        ("shop", "no row #", 2, 1), ("stock", "no row #", 1, 0),
    ]  # fmt: skip
    of_stock = (await idle_served.viewer.get("/dead-letters/summary", params={"source": "stock"})).json()["data"]
    assert [row["dead"] for row in of_stock] == [1]
    letters = (await idle_served.viewer.get("/dead-letters", params={"source": "stock"})).json()["data"]
    assert [letter["reason"] for letter in letters] == ["no row 4"]
    assert letters[0]["id"] == of_stock[0]["example_id"]
    kind = {"source": "shop", "step": "load", "reason": shown[0]["reason"]}
    alike = (await idle_served.viewer.get("/dead-letters", params=kind)).json()["data"]
    assert [letter["reason"] for letter in alike] == ["no row 2", "no row 1"]
    for other in ({"reason": "bad"}, {"step": "other"}):
        assert (await idle_served.viewer.get("/dead-letters", params=kind | other)).json()["data"] == []
