"""Questions as an operator handles them: uploaded, corrected, watched to the end, asked for again when they failed."""

import re
from time import monotonic

from playwright.async_api import Locator, Page, expect

from engine.access import Role
from tests.console.accessibility import check_axe
from tests.console.browsing import check_fits, go_to, screenshot, show_everywhere
from tests.console.conftest import Visit
from tests.questions import install
from tests.serving import Served
from tests.uploads import done

BROKEN = (
    "question,answer,choices,colour\n"
    "What makes ATP?,mitochondrion,mitochondrion|nucleus|wall|sap,green\n"
    "Who wrote Hamlet?,,,\n"
    "Which is a gas?,4,air|stone|wood|iron,\n"
    "=cmd(),yes,,\n"
)


def csv(count: int) -> str:
    lines = [f"What is {number} + {number}?,{number + number}" for number in range(count)]
    return "\n".join(["question,answer", *lines])


def button(page: Page, name: str | re.Pattern[str]) -> Locator:
    return page.get_by_role("button", name=name)


async def choose(page: Page, text: str | bytes, *, name: str = "questions.csv", set_id: str = "spring") -> None:
    """Open the dialog and choose a file."""
    await button(page, "Upload questions").first.click()
    if await page.get_by_role("textbox", name="Set").count():
        await page.get_by_role("textbox", name="Set").fill(set_id)
    content = text.encode() if isinstance(text, str) else text
    await page.get_by_label("Choose a file").set_input_files({"name": name, "mimeType": "", "buffer": content})


async def idle_questions(console: Served, state: str) -> None:
    """Two questions in this state that nobody explains any more."""
    await console.rows("insert into question_set (id) values ('spring') returning id")
    await console.rows(
        "insert into question (id, set_id, language, question, answer, wrong_answers, is_simulated, explanation_status,"
        " explanation_error) select repeat(n::text, 32), 'spring', 'en', 'What is ' || n || '?', n::text, '{}', false, %s,"
        " case when %s = 'failed' then 'the answer is cut off' end from generate_series(1, 2) as n returning id",
        state,
        state,
    )


async def test_a_thousand_questions_are_uploaded_and_watched_to_the_end(visit: Visit, console: Served) -> None:
    await install(console.harness)
    page = (await visit(Role.OPERATOR, "/#/explanations")).page
    await expect(page.get_by_text("No questions were uploaded yet")).to_be_visible()
    await choose(page, csv(1_000))
    await expect(page.get_by_text("Every line is right.")).to_be_visible()
    began = monotonic()
    await button(page, "Upload 1,000 questions").click()
    await expect(page.get_by_role("heading", name="spring")).to_be_visible()
    await expect(page.get_by_role("listitem").filter(has_text="What is").first).to_be_visible()
    assert monotonic() - began < 5
    await expect(page.get_by_role("link", name=re.compile("explanation #"))).to_be_visible()
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    await screenshot(page, "explanations-at-work")
    await expect(page.get_by_text("All 1,000 explanations are completed.")).to_be_visible(timeout=90_000)
    assert await console.rows("select explanation_status, count(*) from question group by 1") == [("completed", 1_000)]
    await expect(page.get_by_text("Live", exact=True)).to_have_count(0)
    await page.get_by_role("group", name="Questions").get_by_role("link").first.click()
    await expect(page.get_by_text("[simulated]").first).to_be_visible()
    await expect(page.get_by_text("Live", exact=True)).to_have_count(0)


