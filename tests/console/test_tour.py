"""The guided tour: one story about school questions, from the list of definitions to the calendar.

``make tour`` has it write the pictures of ``docs/howto/use-the-console.md``: one at each station.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeAlias

import psycopg
import pytest
from playwright.async_api import FloatRect, Locator, Page, expect

from definitions.files import parse_documents
from engine.access import Role
from engine.cli.demo_library import shipped
from services.embedding_server.reference.making import job_postings
from tests.collections import load, make_collections
from tests.console.browsing import go_to, screenshot
from tests.console.conftest import Visit, session_loop
from tests.embedding_servers import TOKEN, embedding_server
from tests.questions import install
from tests.serving import Served

Station: TypeAlias = Callable[[Page, Served], Awaitable[None]]

SCREEN = FloatRect(x=0, y=0, width=1280, height=860)
DIMENSIONS = 256
SET = (
    "question,answer,choices\n"
    "Which part of a cell makes most of its ATP?,mitochondrion,mitochondrion|nucleus|cell wall|sap\n"
    "Which gas do plants take in to make glucose?,carbon dioxide,oxygen|carbon dioxide|nitrogen|argon\n"
    "What is the derivative of sin x?,cos x,cos x|-cos x|sin x|tan x\n"
    "Which king had Hangul made?,Sejong,Taejo|Sejong|Seonjo|Jeongjo\n"
    "Which word means the opposite of scarce?,abundant,rare|abundant|tiny|late\n"
    "How many chromosomes has a human body cell?,46,\n"
)
FIRES = """
insert into batch_cron_fire (definition_id, fire_at, outcome, reason)
select id, date_trunc('day', clock_now()) - make_interval(days => ago) + interval '3 hours',
       case ago when 2 then 'missed' when 5 then 'skipped_overlap' else 'fired' end,
       case ago when 2 then 'no scheduler ran between 02:51 and 04:10' when 5 then 'the instance before still ran' end
from batch_definition, generate_series(1, 9) as ago
where name = 'question_generation'
on conflict do nothing
returning fire_at
"""

MONTH_OF_MISSED = """
select to_char(fire_at at time zone 'utc', 'YYYY-MM') from batch_cron_fire where outcome = 'missed'
"""


@session_loop(autouse=True)
async def _embeds(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Texts are embedded, so that postings can be searched."""
    async with embedding_server() as running:
        monkeypatch.setenv("BATCHDAG_GRAPHQL_EMBEDDING_SERVER", running.address)
        monkeypatch.setenv("BATCHDAG_GRAPHQL_EMBEDDING_TOKEN", "secret://EMBED_TOKEN")
        monkeypatch.setenv("BATCHDAG_SECRET_EMBED_TOKEN", TOKEN)
        yield


