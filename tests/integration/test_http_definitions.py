"""Definitions and prompts over HTTP: guarded edits, their history, and who made them."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.harness import Harness, step
from tests.serving import Served, served_on


@pytest.fixture
async def served(idle: Harness) -> AsyncIterator[Served]:
    async with served_on(idle) as running:
        yield running


def pipeline(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"steps": list(steps or [step("a")])} | more


async def test_a_definition_is_made_read_and_edited(served: Served) -> None:
    made = await served.editor.put("/definitions/hello", json=pipeline(version=0))
    assert made.json() == {"name": "hello", "before": 0, "version": 1, "changed": True}
    read = await served.viewer.get("/definitions/hello")
    assert (read.headers["etag"], read.json()["steps"][0]["key"]) == ('"1"', "a")
    edited = await served.editor.put(
        "/definitions/hello", json=pipeline(step("a", "b"), step("b")), headers={"If-Match": read.headers["etag"]}
    )
    assert edited.json()["version"] == 2
    assert [row["name"] for row in (await served.viewer.get("/definitions")).json()["data"]] == ["hello"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param(
            b'{"name": "a",\n "steps" []}', "not JSON: Expecting ':' delimiter at line 2, column 10", id="syntax"
        ),
        pytest.param(b"nonsense", "the body is not JSON: Expecting value at line 1, column 1", id="words"),
        pytest.param(b'{"name": "\xff"}', "is not utf-8 text: invalid start byte at byte 11", id="no text"),
        pytest.param(b"[" * 100_000, "the body is nested too deeply to be read", id="too deep"),
    ],
)
async def test_a_body_that_cannot_be_read_is_malformed(served: Served, body: bytes, said: str) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await served.viewer.post("/definitions/validate", content=body, headers=headers)
    assert (answer.status_code, answer.json()["title"]) == (400, "The request is malformed")
    assert said in answer.json()["detail"]


async def test_what_was_read_can_be_put_back_and_changes_nothing(served: Served) -> None:
    await served.editor.put("/definitions/hello", json=pipeline(version=0, budget_usd=2.5))
    read = (await served.viewer.get("/definitions/hello")).json()
    answer = await served.editor.put("/definitions/hello", json=read)
    assert answer.json() == {"name": "hello", "before": 1, "version": 1, "changed": False}


async def test_an_edit_of_an_older_version_is_a_readable_conflict(served: Served) -> None:
    await served.editor.put("/definitions/hello", json=pipeline(version=0))
    await served.editor.put("/definitions/hello", json=pipeline(step("b"), version=1))
    late = await served.editor.put("/definitions/hello", json=pipeline(step("c")), headers={"If-Match": '"1"'})
    assert late.status_code == 409
    assert (late.json()["expected"], late.json()["found"]) == (1, 2)
    assert "read it again" in late.json()["detail"]
    assert (await served.viewer.get("/definitions/hello")).json()["steps"][0]["key"] == "b"


async def test_of_two_edits_at_once_one_wins(served: Served) -> None:
    await served.editor.put("/definitions/hello", json=pipeline(version=0))
    edits = [served.editor.put("/definitions/hello", json=pipeline(step(key), version=1)) for key in "bcdef"]
    answers = await asyncio.gather(*edits)
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]
    assert (await served.viewer.get("/definitions/hello")).json()["version"] == 2


async def test_of_two_makers_at_once_one_wins(served: Served) -> None:
    makes = [
        served.editor.put("/definitions/hello", json=pipeline(step(key)), headers={"If-None-Match": "*"})
        for key in "bcdef"
    ]
    answers = await asyncio.gather(*makes)
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]


async def test_an_edit_that_does_not_say_what_it_replaces_is_refused(served: Served) -> None:
    assert (await served.editor.put("/definitions/hello", json=pipeline())).status_code == 428
    assert (
        await served.editor.put("/definitions/hello", json=pipeline(), headers={"If-Match": "*"})
    ).status_code == 200


async def test_a_bad_definition_is_refused_with_every_problem_by_its_path(served: Served) -> None:
    bad = pipeline(step("a", "lod"), step("load"), version=0, cron="61 * * * *")
    answer = await served.editor.put("/definitions/hello", json=bad)
    assert (answer.status_code, answer.json()["sqlstate"]) == (422, "BD001")
    paths = {one["path"]: one["message"] for one in answer.json()["problems"]}
    assert "did you mean" in paths["steps[0].nextSteps[0]"]
    assert "cron" in paths
    checked = (await served.viewer.post("/definitions/validate", json=bad | {"name": "hello"})).json()
    assert not checked["is_valid"]
    assert {one["path"] for one in checked["problems"]} == set(paths)


async def test_a_preview_shows_the_graph_the_fire_times_and_the_changes(served: Served) -> None:
    await served.editor.put("/definitions/hello", json=pipeline(version=0))
    edit = pipeline(step("a", "b"), step("b"), name="hello", cron="0 3 * * *")
    shown = (await served.viewer.post("/definitions/preview", json=edit)).json()
    assert shown["graph"] == {"a": ["b"], "b": []}
    assert len(shown["next_fires"]) == 5
    assert {"cron", "steps.b"} <= {change["path"] for change in shown["changes"]}
    assert (await served.viewer.get("/definitions/hello")).json()["version"] == 1


async def test_the_versions_and_what_differs_between_them(served: Served) -> None:
    await served.editor.put("/definitions/hello", json=pipeline(version=0))
    await served.editor.put("/definitions/hello", json=pipeline(step("a", timeoutSeconds=5), version=1))
    versions = (await served.viewer.get("/definitions/hello/versions")).json()["data"]
    assert [(row["version"], row["edited_by"]) for row in versions] == [(2, "the editor"), (1, "the editor")]
    first = (await served.viewer.get("/definitions/hello/versions/1")).json()
    assert first["steps"][0]["timeoutSeconds"] == 3600
    diff = (await served.viewer.get("/definitions/hello/diff")).json()
    words = "an attempt of step a may now take 5 s, not 3600 s"
    values = {"step": "a", "before": 3600, "after": 5}
    (change,) = diff["changes"]
    assert change == {
        "path": "steps.a.timeoutSeconds", "before": 3600, "after": 5, "words": words, "code": "step_timeout", "values": values,
    }  # fmt: skip
    assert (await served.viewer.get("/definitions/hello/versions/9")).status_code == 404
    assert (await served.viewer.get("/definitions/none/versions")).status_code == 404


async def test_every_change_is_in_the_audit_log_with_before_and_after(served: Served) -> None:
    await served.editor.put("/definitions/hello", json=pipeline(version=0))
    await served.editor.put("/definitions/hello", json=pipeline(step("b"), version=1))
    await served.editor.put("/definitions/hello", json=pipeline(step("c"), version=1))
    late, edited, made = (await served.admin.get("/audit")).json()["data"]
    assert (made["outcome"], made["before"], made["actor"], made["client"]) == ("done", None, "the editor", "127.0.0.1")
    assert (edited["before"]["version"], edited["after"]["version"]) == (1, 2)
    assert (late["outcome"], late["after"]) == ("refused", None)
    assert "version 2" in late["error"]


async def test_the_audit_log_cannot_be_changed_afterwards(served: Served) -> None:
    await served.editor.put("/definitions/hello", json=pipeline(version=0))
    for statement in ("update audit_log set actor = 'x' returning 1", "delete from audit_log returning 1"):
        with pytest.raises(Exception, match="is not to be changed"):
            await served.rows(statement)


async def test_a_prompt_is_made_and_edited_under_its_version(served: Served) -> None:
    made = await served.editor.put("/prompts/brief", json={"body": "Say {{ item.word }}", "version": 0})
    assert made.json()["version"] == 1
    assert (await served.editor.put("/prompts/brief", json={"body": "x", "version": 0})).status_code == 409
    edited = await served.editor.put(
        "/prompts/brief", json={"body": "Tell {{ item.word }}"}, headers={"If-Match": '"1"'}
    )
    assert edited.json()["version"] == 2
    assert (await served.viewer.get("/prompts/brief")).json()["body"] == "Tell {{ item.word }}"
    assert (await served.viewer.get("/prompts/brief/versions/1")).json()["body"] == "Say {{ item.word }}"
    assert [row["version"] for row in (await served.viewer.get("/prompts/brief/versions")).json()["data"]] == [1, 2]
    assert [row["key"] for row in (await served.viewer.get("/prompts")).json()["data"]] == ["brief"]
    assert (await served.viewer.get("/prompts/none")).status_code == 404


async def test_a_bad_prompt_is_refused_with_its_problems(served: Served) -> None:
    answer = await served.editor.put("/prompts/brief", json={"body": "{{ item.", "version": 0})
    assert (answer.status_code, answer.json()["problems"][0]["path"]) == (422, "body")


async def test_an_old_version_is_restored_as_a_new_one(served: Served) -> None:
    await served.editor.put("/definitions/hello", json=pipeline(version=0, description="first", cron="@daily"))
    await served.editor.put("/definitions/hello", json=pipeline(step("b"), version=1))
    answer = await served.editor.post("/definitions/hello/restore", json={"version": 1, "expected": 2})
    assert answer.json() == {"name": "hello", "before": 2, "version": 3, "changed": True}
    first, third = [(await served.viewer.get(f"/definitions/hello/versions/{n}")).json() for n in (1, 3)]
    assert first | {"version": 3} == third
    assert (third["description"], third["cron"], third["steps"][0]["key"]) == ("first", "@daily", "a")
    (entry, *_) = (await served.admin.get("/audit")).json()["data"]
    assert (entry["action"], entry["before"]["version"], entry["after"]["version"]) == ("definition.restore", 2, 3)


async def test_a_restore_of_what_stands_changes_nothing(served: Served) -> None:
    await served.editor.put("/definitions/hello", json=pipeline(version=0))
    answer = await served.editor.post("/definitions/hello/restore", json={"version": 1, "expected": 1})
    assert (answer.json()["version"], answer.json()["changed"]) == (1, False)


async def test_a_restore_over_an_edit_that_was_not_seen_is_refused(served: Served) -> None:
    for version, key in enumerate("abc"):
        await served.editor.put("/definitions/hello", json=pipeline(step(key), version=version))
    restore = "/definitions/hello/restore"
    late = await served.editor.post(restore, json={"version": 1, "expected": 2})
    assert (late.status_code, late.json()["expected"], late.json()["found"]) == (409, 2, 3)
    assert (await served.editor.post(restore, json={"version": 1})).status_code == 428
    assert (await served.editor.post(restore, json={"version": 9, "expected": 3})).status_code == 404
    assert (await served.operator.post(restore, json={"version": 1, "expected": 3})).status_code == 403
    assert (
        await served.editor.post("/definitions/none/restore", json={"version": 1, "expected": 1})
    ).status_code == 404
    assert (await served.viewer.get("/definitions/hello")).json()["steps"][0]["key"] == "c"
    by_header = await served.editor.post(restore, json={"version": 1}, headers={"If-Match": '"3"'})
    assert by_header.json()["version"] == 4


async def test_a_version_that_cannot_be_saved_any_more_is_refused_with_its_problems(served: Served) -> None:
    await served.editor.put("/definitions/hello", json=pipeline(version=0))
    await served.rows(
        "insert into batch_definition_version (definition_id, version, content_hash, content)"
        " select definition_id, 7, 'x', jsonb_set(content, '{steps,0,runner}', '\"gone\"')"
        " from batch_definition_version returning 1"
    )
    answer = await served.editor.post("/definitions/hello/restore", json={"version": 7, "expected": 1})
    assert (answer.status_code, answer.json()["problems"][0]["path"]) == (422, "steps[0].runner")
