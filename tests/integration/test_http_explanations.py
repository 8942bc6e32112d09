"""Questions uploaded over HTTP, and the explanations that are written for them in the background."""

import asyncio
from collections.abc import AsyncIterator
from time import monotonic

import psycopg
import pytest

from tests.harness import Harness
from tests.questions import install
from tests.serving import Served, served_on
from tests.uploads import CSV, GOOD, QUEUE, STATUS, UPLOAD, done, saved, upload


@pytest.fixture
async def served(idle: Harness) -> AsyncIterator[Served]:
    await install(idle)
    async with served_on(idle) as running:
        yield running


async def test_uploaded_questions_are_explained_in_the_background(served: Served) -> None:
    data = await done(served, GOOD)
    assert (data["received"], data["saved"], data["refused"]) == (2, 2, 0)
    assert data["queueStatus"] == {"total": 2, "pending": 2, "generating": 0, "completed": 0, "failed": 0}
    (job,) = data["backgroundJobs"]
    assert (job["definition"], job["status"]) == ("explanation", "pending")
    async with served.harness.engine.working():
        assert (await served.harness.engine.wait(job["instance_id"])).is_success
    shown = (await served.viewer.get(STATUS)).json()["data"]
    assert shown["summary"]["completed"] == 2
    for question in shown["questions"]:
        alone = (await served.viewer.get(f"/admin/questions/{question['id']}/explanation-status")).json()["data"]
        assert alone == question
        assert (alone["status"], alone["error"]) == ("completed", None)
        assert alone["generated_at"]
        assert alone["explanation"].startswith("[simulated]")
    assert (await served.viewer.get(QUEUE)).json()["data"]["backgroundJobs"] == []


async def test_a_question_has_words_in_place_of_its_explanation_until_there_is_one(served: Served) -> None:
    await done(served, "문제,정답\n하늘은 무슨 색인가?,파랑\nWhat colour is the sky?,blue\n")
    rows = await served.rows("select language, explanation from question order by language")
    assert rows == [("en", "The explanation is being written."), ("ko", "해설을 준비하고 있습니다.")]
    shown = (await served.viewer.get(STATUS, params={"state": "pending"})).json()["data"]["questions"]
    assert [question["explanation"] for question in shown] == [None, None]


async def test_a_thousand_questions_are_saved_in_under_five_seconds(served: Served) -> None:
    asked = [{"question": f"What is {n} + {n}?", "answer": str(n + n)} for n in range(1_000)]
    began = monotonic()
    answer = await served.operator.post(UPLOAD, json=asked)
    assert monotonic() - began < 5
    assert answer.json()["data"]["saved"] == 1_000


async def test_a_second_upload_reuses_the_instance_that_waits(served: Served) -> None:
    first = await done(served, GOOD)
    second = await done(served, "question,answer\nWhat is a cell?,the unit of life\n")
    assert first["backgroundJobs"] == second["backgroundJobs"]
    assert await served.rows("select count(*) from batch_instance") == [(1,)]


async def test_a_set_may_have_a_definition_of_its_own(served: Served) -> None:
    await served.harness.engine.apply([{"name": "own", "steps": [{"key": "a", "runner": "noop"}]}])
    await served.rows(
        "insert into question_set (id, definition, params) values ('spring', 'own', '{\"x\": 1}') returning id"
    )
    (job,) = (await done(served, GOOD))["backgroundJobs"]
    assert job["definition"] == "own"
    assert await served.rows("select params from batch_instance where id = %s", job["instance_id"]) == [({"x": 1},)]


async def test_an_upload_whose_definition_is_missing_saves_nothing(served: Served) -> None:
    await served.rows("insert into question_set (id, definition) values ('spring', 'explanations') returning id")
    answer = await upload(served, GOOD)
    assert answer.status_code == 404
    assert "explanations" in answer.json()["detail"]
    assert await saved(served) == []


async def test_bad_lines_are_reported_and_the_good_ones_saved(served: Served) -> None:
    lines = [
        "question,answer,보기1,보기2,보기3,보기4,subject,level",
        "Which is a plant?,fern,fern,dog,cat,cow,biology,1",
        "Which is an animal?,moss,fern,dog,cat,cow,biology,1",
        "Which is a stone?,,,,,,biology,1",
        "Which is a star?,sun,,,,,biologie,9",
        '"Which is a\nriver?",Han,Han,Nile,Rhine,,,1',
        "What is water?,H2O,,,,,,2",
    ]
    data = await done(served, "\n".join(lines))
    assert (data["saved"], data["refused"], data["received"]) == (2, 4, 6)
    told = [(problem["line"], problem["column"]) for problem in data["problems"]]
    assert told == [(3, "answer"), (4, "answer"), (5, "level"), (6, "choices")]
    assert data["problems"][1]["reason"] == "is missing"
    assert await saved(served) == ["What is water?", "Which is a plant?"]


async def test_an_unknown_subject_is_refused_with_the_one_that_was_meant(served: Served) -> None:
    data = await done(served, GOOD.replace("\n", ",subject\n", 1).replace("mitochondrion", "mitochondrion,biologi"))
    (problem,) = data["problems"]
    assert (problem["line"], problem["column"]) == (2, "subject")
    assert "biology" in problem["reason"]