async def lived_in(console: Served, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
    """What a team has after some days: definitions that have run, one that failed, a schedule, postings to search."""
    await install(console.harness)
    engine = console.harness.engine
    for name in ("demo_questions", "embedding_ingest"):
        await engine.apply(parse_documents(shipped(f"{name}.yaml"), source=f"{name}.yaml"))
    await console.rows("update batch_definition set cron = '0 3 * * *' where name = 'question_generation' returning id")
    await console.rows(FIRES)
    for subject in ("biology", "mathematics", "korean_history"):
        await engine.run("question_generation", params={"poll_seconds": 0.1, "subject": subject, "count": 8})
    await engine.run("explanation")
    await engine.run("demo_questions", params={"path": "lost.jsonl"})
    make_collections(connection, dimensions=DIMENSIONS)
    postings = job_postings(300, dimensions=DIMENSIONS, seed=1)
    rows = zip(postings.ids, postings.metadata, postings.matrix, strict=True)
    load(connection, "job_posting", [(row_id, json.loads(about), vector.tolist()) for row_id, about, vector in rows])


async def picture(page: Page, name: str) -> None:
    """Have what the page shows at this station, once it shows all of it, with nothing lying over it."""
    await page.locator(".toast button").evaluate_all("buttons => buttons.forEach((button) => button.click())")
    await expect(page.locator(".toast")).to_have_count(0)
    await expect(page.locator(".loading, [aria-busy='true']")).to_have_count(0)
    await page.evaluate("document.fonts.ready")
    await screenshot(page, name, full_page=False, clip=SCREEN)


def row(page: Page | Locator, words: str) -> Locator:
    return page.get_by_role("row").filter(has_text=words)


def status(page: Page, word: str) -> Locator:
    return page.locator(".page-header").get_by_role("status").get_by_text(word, exact=True)


async def open_in_editor(page: Page, key: str) -> None:
    await page.locator(f'.step-node[data-step="{key}"]').click()
    await expect(page.locator("#step-panel").get_by_role("heading", name=f"Step {key}")).to_be_visible()


async def type_into(page: Page, field: str, text: str) -> None:
    await page.get_by_role("textbox", name=field, exact=True).click()
    await page.keyboard.press("ControlOrMeta+a")
    await page.keyboard.insert_text(text)


async def sql_of(console: Served, key: str) -> str:
    """The SQL of a step of ``question_generation`` as it stands."""
    found = (await console.viewer.get("/definitions/question_generation")).json()
    (sql,) = [step["params"]["sql"] for step in found["steps"] if step["key"] == key]
    return str(sql)


async def definitions(page: Page, console: Served) -> None:
    await go_to(page, f"{console.url}/#/definitions")
    generation = row(page, "School questions from a language model")
    await expect(generation.get_by_role("cell").first).to_contain_text("Succeeded")
    await expect(generation.get_by_role("img", name="Last 3 instances: 3 succeeded, 0 failed")).to_be_visible()
    await expect(row(page, "Worked questions").get_by_role("cell").first).to_contain_text("Failed")
    await picture(page, "01-definitions")


async def editor(page: Page, console: Served) -> None:
    await page.get_by_role("link", name="question_generation", exact=True).click()
    await page.get_by_role("link", name="Edit", exact=True).click()
    await open_in_editor(page, "context")
    await expect(page.get_by_text("Nothing is wrong").first).to_be_visible()
    await page.get_by_role("button", name="Zoom in").click(click_count=2, delay=50)
    await page.mouse.move(0, 0)
    await picture(page, "02-editor")
    await page.get_by_role("button", name="Fit to the window").click()


async def preview(page: Page, console: Served) -> None:
    """The SQL has a slip that no check can see before it runs."""
    await open_in_editor(page, "refused")
    sql = (await sql_of(console, "refused")).replace("select word,", "select keyword,")
    await type_into(page, "sql", sql)
    await page.get_by_role("button", name="Close the step").click()
    await page.get_by_label("Cron").fill("0 4 * * 1-5")
    await page.get_by_role("button", name="Save…").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_text("sql is now")).to_be_visible()
    await expect(dialog.get_by_text("04:00:00")).to_have_count(5)
    await expect(dialog.get_by_text("What an instance costs")).to_be_visible()
    await picture(page, "03-preview")
    await dialog.get_by_role("button", name="Save as version").click()
    await expect(page.get_by_text("question_generation is saved as version 3.")).to_be_visible()


async def rehearsal(page: Page, console: Served) -> None:
    await go_to(page, f"{console.url}/#/definitions/question_generation/rehearse")
    await page.get_by_label("count").fill("200")
    await page.get_by_label("Items to try of each step").fill("5")
    await page.get_by_role("button", name="Rehearse", exact=True).click()
    price = page.get_by_role("region", name="What the real run costs")
    await expect(price.get_by_text("Something would go wrong")).to_be_visible()
    await expect(price.get_by_role("rowheader", name="write")).to_be_visible()
    await expect(page.locator(".notice", has_text="What would go wrong")).to_contain_text('column "keyword"')
    await picture(page, "04-rehearsal")


async def instance(page: Page, console: Served) -> None:
    await go_to(page, f"{console.url}/#/definitions/question_generation/run")
    await page.get_by_role("main").get_by_label("language").select_option("en")
    await page.get_by_label("count").fill("20")
    await page.get_by_label("poll_seconds").fill("4")
    await page.get_by_role("button", name="Run", exact=True).click()
    await expect(status(page, "Running")).to_be_visible()
    await page.locator('.step-node[data-step="write"]').click()
    panel = page.get_by_role("complementary", name="Step write")
    await expect(panel.get_by_text("Times waited")).to_be_visible()
    await picture(page, "05-instance")
    await expect(status(page, "Failed")).to_be_visible(timeout=30_000)
    await expect(page.get_by_text('column "keyword" does not exist').first).to_be_visible()


