"""Rehearsals over HTTP: started by operators, and read by everybody while they go on and afterwards."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.harness import step
from tests.rehearsing import pipeline, rehearsing_on
from tests.serving import Served, served_on


@pytest.fixture
async def served(
    database_url: str, test_reader_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Served]:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    async with (
        rehearsing_on(database_url, test_reader_url, storage=tmp_path / "storage") as harness,
        served_on(harness) as running,
    ):
        yield running


async def rehearsed(served: Served, **asked: Any) -> dict[str, Any]:
    answer = await served.operator.post("/definitions/pipeline/rehearse", json=asked)
    assert answer.status_code == 202, answer.text
    instance = answer.json()["instance_id"]
    await served.harness.engine.wait(instance)
    report: dict[str, Any] = (await served.viewer.get(f"/instances/{instance}/rehearsal")).json()
    return report | {"by_key": {one["key"]: one for one in report["steps"]}}


async def test_a_rehearsal_says_what_each_step_would_ask_load_and_cost(served: Served) -> None:
    await served.harness.define(*pipeline(10), budget_usd=3)
    report = await rehearsed(served)
    assert (report["status"], report["is_done"], report["problems"]) == ("succeeded", True, [])
    asking, loading = report["by_key"]["generate"]["asking"], report["by_key"]["load"]["loading"]
    assert (asking["provider"], asking["mode"], asking["requests"], asking["rejected"]) == ("openai", "batch", 10, 0)
    assert len(asking["examples"]) == 2
    assert all(example["prompt"] and example["answer"] for example in asking["examples"])
    assert (loading["table"], loading["rows"], loading["inserted"]) == ("public.lesson", 10, 10)
    assert {"column": "n", "field": "n"}.items() <= loading["columns"][0].items()
    assert 0 < Decimal(asking["about_usd"]) == Decimal(report["about_usd"]) <= Decimal(report["at_most_usd"])
    assert (report["budget_usd"], report["by_key"]["collect"]["asking"]) == ("3.0000", None)
    assert await served.rows("select count(*)::int from lesson") == [(0,)]


async def test_a_sample_is_scaled_to_all_items(served: Served) -> None:
    await served.harness.define(*pipeline(40))
    report = await rehearsed(served, sample=4)
    asking = report["by_key"]["generate"]["asking"]
    assert (report["sample"], asking["asked"], asking["requests"]) == (4, 4, 40)
    assert any("sample" in note["message"] for note in report["notes"])


async def test_what_would_go_wrong_comes_with_its_step(served: Served) -> None:
    await served.harness.define(*pipeline(3, load={"columns": ["n", "word", "levle"]}))
    report = await rehearsed(served)
    assert report["status"] == "failed"
    assert [one["step"] for one in report["problems"]] == ["load"]
    assert "levle" in report["problems"][0]["message"]


async def test_one_step_is_tried_on_what_an_instance_has_made(served: Served) -> None:
    await served.harness.define(*pipeline(3))
    first = await rehearsed(served)
    report = await rehearsed(served, step="generate", using=first["instance_id"], sample=2)
    assert (report["step"], report["using"], list(report["by_key"])) == ("generate", first["instance_id"], ["generate"])
    assert report["by_key"]["generate"]["asking"]["asked"] == 2


async def test_a_rehearsal_is_read_before_its_end(idle_served: Served) -> None:
    await idle_served.harness.define(step("a"))
    answer = await idle_served.operator.post("/definitions/pipeline/rehearse")
    report = (await idle_served.viewer.get(f"/instances/{answer.json()['instance_id']}/rehearsal")).json()
    assert (report["status"], report["is_done"], report["steps"]) == ("pending", False, [])


async def test_what_cannot_be_rehearsed_is_refused_with_the_reason(idle_served: Served) -> None:
    await idle_served.harness.define(step("a"), params_schema={"type": "object", "required": ["day"]})
    real = await idle_served.harness.engine.start("pipeline", params={"day": "1"})
    operator, path = idle_served.operator, "/definitions/pipeline/rehearse"
    assert (await operator.post("/definitions/none/rehearse")).status_code == 404
    assert (await operator.post(path)).json()["sqlstate"] == "BD005"
    assert (await operator.post(path, json={"step": "a"})).status_code == 422
    unknown = await operator.post(path, json={"step": "b", "using": real})
    assert (unknown.status_code, "has no step 'b'" in unknown.json()["detail"]) == (404, True)
    assert (await operator.post(path, json={"step": "a", "using": 999})).status_code == 404
    assert (await idle_served.viewer.post(path)).status_code == 403
    assert (await idle_served.viewer.get(f"/instances/{real}/rehearsal")).status_code == 404
    assert await idle_served.rows("select count(*)::int from batch_instance") == [(1,)]


async def test_a_rehearsal_is_in_the_audit_log(idle_served: Served) -> None:
    await idle_served.harness.define(step("a"))
    await idle_served.operator.post("/definitions/pipeline/rehearse", json={"sample": 5})
    (entry,) = (await idle_served.admin.get("/audit")).json()["data"]
    assert (entry["action"], entry["after"]["sample"], entry["outcome"]) == ("definition.rehearse", 5, "done")


def edited(count: int) -> dict[str, Any]:
    return {"steps": pipeline(count, generate={"template": "Spell {{ item.word }}."}), "budget_usd": 2}


async def test_a_draft_is_rehearsed_and_nothing_of_it_is_saved(served: Served) -> None:
    await served.harness.define(*pipeline(3))
    started = await served.editor.post("/definitions/pipeline/rehearse", json={"definition": edited(5), "sample": 2})
    assert started.status_code == 202, started.text
    instance = started.json()["instance_id"]
    await served.harness.engine.wait(instance)
    report = (await served.viewer.get(f"/instances/{instance}/rehearsal")).json()
    by_key = {one["key"]: one for one in report["steps"]}
    assert (report["is_draft"], report["version"], report["budget_usd"]) == (True, 1, "2.0000")
    assert by_key["generate"]["asking"]["examples"][0]["prompt"].startswith("Spell ")
    assert (by_key["generate"]["asking"]["requests"], by_key["load"]["loading"]["rows"]) == (5, 5)
    ran = (await served.viewer.get(f"/instances/{instance}/definition")).json()
    assert (ran["version"], ran["steps"][1]["params"]["template"]) == (1, "Spell {{ item.word }}.")
    timeline = (await served.viewer.get(f"/instances/{instance}/timeline")).json()["data"]
    assert {one["step_key"] for one in timeline} == {"collect", "generate", "load"}
    stands = (await served.viewer.get("/definitions/pipeline")).json()
    assert (stands["version"], stands["budget_usd"]) == (1, None)
    assert [one["version"] for one in (await served.viewer.get("/definitions/pipeline/versions")).json()["data"]] == [1]


async def test_a_draft_is_for_editors_and_checked_as_a_save_is(idle_served: Served) -> None:
    await idle_served.harness.define(step("a"))
    path, editor = "/definitions/pipeline/rehearse", idle_served.editor
    fine = {"definition": {"steps": [step("a")]}}
    refused = await idle_served.operator.post(path, json=fine)
    assert (refused.status_code, "needs the role editor" in refused.json()["detail"]) == (403, True)
    wrong = await editor.post(path, json={"definition": {"steps": [step("a", "b")]}})
    assert (wrong.status_code, wrong.json()["problems"][0]["path"]) == (422, "steps[0].nextSteps[0]")
    assert (await editor.post(path, json={"definition": fine["definition"] | {"name": "other"}})).status_code == 422
    unsaved = await editor.post("/definitions/unsaved/rehearse", json=fine)
    assert (unsaved.status_code, "Save it first" in unsaved.json()["hint"]) == (404, True)
    assert await idle_served.rows("select count(*)::int from batch_instance") == [(0,)]
    assert (await editor.post(path, json=fine)).status_code == 202
    newest = (await idle_served.admin.get("/audit")).json()["data"][0]
    assert (newest["action"], newest["after"]["definition"]["steps"][0]["key"]) == ("definition.rehearse", "a")
