"""Drafts of prompts on real rows: items of an instance, questions of the table, and why there are none."""

from typing import Any

from tests import questions
from tests.generating import generating
from tests.harness import step
from tests.serving import Served


async def previewed(served: Served, body: str, **asked: Any) -> dict[str, Any]:
    answer = await served.viewer.post("/prompts/preview", json={"body": body} | asked)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def test_a_draft_is_shown_on_the_items_that_the_step_is_asked_for(served: Served) -> None:
    await served.harness.define(
        *generating(5), params_schema={"type": "object", "properties": {"tone": {"default": "kind"}}}
    )
    ended = await served.harness.engine.run("pipeline")
    shown = await previewed(
        served,
        "Say {{ item.word }} of {{ steps.collect.items }}",
        system="Be {{ params.tone }}.",
        definition="pipeline",
    )
    assert (shown["instance_id"], shown["step"], shown["why_none"]) == (ended.instance_id, "generate", None)
    assert [row["prompt"] for row in shown["rows"]] == [f"Say word{n} of 5" for n in range(3)]
    assert {(row["system"], row["problem"]) for row in shown["rows"]} == {("Be kind.", None)}
    assert shown["rows"][0]["item"] == {"n": 0, "word": "word0"}
    assert all(row["tokens"] > 0 for row in shown["rows"])


async def test_the_items_are_those_of_the_newest_instance_that_has_some(served: Served) -> None:
    await served.harness.define(*generating(2))
    first = await served.harness.engine.run("pipeline")
    await served.harness.define(step("collect", runner="collect", params={"items": []}), *generating(1)[1:])
    await served.harness.engine.run("pipeline")
    await served.harness.define(*generating(2))
    shown = await previewed(served, "{{ item.n }}", definition="pipeline", step="generate", items=20)
    assert (shown["instance_id"], len(shown["rows"])) == (first.instance_id, 2)


async def test_what_one_row_lacks_is_the_problem_of_that_row(served: Served) -> None:
    items = [{"n": 1, "word": "sun"}, {"n": 2}]
    await served.harness.define(
        step("collect", "generate", runner="collect", params={"items": items}), *generating(1)[1:]
    )
    await served.harness.engine.run("pipeline")
    good, bad = (await previewed(served, "{{ item.word }}", definition="pipeline"))["rows"]
    assert (good["prompt"], good["problem"]) == ("sun", None)
    assert bad["prompt"] is None
    assert "word" in bad["problem"]


async def test_a_system_text_that_cannot_be_rendered_is_a_problem_of_every_row(served: Served) -> None:
    await served.harness.define(*generating(2))
    await served.harness.engine.run("pipeline")
    shown = await previewed(served, "{{ item.word }}", system="{{ params.tone }}", definition="pipeline")
    assert [row["problem"].startswith("system: ") for row in shown["rows"]] == [True, True]


async def test_without_an_instance_it_is_said_what_to_do(served: Served) -> None:
    await served.harness.define(*generating(2))
    shown = await previewed(served, "{{ item.word }}", definition="pipeline")
    assert (shown["rows"], shown["instance_id"]) == ([], None)
    assert "rehearse it first" in shown["why_none"]


async def test_a_draft_for_explanations_is_shown_on_the_questions(served: Served) -> None:
    await questions.install(served.harness)
    assert "no question" in (await previewed(served, "{{ item.question }}"))["why_none"]
    rows = [{"question": f"Who is {n}?", "answer": "me", "language": "en"} for n in range(4)]
    upload = await served.operator.post(
        "/admin/sets/spring/questions/bulk-upload", json=rows, headers={"content-type": "application/json"}
    )
    assert upload.status_code == 202, upload.text
    shown = await previewed(served, "Explain {{ item.question }} ({{ item.set_id }})", items=2)
    assert [row["problem"] for row in shown["rows"]] == [None, None]
    assert all(row["prompt"].endswith("? (spring)") and "explanation" not in row["item"] for row in shown["rows"])
    await served.harness.engine.wait(upload.json()["data"]["backgroundJobs"][0]["instance_id"])
    of_step = await previewed(served, "Explain {{ item.question }}", definition="explanation")
    assert (of_step["step"], of_step["instance_id"] is None) == ("explain", False)
    assert {"question", "answer", "language"} <= set(of_step["rows"][0]["item"])


async def test_before_its_first_run_a_step_is_shown_the_fields_that_it_takes(served: Served) -> None:
    await questions.install(served.harness)
    await served.rows("insert into question_set (id) values ('s') returning id")
    await served.rows(
        "insert into question (id, set_id, language, question, answer, wrong_answers, is_simulated)"
        " values (md5('x'), 's', 'en', 'Who?', 'me', '{}', false) returning id"
    )
    shown = await previewed(served, "{{ item.question }} {{ params.limit }}", definition="explanation", step="explain")
    (row,) = shown["rows"]
    assert (row["prompt"], shown["instance_id"]) == ("Who? 1000", None)
    assert "set_id" not in row["item"]


async def test_what_cannot_be_shown_is_refused_with_the_reason(served: Served) -> None:
    await served.harness.define(step("a"))
    post = served.viewer.post
    bad = await post("/prompts/preview", json={"body": "{{ item.", "system": "{{ nobody }}"})
    assert (bad.status_code, [one["path"] for one in bad.json()["problems"]]) == (422, ["body", "system"])
    assert (await post("/prompts/preview", json={"body": "x"})).status_code == 409
    assert (await post("/prompts/preview", json={"body": "x", "definition": "none"})).status_code == 404
    unknown = await post("/prompts/preview", json={"body": "x", "definition": "pipeline", "step": "b"})
    assert (unknown.status_code, "has no step 'b'" in unknown.json()["detail"]) == (404, True)
    assert (await post("/prompts/preview", json={"body": "x", "definition": "pipeline"})).status_code == 404
    assert (await post("/prompts/preview", json={"body": "x", "items": 21})).status_code == 422