async def test_a_broken_file_shows_its_lines_before_anything_is_saved(visit: Visit, console: Served) -> None:
    await install(console.harness)
    page = (await visit(Role.OPERATOR, "/#/explanations")).page
    await choose(page, BROKEN)
    await expect(page.get_by_text("3 lines cannot be saved")).to_be_visible()
    lines = page.get_by_role("group", name="What is wrong").get_by_role("row")
    await expect(lines.nth(1)).to_contain_text("3answeris missingWho wrote Hamlet?,,,")
    await expect(lines.nth(2)).to_contain_text("is none of the choices")
    await expect(lines.nth(3)).to_contain_text("begins like a formula")
    await expect(page.get_by_text("This column is not known and will be left out: colour")).to_be_visible()
    await check_axe(page)
    await check_fits(page)
    await screenshot(page, "explanations-upload-of-a-broken-file")
    assert await console.rows("select count(*) from question_set") == [(0,)]
    await page.get_by_label("Keep texts that begin like a formula").check()
    await button(page, "Upload 2 questions").click()
    await expect(page.get_by_role("heading", name="spring")).to_be_visible()
    texts = await console.rows("select question from question where set_id = 'spring' order by 1")
    assert texts == [("=cmd()",), ("What makes ATP?",)]


async def test_a_file_that_nothing_can_be_read_of_says_what_to_do(visit: Visit, console: Served) -> None:
    await install(console.harness)
    visitor = await visit(Role.OPERATOR, "/#/explanations")
    visitor.watch.expect(422, "/admin/sets/spring/questions/bulk-check")
    page = visitor.page
    await choose(page, "stem\nWho?\n")
    await expect(page.get_by_text("no column for the answer")).to_be_visible()
    await expect(button(page, "Upload").last).to_be_disabled()
    await page.get_by_label("Choose a file").set_input_files(
        {"name": "questions.xlsx", "mimeType": "application/zip", "buffer": b"PK"}
    )
    await expect(page.get_by_text("save the sheet as “CSV UTF-8”")).to_be_visible()


async def test_rows_pasted_from_a_spreadsheet_are_taken_and_doubles_are_named(visit: Visit, console: Served) -> None:
    await install(console.harness)
    await done(console, "question,answer\n하늘은 무슨 색인가?,파랑\n")
    page = (await visit(Role.OPERATOR, "/#/explanations/sets/spring")).page
    await button(page, "Upload questions").click()
    await page.get_by_role("tab", name="Paste").click()
    await page.get_by_label("CSV, JSON, or rows").fill("문제\t정답\n하늘은 무슨 색인가?\t파랑\n물, 얼음은?\tH2O\n")
    await expect(page.get_by_text("In the set already, left as it is: 2")).to_be_visible()
    await button(page, "Upload 1 question").click()
    await expect(page.get_by_text("1 question uploaded to spring")).to_be_visible()
    await expect(page.get_by_text("All 2 explanations are completed.")).to_be_visible(timeout=30_000)
    assert await console.rows("select answer from question where question = '물, 얼음은?'") == [("H2O",)]


async def test_failed_questions_are_asked_anew_after_saying_what_it_costs(visit: Visit, console: Served) -> None:
    await install(console.harness)
    await idle_questions(console, "failed")
    page = (await visit(Role.OPERATOR, "/#/explanations/sets/spring?state=failed")).page
    await expect(page.get_by_text("the answer is cut off")).to_have_count(2)
    await button(page, "Retry 2 failed").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("What was spent on them stays spent")
    await dialog.get_by_role("button", name="Retry 2 failed").click()
    await expect(page.get_by_text("All 2 explanations are completed.")).to_be_visible(timeout=30_000)
    await expect(button(page, re.compile("Retry"))).to_have_count(0)


async def test_one_failed_question_is_asked_anew_from_its_page(visit: Visit, console: Served) -> None:
    await install(console.harness)
    await idle_questions(console, "failed")
    page = (await visit(Role.OPERATOR, f"/#/explanations/questions/{'1' * 32}")).page
    await expect(page.get_by_text("the answer is cut off")).to_be_visible()
    await button(page, "Retry this question").click()
    await page.get_by_role("dialog").get_by_role("button", name="Retry this question").click()
    await expect(page.get_by_text("[simulated]").first).to_be_visible(timeout=30_000)
    states = await console.rows("select explanation_status, count(*) from question group by 1 order by 1")
    assert states == [("completed", 1), ("failed", 1)]


