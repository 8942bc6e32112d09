"""The shipped definitions on their sample content: questions are picked, asked, checked, loaded and explained."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from engine.cli.demo_questions import demonstrate_questions
from engine.waiting import Ended
from tests.harness import Harness, engine_on
from tests.questions import explain, generate, install, items


@pytest.fixture
async def harness(database_url: str, test_reader_url: str, tmp_path: Path) -> AsyncIterator[Harness]:
    async with (
        engine_on(database_url, test_reader_url, storage=tmp_path / "storage") as harness,
        harness.engine.working(),
    ):
        await install(harness)
        yield harness


async def picked(harness: Harness, instance_id: int) -> list[int]:
    return [item["id"] for item in await items(harness, instance_id, "keywords")]


async def usage(harness: Harness) -> dict[int, int]:
    return dict(await harness.rows("select keyword_id, uses from keyword_usage where uses > 0"))


async def test_every_question_conforms_and_is_accounted_for(harness: Harness) -> None:
    ended = await generate(harness, count=60)
    assert ended.is_success, ended.error
    written = await items(harness, ended.instance_id, "check")
    refused = await items(harness, ended.instance_id, "refused")
    rows = await harness.rows(
        "select q.choices, q.answer, q.wrong_answers, t.has_choices, t.needs_passage, q.passage is not null,"
        " q.is_simulated, q.source_model, q.prompt_version, q.source_instance_id, q.explanation_status"
        " from question as q join question_type as t on t.code = q.question_type"
    )
    assert len(written) == 60
    assert len(rows) + len(refused) == 60
    for choices, answer, wrong, has_choices, needs_passage, has_passage, *origin in rows:
        assert len({answer, *wrong}) == 4
        assert set(choices) == ({answer, *wrong} if has_choices else set())
        assert needs_passage == has_passage
        assert origin == [True, "gpt-5-mini", 1, ended.instance_id, "pending"]


async def test_all_types_and_both_languages_are_asked(harness: Harness) -> None:
    ended = await generate(harness, count=60)
    found = await items(harness, ended.instance_id, "pairs")
    assert {item["language"] for item in found} == {"ko", "en"}
    assert {item["question_type"] for item in found} == {
        code for (code,) in await harness.rows("select code from question_type")
    }


async def test_subject_and_language_narrow_what_is_picked(harness: Harness) -> None:
    ended = await generate(harness, count=5, subject="biology", language="ko")
    found = await items(harness, ended.instance_id, "keywords")
    assert [(item["subject"], item["language"]) for item in found] == [("biology", "ko")] * 5


async def test_a_second_run_picks_other_keywords_until_all_were_used(harness: Harness) -> None:
    runs = [await generate(harness, count=50) for _ in range(3)]
    first, second, third = [set(await picked(harness, ended.instance_id)) for ended in runs]
    assert not first & second
    assert len(third - first - second) == 20
    assert sorted((await usage(harness)).values()) == [1] * 90 + [2] * 30


async def test_a_keyword_is_asked_another_type_the_next_time_and_the_prompt_says_what_was_asked(
    harness: Harness,
) -> None:
    types, told = [], []
    for _ in range(3):
        ended = await generate(harness, count=18, subject="mathematics", language="ko")
        pairs = await items(harness, ended.instance_id, "pairs")
        types += [(item["keyword_id"], item["question_type"]) for item in pairs]
        told = await items(harness, ended.instance_id, "brief")
    rows = await harness.rows("select keyword_id, count(*), count(distinct question_type) from question group by 1")
    assert all(count == kinds for _, count, kinds in rows)
    assert len(set(types)) >= 50, "refused questions may be asked for again"
    asked = {item["keyword_id"]: len(item["asked"]) for item in told}
    assert sum(asked.values()) >= 30


async def test_usage_counts_only_when_the_run_succeeds(harness: Harness) -> None:
    await harness.rows("update batch_definition set budget_usd = 0.0001 where name = 'question_generation' returning 1")
    ended = await generate(harness, count=10)
    assert not ended.is_success
    assert await harness.reason(ended.instance_id, "write") == "budget"
    assert await usage(harness) == {}
    await harness.rows("update batch_definition set budget_usd = 5 where name = 'question_generation' returning 1")
    await harness.engine.retry(ended.instance_id)
    again = await harness.engine.wait(ended.instance_id)
    assert again.is_success, again.error
    assert await usage(harness) == dict.fromkeys(await picked(harness, ended.instance_id), 1)


async def test_a_broken_keyword_fails_alone_with_the_reason(harness: Harness) -> None:
    async with harness.engine.database.transaction() as connection:
        await connection.execute("alter table keyword drop constraint keyword_level_check")
        await connection.execute("update keyword set level = 9 where id = 3")
    ended = await generate(harness, count=10)
    assert ended.is_success, ended.error
    (failed,) = await items(harness, ended.instance_id, "brief", state="failed")
    assert failed["word"] == (await harness.rows("select word from keyword where id = 3"))[0][0]
    assert "level" in failed["_error"]
    assert "3" in failed["_error"]
    assert len(await items(harness, ended.instance_id, "write")) == 9


async def test_a_keyword_that_no_type_fits_fails_with_the_reason_instead_of_vanishing(harness: Harness) -> None:
    await harness.rows("update question_type set is_active = needs_passage returning 1")
    ended = await generate(harness, count=20)
    assert not ended.is_success
    failed = await items(harness, ended.instance_id, "brief", state="failed")
    assert failed
    assert all("question_type" in item["_error"] for item in failed)
    assert await harness.rows("select count(*)::int from provider_batch") == [(0,)]


async def test_a_keyword_that_looks_like_a_template_is_only_a_word(harness: Harness) -> None:
    await harness.rows("update keyword set word = '{{ params.model }}' where id = 1 returning 1")
    ended = await generate(harness, count=1)
    assert ended.is_success, ended.error
    assert (await items(harness, ended.instance_id, "write"))[0]["word"] == "{{ params.model }}"


@pytest.mark.parametrize(
    "nothing", ["update keyword set is_active = false", "update question_type set is_active = false"]
)
async def test_with_nothing_to_ask_the_run_says_so_and_asks_nothing(harness: Harness, nothing: str) -> None:
    await harness.rows(f"{nothing} returning 1")
    ended = await generate(harness)
    assert ended.is_success, ended.error
    states = await harness.states(ended.instance_id)
    assert (states["nothing_to_ask"], states["write"], states["load"]) == ("succeeded", "skipped", "skipped")


async def test_a_question_that_another_run_has_written_is_refused(harness: Harness) -> None:
    first = await generate(harness, count=8, subject="biology")
    await harness.rows("delete from batch_usage returning 1")
    await harness.rows("update question set keyword_id = 100 returning 1")
    again = await generate(harness, count=8, subject="biology")
    assert again.is_success, again.error
    refused = await items(harness, again.instance_id, "refused")
    known = {item["question"] for item in await items(harness, first.instance_id, "good")}
    assert known <= {item["question"] for item in refused}
    assert f"the same question was written by instance {first.instance_id}" in {item["problem"] for item in refused}


async def test_answers_that_are_the_same_or_empty_are_refused(harness: Harness) -> None:
    verdicts = await problems(
        harness,
        {"answer": "A", "wrong_answers": ["b", "a ", "c"]},
        {"answer": "A", "wrong_answers": ["b", " ", "c"]},
        {"answer": "A", "wrong_answers": ["b", "c", "d"]},
    )
    assert verdicts == ["two of the answers are the same", "the question or an answer is empty", None]


async def problems(harness: Harness, *answers: dict[str, Any]) -> list[str | None]:
    """Run the shipped check over answers of our own, and return what it says of each."""
    ((sql,),) = await harness.rows(
        "select step #>> '{params,sql}' from batch_definition, jsonb_array_elements(steps) as step"
        " where name = 'question_generation' and step ->> 'key' = 'check'"
    )
    item = {
        "keyword_id": 1, "subject": "biology", "language": "en", "word": "cell", "level": 1, "question_type": "cloze",
        "has_choices": True, "passage_set_id": None, "passage": None, "difficulty": "easy",
    }  # fmt: skip
    given = [item | {"question": f"Question {n}?"} | answer for n, answer in enumerate(answers)]
    bind = {"instance": 1, "model": "m", "provider": "p", "prompt_version": 1, "simulated": False}
    ended = await harness.run(
        {"key": "collect", "params": {"items": given}, "nextSteps": ["process"]},
        {"key": "process", "params": {"sql": sql, "bind": bind}},
    )
    assert ended.is_success, ended.error
    return [row["problem"] for row in await items(harness, ended.instance_id, "process")]


async def test_a_hundred_keywords_need_as_many_queries_as_two(harness: Harness) -> None:
    counts = [await queries(harness, await generate(harness, count=count)) for count in (2, 100)]
    assert counts[0] == counts[1] == {"keywords": 1, "question_types": 1, "pairs": 1, "context": 1}


async def queries(harness: Harness, ended: Ended) -> dict[str, int]:
    """Return how many queries each step before the model has sent: a shard's attempt sends the step's one query."""
    assert ended.is_success, ended.error
    rows = await harness.rows(
        "select step_key, sum(attempt)::int from batch_step as s"
        " join batch_instance as i on i.id = batch_instance_id"
        " join batch_definition as d on d.id = definition_id, jsonb_array_elements(steps) as step"
        " where i.id = %s and step ->> 'key' = step_key and step #> '{params,sql}' is not null"
        " and step_key = any ('{keywords,question_types,pairs,context,brief}') group by 1",
        ended.instance_id,
    )
    return dict(rows)


async def test_every_question_is_explained_and_a_second_run_has_nothing_to_do(harness: Harness) -> None:
    await generate(harness, count=15)
    ended = await explain(harness)
    assert ended.is_success, ended.error
    rows = await harness.rows(
        "select explanation_status, explanation is not null, explanation_generated_at is not null, explanation_error"
        " from question"
    )
    assert set(rows) == {("completed", True, True, None)}
    again = await explain(harness)
    assert again.is_success, again.error
    assert (await harness.result(again.instance_id, "explain"))["items"] == 0
    (summary,) = await items(harness, again.instance_id, "states")
    assert (summary["explanation_status"], summary["questions"]) == ("completed", len(rows))


async def test_questions_with_a_higher_priority_are_explained_first(harness: Harness) -> None:
    await generate(harness, count=10)
    await harness.rows("update question set priority = 1 where id = (select max(id) from question) returning 1")
    ended = await explain(harness, limit=1)
    assert ended.is_success, ended.error
    rows = await harness.rows("select priority from question where explanation_status = 'completed'")
    assert rows == [(1,)]


async def test_a_failed_explanation_is_tried_again_only_when_asked_for(harness: Harness) -> None:
    await generate(harness, count=5)
    await harness.rows("update question set explanation_status = 'failed', explanation_error = 'refused' returning 1")
    await explain(harness)
    assert {state for (state,) in await harness.rows("select explanation_status from question")} == {"failed"}
    await explain(harness, states=["pending", "failed"])
    assert set(await harness.rows("select explanation_status, explanation_error from question")) == {
        ("completed", None)
    }


async def test_the_cost_as_if_real_is_in_batch_spend_and_is_marked(harness: Harness) -> None:
    first = await generate(harness, count=5)
    second = await explain(harness)
    rows = await harness.rows("select batch_instance_id, is_simulated, spent_usd > 0 from batch_spend order by 1")
    assert rows == [(first.instance_id, True, True), (second.instance_id, True, True)]


async def test_the_demo_of_both_ends_well_twice_in_a_row(harness: Harness, capsys: pytest.CaptureFixture[str]) -> None:
    for rows in (12, 24):
        assert await demonstrate_questions(harness.engine)
        ((known, refused),) = await harness.rows(
            "select (select count(*) from question),"
            " (select sum((result_payload ->> 'items')::int) from batch_step_result where step_key = 'refused')"
        )
        assert known + refused == rows
        assert "would have cost about $0.00" in capsys.readouterr().out


async def test_the_demo_makes_up_no_explanation_for_a_real_question(harness: Harness) -> None:
    await generate(harness, count=2)
    await harness.rows("update question set is_simulated = false returning 1")
    assert not await demonstrate_questions(harness.engine)
    assert set(await harness.rows("select explanation_status from question")) == {("pending",)}