async def test_a_stray_quote_costs_one_line(served: Served) -> None:
    data = await done(served, GOOD + 'A "stray,quote\n"An open,quote\nWhat is a cell?,the unit of life\n')
    assert [problem["line"] for problem in data["problems"]] == [5]
    assert data["saved"] == 4


async def test_a_strict_upload_is_all_or_nothing(served: Served) -> None:
    answer = await upload(served, GOOD + "What is lost?,\n", params={"strict": "true"})
    assert answer.status_code == 422
    (problem,) = answer.json()["problems"]
    place = {"path": "line 4, column answer", "line": 4, "column": "answer"}
    assert problem == place | {"message": "is missing", "code": "missing", "values": {}}
    assert await saved(served) == []
    assert await served.rows("select count(*) from question_set") == [(0,)]


@pytest.mark.parametrize(
    "cell", ["=HYPERLINK(A1)", "@SUM(A1)", "+1+cmd|' /C calc'!A0", "-2+SUM(A1)", " =1+1", "＝1+1", "\t=1"]
)
async def test_what_a_spreadsheet_would_run_is_refused_unless_it_is_meant(served: Served, cell: str) -> None:
    data = await done(served, f'{GOOD}What is this?,"{cell}"\n')
    (problem,) = data["problems"]
    assert (problem["line"], problem["column"]) == (4, "answer")
    assert "formula" in problem["reason"]
    assert (await done(served, f'{GOOD}What is this?,"{cell}"\n', params={"formulas": "keep"}))["saved"] == 1


@pytest.mark.parametrize("cell", ["-5", "+3.5", "-x + 2", "- a dash", "a = b"])
async def test_a_number_or_a_term_is_no_formula(served: Served, cell: str) -> None:
    assert (await done(served, f"{GOOD}What is this?,{cell}\n"))["refused"] == 0


@pytest.mark.parametrize(
    ("encoding", "said"), [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("cp949", "cp949"), ("euc-kr", "cp949")]
)
async def test_korean_encodings_are_found_and_said(served: Served, encoding: str, said: str) -> None:
    data = await done(served, "문제,정답\n하늘은 무슨 색인가?,파랑\n".encode(encoding))
    assert data["encoding"] == said
    assert await saved(served) == ["하늘은 무슨 색인가?"]


async def test_a_line_in_another_encoding_is_refused_alone(served: Served) -> None:
    data = await done(served, GOOD.encode() + "하늘,파랑\n".encode() + b"broken \xff\xff,line\n")
    assert [(problem["line"], data["saved"]) for problem in data["problems"]] == [(5, 3)]
    assert "UTF-8" in data["problems"][0]["reason"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"PK\x03\x04...", "workbook"),
        (b"question\nWhat?\n", "no column for the answer"),
        (b"question,answer,Answer\n", "more than one column for the answer"),
        (b"question,answer\n", "no question in it"),
        (b"question,answer\nWhat?,\n", "none of 1 line"),
    ],
)
async def test_what_cannot_be_read_at_all_is_refused_in_words(served: Served, body: bytes, words: str) -> None:
    answer = await upload(served, body)
    assert answer.status_code == 422
    assert words in answer.json()["detail"]


async def test_json_is_taken_as_a_list_or_under_questions(served: Served) -> None:
    asked = [{"questionText": "Which?", "options": ["a", "b", "c", "d"], "correctAnswer": "b", "page": 7}, "no object"]
    for body, new in ((asked, 1), ({"questions": asked}, 0)):
        data = (await served.operator.post(UPLOAD, json=body)).json()["data"]
        assert (data["saved"], data["duplicates"], data["refused"]) == (new, 1 - new, 1)
        assert data["problems"][0]["line"] == 2
        assert data["ignored_columns"] == ["page"]
    assert await served.rows("select wrong_answers from question") == [(["a", "c", "d"],)]


