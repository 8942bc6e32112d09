"""What an upload would do is told before anything is saved; sets and questions are there to be looked at."""

from collections.abc import AsyncIterator

import pytest

from tests.harness import Harness
from tests.questions import install
from tests.serving import Served, served_on
from tests.uploads import CSV, GOOD, UPLOAD, done

CHECK = UPLOAD.replace("bulk-upload", "bulk-check")
MIXED = GOOD + "Who wrote Hamlet?,\nWhat is a cell?,the unit of life\n"


@pytest.fixture
async def served(idle: Harness) -> AsyncIterator[Served]:
    await install(idle)
    async with served_on(idle) as running:
        yield running


async def test_a_check_tells_what_an_upload_would_do_and_saves_nothing(served: Served) -> None:
    await done(served, GOOD)
    before = await served.rows("select (select count(*) from question), (select count(*) from batch_instance)")
    body = MIXED.replace("answer\n", "answer,colour\n", 1).replace("of life\n", "of life,green\n")
    told = (await served.operator.post(CHECK, content=body.encode(), headers=CSV)).json()["data"]
    assert (told["received"], told["good"], told["duplicates"], told["refused"]) == (4, 1, 2, 1)
    assert (told["duplicate_lines"], told["encoding"], told["ignored_columns"]) == ([2, 3], "utf-8", ["colour"])
    assert [(found["line"], found["column"]) for found in told["problems"]] == [(4, "answer")]
    assert await served.rows("select (select count(*) from question), (select count(*) from batch_instance)") == before


async def test_a_check_of_a_new_set_makes_none(served: Served) -> None:
    told = await served.operator.post(CHECK, content=GOOD.encode(), headers=CSV)
    assert told.json()["data"]["good"] == 2
    assert (await served.viewer.get("/admin/sets")).json()["data"] == []


async def test_a_check_of_what_is_no_upload_is_refused_with_its_lines(served: Served) -> None:
    refused = await served.operator.post(CHECK, content=b"question,answer\nWho?,\n", headers=CSV)
    assert refused.status_code == 422
    assert refused.json()["problems"][0]["line"] == 2


async def test_a_check_needs_an_operator(served: Served) -> None:
    assert (await served.viewer.post(CHECK, content=GOOD.encode(), headers=CSV)).status_code == 403


async def test_sets_are_listed_with_how_they_stand(served: Served) -> None:
    await done(served, GOOD)
    await done(served, GOOD, path=UPLOAD.replace("spring", "autumn"))
    await served.rows("update question set explanation_status = 'failed' where set_id = 'autumn' returning id")
    shown = (await served.viewer.get("/admin/sets")).json()["data"]
    assert [(one["id"], one["total"], one["pending"], one["failed"], one["jobs"]) for one in shown] == [
        ("autumn", 2, 0, 2, 1),
        ("spring", 2, 2, 0, 1),
    ]


async def test_why_questions_still_wait_is_told_by_the_instance_that_ended(served: Served) -> None:
    await served.rows("update batch_definition set budget_usd = 0.001 where name = 'explanation' returning id")
    (job,) = (await done(served, GOOD))["backgroundJobs"]
    queue = UPLOAD.replace("bulk-upload", "queue-status")
    assert (await served.viewer.get(queue)).json()["data"]["last_ended"] is None
    async with served.harness.engine.working():
        await served.harness.engine.wait(job["instance_id"])
    data = (await served.viewer.get(queue)).json()["data"]
    assert (data["backgroundJobs"], data["queueStatus"]["pending"]) == ([], 2)
    assert (data["last_ended"]["instance_id"], data["last_ended"]["status"]) == (job["instance_id"], "failed")
    assert "the budget of the instance is $0.0010" in data["last_ended"]["error"]


async def test_a_question_is_shown_in_full(served: Served) -> None:
    text = "Which of these holds DNA? " + "Think of cells. " * 40
    await done(served, f"question,answer,choices\n{text},nucleus,nucleus|wall|sap|air\n")
    ((identity,),) = await served.rows("select id from question where set_id = 'spring'")
    shown = (await served.viewer.get(f"/admin/questions/{identity}")).json()["data"]
    assert shown["question"] == text.strip()
    assert (shown["answer"], shown["choices"]) == ("nucleus", ["nucleus", "wall", "sap", "air"])
    assert (shown["status"], shown["explanation"]) == ("pending", None)
    assert (await served.viewer.get(f"/admin/questions/{'0' * 32}")).status_code == 404


async def test_one_failed_question_is_asked_anew_alone(served: Served) -> None:
    await done(served, GOOD)
    await served.rows("update batch_instance set status = 'cancelled', finished_at = clock_now() returning id")
    rows = await served.rows(
        "update question set explanation_status = 'failed', explanation_error = 'cut' returning id"
    )
    (one,), (other,) = rows
    path = f"/admin/questions/{one}/retry"
    assert (await served.viewer.post(path)).status_code == 403
    answer = await served.operator.post(path)
    assert answer.status_code == 202, answer.text
    (job,) = answer.json()["data"]["backgroundJobs"]
    async with served.harness.engine.working():
        assert (await served.harness.engine.wait(job["instance_id"])).is_success
    states = dict(await served.rows("select id, explanation_status from question"))
    assert states == {one: "completed", other: "failed"}
    again = await served.operator.post(path)
    assert (again.status_code, "has not failed" in again.json()["detail"]) == (409, True)
    audited = (await served.admin.get("/audit", params={"action": "questions.retry"})).json()["data"]
    assert [row["outcome"] for row in audited] == ["refused", "done"]