async def test_questions_that_nobody_explains_are_noticed_and_restarted(visit: Visit, console: Served) -> None:
    await install(console.harness)
    await idle_questions(console, "pending")
    page = (await visit(Role.OPERATOR, "/#/explanations/sets/spring")).page
    await expect(page.get_by_text("2 questions wait, and nobody explains them")).to_be_visible()
    await button(page, "Restart queue").click()
    await page.get_by_role("dialog").get_by_role("button", name="Restart queue").click()
    await expect(page.get_by_text("0 steps hurried, 1 instance started")).to_be_visible()
    await expect(page.get_by_text("All 2 explanations are completed.")).to_be_visible(timeout=30_000)


async def test_what_a_budget_stopped_says_so_where_its_questions_wait(visit: Visit, console: Served) -> None:
    await install(console.harness)
    await console.rows("update batch_definition set budget_usd = 0.001 where name = 'explanation' returning id")
    await done(console, csv(10))
    page = (await visit(Role.VIEWER, "/#/explanations/sets/spring")).page
    await expect(page.get_by_text("10 questions wait, and nobody explains them")).to_be_visible(timeout=20_000)
    await expect(page.get_by_text("the budget of the instance is $0.0010")).to_be_visible()


async def test_a_refresh_shows_what_was_changed_without_an_event(visit: Visit, console: Served) -> None:
    await install(console.harness)
    await idle_questions(console, "pending")
    page = (await visit(Role.VIEWER, "/#/explanations/sets/spring")).page
    await expect(page.get_by_text("0 of 2 completed")).to_be_visible()
    await console.rows(
        "update question set explanation_status = 'completed', explanation = 'Because.',"
        " explanation_generated_at = now() where id like '1%%' returning id"
    )
    await button(page, "Refresh").click()
    await expect(page.get_by_text("1 of 2 completed")).to_be_visible()
    await expect(page.get_by_text("Because.")).to_be_visible()


async def test_a_viewer_sees_no_button_that_the_role_may_not_press(visit: Visit, console: Served) -> None:
    await install(console.harness)
    await idle_questions(console, "failed")
    page = (await visit(Role.VIEWER, "/#/explanations/sets/spring")).page
    await expect(page.get_by_text("the answer is cut off").first).to_be_visible()
    assert await page.get_by_role("main").get_by_role("button").all_text_contents() == ["Refresh"]


async def test_without_the_tables_the_page_says_what_to_install(visit: Visit) -> None:
    visitor = await visit(Role.VIEWER)
    visitor.watch.expect(409, "/admin/sets")
    await visitor.go("/#/explanations")
    await expect(visitor.page.get_by_text("The tables of questions are not installed")).to_be_visible()
    await expect(visitor.page.get_by_text("questions_schema.sql")).to_be_visible()
    await check_axe(visitor.page)


async def test_the_pages_are_for_everybody_at_every_size(visit: Visit, console: Served) -> None:
    await install(console.harness)
    await idle_questions(console, "failed")
    await console.rows(
        "update question set passage = 'A passage.', choices = array[answer, 'x', 'y', 'z'] returning id"
    )
    await done(console, csv(30), path="/admin/sets/autumn/questions/bulk-upload")
    page = (await visit(Role.OPERATOR, "/#/explanations")).page
    await expect(page.get_by_role("link", name="autumn")).to_be_visible()
    for address, heading in (
        ("", "Explanations"),
        ("/sets/autumn", "autumn"),
        ("/sets/spring", "spring"),
        (f"/questions/{'1' * 32}", "Question"),
    ):
        await go_to(page, f"{console.url}/#/explanations{address}")
        await expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()
        await expect(page.locator(".loading")).to_have_count(0)
        await check_axe(page)
        await check_fits(page)
        await show_everywhere(page, f"explanations{address.replace('/', '-')[:20]}")
        await page.evaluate("localStorage.setItem('batchdag.language', 'en')")
        await page.reload()