async def timeline(page: Page, console: Served) -> None:
    await page.get_by_role("tab", name="Timeline").click()
    steps = page.get_by_role("list", name="Timeline")
    await expect(steps.get_by_role("button", name="write")).to_contain_text("Attempt 1: Succeeded")
    await expect(steps.get_by_role("button", name="refused")).to_contain_text("Failed")
    await picture(page, "06-timeline")


async def item(page: Page, console: Served) -> None:
    await go_to(page, page.url.partition("?")[0] + "?tab=items&of=write")
    await page.get_by_role("region", name="Items of write").get_by_role("link").nth(2).click()
    await expect(page.get_by_role("heading", name="Item 2")).to_be_visible()
    await expect(page.get_by_text("Accepted", exact=True)).to_be_visible()
    await page.get_by_role("heading", name="Try 1").evaluate("title => title.scrollIntoView()")
    await picture(page, "07-item")


async def fix_and_continue(page: Page, console: Served) -> None:
    ((failed,),) = await console.rows("select max(id) from batch_instance where status = 'failed'")
    await go_to(page, f"{console.url}/#/instances/{failed}")
    await page.get_by_role("link", name="Fix and continue").click()
    await type_into(page, "sql", (await sql_of(console, "refused")).replace("select keyword,", "select word,"))
    await page.get_by_role("button", name="Save and show the plan").click()
    plan = page.get_by_role("group", name="Plan of the retry")
    await expect(row(plan, "write").get_by_role("cell").first).to_have_text("Reuse")
    await expect(row(plan, "refused").get_by_role("cell").first).to_have_text("Rerun")
    await picture(page, "08-fix-and-continue")
    await page.get_by_role("button", name="Continue the instance").click()
    await expect(status(page, "Succeeded")).to_be_visible()


async def explanations(page: Page, console: Served) -> None:
    await go_to(page, f"{console.url}/#/explanations")
    await page.get_by_role("button", name="Upload questions").first.click()
    await page.get_by_role("textbox", name="Set").fill("spring-exam")
    await page.get_by_label("Choose a file").set_input_files(
        {"name": "spring-exam.csv", "mimeType": "text/csv", "buffer": SET.encode()}
    )
    await expect(page.get_by_text("Every line is right.")).to_be_visible()
    await page.get_by_role("button", name="Upload 6 questions").click()
    await expect(page.get_by_text("All 6 explanations are completed.")).to_be_visible(timeout=30_000)
    await picture(page, "09-explanations")


async def search(page: Page, console: Served) -> None:
    await go_to(page, f"{console.url}/#/embeddings/search")
    await page.get_by_label("Text").fill("mathematics teacher in a secondary school")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("list", name="Nearest rows").locator("> li")).to_have_count(10)
    await picture(page, "10-search")


async def operations(page: Page, console: Served) -> None:
    await go_to(page, f"{console.url}/#/operations")
    await expect(page.get_by_role("listitem").filter(has_text="Are no jobs at providers late?")).to_contain_text("Yes")
    await picture(page, "11-operations")


async def calendar(page: Page, console: Served) -> None:
    """On the first days of a month, what was missed is in the month before."""
    ((month,),) = await console.rows(MONTH_OF_MISSED)
    await go_to(page, f"{console.url}/#/operations/cron?month={month}")
    await page.locator(".calendar button", has_text="Missed 1").click()
    await expect(row(page, "question_generation")).to_contain_text("no scheduler ran")
    await page.evaluate("scrollTo(0, document.body.scrollHeight)")
    await picture(page, "12-calendar")


STATIONS: list[Station] = [
    definitions, editor, preview, rehearsal, instance, timeline, item, fix_and_continue, explanations, search,
    operations, calendar,
]  # fmt: skip


async def test_the_tour_shows_each_station(
    visit: Visit, console: Served, connection: psycopg.Connection[tuple[Any, ...]]
) -> None:
    await lived_in(console, connection)
    page = (await visit(Role.ADMIN, width=1280, height=860)).page
    for station in STATIONS:
        await station(page, console)
