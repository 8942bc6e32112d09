"""An upload has its own set explained and nothing else; failed questions are asked anew when somebody says so."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.harness import Harness
from tests.questions import install
from tests.serving import Served, served_on
from tests.uploads import GOOD, QUEUE, RETRY, STATUS, UPLOAD, done

AUTUMN = UPLOAD.replace("spring", "autumn")
EVERYTHING = "select id, to_jsonb(question) from question where set_id is distinct from 'spring' order by id"


@pytest.fixture
async def served(idle: Harness) -> AsyncIterator[Served]:
    await install(idle)
    async with served_on(idle) as running:
        yield running


async def work_off(served: Served, *instances: int) -> None:
    async with served.harness.engine.working():
        for instance in instances:
            ended = await served.harness.engine.wait(instance)
            assert ended.is_success, ended.error


async def counts(served: Served, of: str = "spring") -> dict[str, int]:
    data = (await served.viewer.get(QUEUE.replace("spring", of))).json()["data"]
    return {state: count for state, count in data["queueStatus"].items() if count}


async def fail(served: Served) -> None:
    await done(served, GOOD)
    await served.rows(
        "update question set explanation_status = 'failed', explanation_error = 'no answer' where set_id = 'spring'"
        " returning id"
    )
    await served.rows("update batch_instance set cancel_requested_at = clock_now() returning id")
    await served.rows("update batch_instance set status = 'cancelled', finished_at = clock_now() returning id")


async def test_an_upload_has_only_its_own_set_explained(served: Served) -> None:
    await served.rows(
        "insert into question (id, keyword_id, subject, question_type, language, level, question, answer, wrong_answers,"
        " difficulty, source_instance_id, source_step, source_model, prompt_version, is_simulated)"
        " select repeat('a', 32), id, subject, 'short_answer', language, level, 'Which?', 'this', '{}', 'easy', 1, 's',"
        " 'm', 1, false from keyword order by id limit 1 returning id"
    )
    await served.rows("insert into question_set (id) values ('other') returning id")
    await served.rows(
        "insert into question (id, set_id, language, question, answer, wrong_answers, is_simulated)"
        " values (repeat('b', 32), 'other', 'en', 'Who?', 'me', '{}', false) returning id"
    )
    before = await served.rows(EVERYTHING)
    (job,) = (await done(served, GOOD))["backgroundJobs"]
    await work_off(served, job["instance_id"])
    assert await counts(served) == {"total": 2, "completed": 2}
    assert len(before) == 2
    assert await served.rows(EVERYTHING) == before
    assert await served.harness.result(job["instance_id"], "states") is not None


async def test_two_sets_have_an_instance_each_and_see_only_their_own(served: Served) -> None:
    (spring,) = (await done(served, GOOD))["backgroundJobs"]
    (autumn,) = (await done(served, GOOD, path=AUTUMN))["backgroundJobs"]
    assert spring["instance_id"] != autumn["instance_id"]
    await work_off(served, spring["instance_id"])
    assert await counts(served) == {"total": 2, "completed": 2}
    shown = await served.rows("select params -> 'where' from batch_instance order by id")
    assert shown == [({"set_id": "spring"},), ({"set_id": "autumn"},)]


async def test_an_instance_that_was_asked_for_less_is_no_reason_to_start_none(served: Served) -> None:
    for params in ({"where": {"set_id": "spring", "subject": "biology"}}, {"states": ["failed"]}, {"limit": 1}):
        await served.harness.engine.start("explanation", params=params)
    jobs = (await done(served, GOOD))["backgroundJobs"]
    assert await served.rows("select count(*) from batch_instance") == [(4,)]
    assert {job["instance_id"] for job in jobs} == {1, 2, 3, 4}


async def test_what_a_set_asks_for_is_narrowed_to_the_set(served: Served) -> None:
    params = '{"where": {"set_id": "other", "language": "en"}, "limit": 7}'
    await served.rows("insert into question_set (id, params) values ('spring', %s) returning id", params)
    await done(served, GOOD)
    ((started,),) = await served.rows("select params from batch_instance")
    assert (started["where"], started["limit"]) == ({"set_id": "spring", "language": "en"}, 7)


async def test_a_restart_starts_an_instance_for_each_set_that_has_none(served: Served) -> None:
    (spring,) = (await done(served, GOOD))["backgroundJobs"]
    await done(served, GOOD, path=AUTUMN)
    await served.operator.post(f"/instances/{spring['instance_id']}/cancel")
    (started,) = (await served.operator.post("/admin/restart-queue")).json()["data"]["backgroundJobs"]
    rows = await served.rows(
        "select params #>> '{where,set_id}' from batch_instance where id = %s", started["instance_id"]
    )
    assert rows == [("spring",)]


async def test_failed_questions_are_asked_anew_and_only_those_of_the_set(served: Served) -> None:
    await fail(served)
    await done(served, GOOD, path=AUTUMN)
    await served.rows("update question set explanation_status = 'failed' where set_id = 'autumn' returning id")
    await done(served, "question,answer\nWhat is new?,this\n")
    answer = await served.operator.post(RETRY)
    assert answer.status_code == 202, answer.text
    data = answer.json()["data"]
    assert (data["set_id"], data["retried"], data["queueStatus"]["failed"]) == ("spring", 2, 2)
    job = data["backgroundJobs"][-1]
    await work_off(served, job["instance_id"])
    shown = {one["question"]: one for one in (await served.viewer.get(STATUS)).json()["data"]["questions"]}
    assert {shown[text]["status"] for text in ("What makes ATP?", "What holds DNA?")} == {"completed"}
    assert {one["error"] for one in shown.values()} == {None}
    assert await counts(served, of="autumn") == {"total": 2, "failed": 2}
    rows = await served.rows("select params ->> 'states' from batch_instance where id = %s", job["instance_id"])
    assert rows == [('["failed"]',)]


async def test_a_second_retry_starts_nothing_new_while_the_first_waits(served: Served) -> None:
    await fail(served)
    first, second = [(await served.operator.post(RETRY)).json()["data"] for _ in range(2)]
    assert first["backgroundJobs"] == second["backgroundJobs"]


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        (RETRY, 409, "none of the 2 question(s) of the set 'spring' has failed"),
        (RETRY.replace("spring", "nowhere"), 404, "no set 'nowhere'"),
    ],
)
async def test_a_retry_of_nothing_is_refused_in_words(served: Served, path: str, status: int, words: str) -> None:
    await done(served, GOOD)
    answer = await served.operator.post(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert words in answer.json()["detail"]
    assert answer.json()["hint"]
    assert await served.rows("select count(*) from batch_instance") == [(1,)]


async def test_a_definition_that_cannot_choose_states_cannot_be_told_to_retry(served: Served) -> None:
    await served.harness.engine.apply([{"name": "own", "steps": [{"key": "a", "runner": "noop"}]}])
    await served.rows("insert into question_set (id, definition) values ('spring', 'own') returning id")
    await fail(served)
    answer = await served.operator.post(RETRY)
    assert answer.status_code == 409
    assert "'own' has no param `states`" in answer.json()["detail"]


async def test_a_retry_is_audited_and_needs_an_operator(served: Served) -> None:
    await fail(served)
    assert (await served.viewer.post(RETRY)).status_code == 403
    await served.operator.post(RETRY)
    (row,) = (await served.admin.get("/audit", params={"action": "questions.retry_failed"})).json()["data"]
    after: dict[str, Any] = row["after"]
    assert (row["subject"], row["outcome"], after["retried"]) == ("spring", "done", 2)