@pytest.mark.parametrize("text", ['[{"question": "a", "answer": "b"}', "{", "7", '{"a": []}'])
async def test_json_that_breaks_off_saves_nothing(served: Served, text: str) -> None:
    answer = await served.operator.post(UPLOAD, content=text, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert await saved(served) == []


async def test_other_kinds_of_content_are_refused(served: Served) -> None:
    for kind in ("", "text/plain", "text/csv; charset=latin-1"):
        assert (await upload(served, GOOD, headers={"Content-Type": kind})).status_code == 415


async def test_the_same_question_is_saved_once_in_a_set(served: Served) -> None:
    await done(served, GOOD)
    data = await done(served, GOOD + "what  makes atp?,another answer\nWhat is new?,this\n")
    assert (data["saved"], data["duplicates"], data["duplicate_lines"]) == (1, 3, [2, 3, 4])
    other = await served.operator.post(UPLOAD.replace("spring", "autumn"), content=GOOD, headers=CSV)
    assert other.json()["data"]["saved"] == 2


async def test_the_same_idempotency_key_gives_the_same_answer_again(served: Served) -> None:
    headers = {"Idempotency-Key": "k"}
    first = await done(served, GOOD, headers=headers)
    assert await done(served, GOOD, headers=headers) == first | {"is_replay": True}
    other = await upload(served, GOOD + "What?,that\n", headers=headers)
    assert other.status_code == 422
    assert "Idempotency-Key" in other.json()["detail"]


async def test_questions_are_paged_without_a_gap(served: Served) -> None:
    await done(served, "question,answer\n" + "".join(f"What is {n}?,{n}\n" for n in range(5)))
    seen, after = [], ""
    while after is not None:
        page = (await served.viewer.get(STATUS, params={"limit": 2, "after": after})).json()["data"]
        seen += [question["question"] for question in page["questions"]]
        after = page["next"]
    assert sorted(seen) == [f"What is {n}?" for n in range(5)]


async def test_lines_are_counted_through_a_long_file(served: Served) -> None:
    lines = [f'"What is\n{n}?",{n}' if n % 700 else f"What is {n}?," for n in range(2_500)]
    data = await done(served, "question,answer\n" + "\n".join(lines))
    assert (data["received"], data["saved"]) == (2_500, 2_496)
    assert [problem["line"] for problem in data["problems"]] == [2, 1_401, 2_800, 4_199]


async def test_two_uploads_at_once_save_each_question_once(served: Served) -> None:
    lines = [f"What is {n}?,{n}\n" for n in range(300)]
    both = await asyncio.gather(
        done(served, "question,answer\n" + "".join(lines)), done(served, "question,answer\n" + "".join(lines[::-1]))
    )
    assert sorted((data["saved"], data["duplicates"]) for data in both) == [(0, 300), (300, 0)]


async def test_a_table_of_an_earlier_version_takes_uploads_once_the_schema_is_applied_again(served: Served) -> None:
    async with served.harness.engine.database.transaction() as connection:
        await connection.execute("alter table question drop column set_id, alter column keyword_id set not null")
    assert (await upload(served, GOOD)).status_code == 409
    await install(served.harness)
    assert (await done(served, GOOD))["saved"] == 2


async def test_a_question_without_a_set_says_where_it_comes_from(served: Served) -> None:
    await done(served, GOOD)
    with pytest.raises(psycopg.errors.CheckViolation, match="generated_or_uploaded"):
        await served.rows("update question set set_id = null returning id")


async def test_the_description_of_the_api_has_the_upload_in_it(served: Served) -> None:
    described = (await served.viewer.get("/openapi.json")).json()["paths"][UPLOAD.replace("spring", "{set_id}")]["post"]
    assert set(described["requestBody"]["content"]) == {"application/json", "text/csv"}


async def test_an_explanation_that_comes_along_is_kept_and_nobody_is_asked(served: Served) -> None:
    data = await done(served, "question,answer,해설\nWhat is 1 + 1?,2,One and one more.\n")
    assert (data["queueStatus"]["completed"], data["backgroundJobs"]) == (1, [])


async def test_what_is_not_there_is_not_found(served: Served) -> None:
    for path in (QUEUE, STATUS, f"/admin/questions/{'0' * 32}/explanation-status", "/admin/system-prompts/nothing"):
        assert (await served.viewer.get(path)).status_code == 404


async def test_without_the_tables_every_route_says_what_to_install(idle: Harness) -> None:
    async with served_on(idle) as running:
        for answer in (await running.viewer.get(QUEUE), await upload(running, GOOD)):
            assert answer.status_code == 409
            assert "questions_schema.sql" in answer.json()["hint"]
        assert (await running.operator.post("/admin/restart-queue")).json()["data"]["backgroundJobs"] == []


async def test_a_restart_starts_what_explains_the_questions_that_wait(served: Served) -> None:
    (job,) = (await done(served, GOOD))["backgroundJobs"]
    await served.operator.post(f"/instances/{job['instance_id']}/cancel")
    (started,) = (await served.operator.post("/admin/restart-queue")).json()["data"]["backgroundJobs"]
    assert started["instance_id"] > job["instance_id"]
    assert (await served.operator.post("/admin/restart-queue")).json()["data"]["backgroundJobs"] == []


async def test_system_prompts_are_read_and_edited_by_version(served: Served) -> None:
    listed = (await served.viewer.get("/admin/system-prompts")).json()["data"]
    assert "explanation" in [prompt["key"] for prompt in listed]
    path = "/admin/system-prompts/explanation"
    prompt = (await served.viewer.get(path)).json()["data"]
    edit = {"body": prompt["body"], "system": "Be brief."}
    assert (await served.editor.put(path, json=edit)).status_code == 428
    assert (await served.editor.put(path, json=edit | {"version": 1})).json()["data"]["version"] == 2
    assert (await served.editor.put(path, json=edit | {"version": 1})).status_code == 409
    assert (await served.operator.put(path, json=edit | {"version": 2})).status_code == 403


async def test_an_upload_is_audited(served: Served) -> None:
    await done(served, GOOD)
    await upload(served, "")
    rows = (await served.admin.get("/audit", params={"action": "questions.upload"})).json()["data"]
    assert [row["outcome"] for row in rows] == ["refused", "done"]
    assert rows[1]["after"]["saved"] == 2
