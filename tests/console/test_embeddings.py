"""The pages of embeddings: ingest, dead letters that are requeued, search by a text, recommendations for a user."""

import json
from collections.abc import AsyncIterator, Sequence

import psycopg
import pytest
from playwright.async_api import Locator, Page, expect
from psycopg.types.json import Jsonb

from engine.access import Role
from services.embedding_server.reference.making import ReferenceSet, job_postings, users
from tests.collections import load, make_collections
from tests.console.accessibility import check_axe
from tests.console.browsing import check_fits, go_to, show_everywhere
from tests.console.conftest import Visit, session_loop
from tests.embedding_servers import TOKEN, embedding_server
from tests.serving import Served

Connection = psycopg.Connection[tuple[object, ...]]

DIMENSIONS = 256
LETTER = """
insert into dead_letter (step_key, source, payload, reason)
values ('load_jobs', 'job_posting', %s, %s)
returning id
"""
PASS = {
    "number": 2, "owner": {"instance_id": 1, "step_key": "load_jobs"}, "version": "2026-11-20", "work": [],
    "rows": 1000, "parts": 2, "mode": "merge", "stage": "loading",
}  # fmt: skip
PART = {"pass": 2, "version": "2026-11-20", "inserted": 240, "updated": 5, "unchanged": 3, "superseded": 0, "dead": 2}


@session_loop
async def server() -> AsyncIterator[str]:
    async with embedding_server() as running:
        yield running.address


@pytest.fixture
def _embeds(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts are embedded: for `usefixtures`, as the console is made after it."""
    monkeypatch.setenv("BATCHDAG_GRAPHQL_EMBEDDING_SERVER", server)
    monkeypatch.setenv("BATCHDAG_GRAPHQL_EMBEDDING_TOKEN", "secret://EMBED_TOKEN")
    monkeypatch.setenv("BATCHDAG_SECRET_EMBED_TOKEN", TOKEN)


def fill(connection: Connection) -> ReferenceSet:
    """The reference data of the embedding server, small; return the postings."""
    make_collections(connection, dimensions=DIMENSIONS)
    postings = job_postings(300, dimensions=DIMENSIONS, seed=1)
    for name, data in (("job_posting", postings), ("candidate", users(20, dimensions=DIMENSIONS, seed=1))):
        rows = [
            (row_id, json.loads(metadata), vector.tolist())
            for row_id, metadata, vector in zip(data.ids, data.metadata, data.matrix, strict=True)
        ]
        load(connection, name, rows)
    return postings


def row(page: Page, words: str) -> Locator:
    return page.get_by_role("row").filter(has_text=words)


def matches(page: Page, name: str = "Nearest rows") -> Locator:
    return page.get_by_role("list", name=name).locator("> li")


async def letters(console: Served, reasons: Sequence[str]) -> list[int]:
    found = [
        await console.rows(LETTER, Jsonb({"id": f"job-{place}", "metadata": "{broken"}), reason)
        for place, reason in enumerate(reasons)
    ]
    return [letter for ((letter,),) in found]


@pytest.mark.usefixtures("_embeds")
async def test_a_text_finds_the_nearest_postings_and_a_filter_narrows_them_down(
    visit: Visit, console: Served, connection: Connection
) -> None:
    metadata = [json.loads(each) for each in fill(connection).metadata]
    title, city = metadata[0]["title"], metadata[0]["city"]
    page = (await visit(Role.VIEWER, "/#/embeddings/search")).page
    await page.get_by_label("Text").fill(title)
    await page.keyboard.press("Enter")
    await expect(matches(page)).to_have_count(10)
    profession = title.split(" ", 1)[1]
    await expect(matches(page).first).to_contain_text(profession)
    near = [float(words.split()[-1]) for words in await page.locator(".match__near .number").all_inner_texts()]
    assert near == sorted(near)
    await check_axe(page)
    await check_fits(page)
    await page.get_by_role("button", name="Add a filter").click()
    await page.get_by_label("Field").fill("city")
    await page.get_by_label("Value").fill(city)
    await page.get_by_role("button", name="Search").click()
    wanted = sum(one["city"] == city for one in metadata)
    await expect(matches(page)).to_have_count(min(10, wanted))
    for words in await matches(page).all_inner_texts():
        assert city in words
    await matches(page).first.get_by_role("link", name="More like this").click()
    await expect(page.get_by_role("heading", name="Rows like")).to_be_visible()
    await page.go_back()
    await show_everywhere(page, "embeddings-search")


async def test_a_user_is_recommended_postings(visit: Visit, console: Served, connection: Connection) -> None:
    fill(connection)
    page = (await visit(Role.VIEWER, "/#/embeddings/recommendations")).page
    await expect(page.get_by_text("Choose a row")).to_be_visible()
    await page.get_by_role("list", name="candidate").get_by_role("button").first.click()
    found = page.locator(".match")
    await expect(found).to_have_count(10)
    await expect(found.first).to_contain_text("job-")
    await check_axe(page)
    await check_fits(page)
    await show_everywhere(page, "embeddings-recommendations")
    await go_to(page, f"{console.url}/#/embeddings/recommendations?id=nobody")
    await expect(page.locator(".empty")).to_contain_text("nobody")


async def test_dead_letters_of_one_reason_are_requeued_and_the_others_are_not(visit: Visit, console: Served) -> None:
    first = await letters(console, ["row 1: the vector is zero", "row 22: the vector is zero", "not JSON"])
    page = (await visit(Role.OPERATOR, "/#/embeddings/letters")).page
    await row(page, "row #: the vector is zero").get_by_role("button", name="Open").click()
    await expect(row(page, "row 22: the vector is zero")).to_be_visible()
    await expect(row(page, "row 1: the vector is zero")).to_be_visible()
    await check_axe(page)
    await check_fits(page)
    await row(page, "row 22: the vector is zero").get_by_role("button", name="Payload").click()
    await expect(page.get_by_role("dialog")).to_contain_text('"metadata": "{broken"')
    await check_axe(page)
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Requeue all").click()
    await expect(page.get_by_role("dialog")).to_contain_text("What was paid for them stays paid")
    await page.get_by_role("dialog").get_by_role("button", name="Requeue").click()
    await expect(page.get_by_text("2 letters are requeued.")).to_be_visible()
    states = await console.rows("select id, state from dead_letter order by id")
    assert states == list(zip(first, ("requeued", "requeued", "dead"), strict=True))
    await row(page, "not JSON").get_by_role("button", name="Open").click()
    await row(page, "#3").get_by_role("button", name="Payload").click()
    await page.get_by_role("dialog").get_by_role("button", name="Requeue").click()
    await expect(page.get_by_text("1 letter is requeued.")).to_be_visible()
    assert await console.rows("select distinct state from dead_letter") == [("requeued",)]
    await show_everywhere(page, "embeddings-letters")


async def test_a_viewer_may_not_requeue(visit: Visit, console: Served) -> None:
    await letters(console, ["not JSON"])
    page = (await visit(Role.VIEWER, "/#/embeddings/letters")).page
    await row(page, "not JSON").get_by_role("button", name="Open").click()
    await row(page, "#1").get_by_role("button", name="Payload").click()
    await expect(page.get_by_role("dialog")).to_contain_text("broken")
    await expect(page.get_by_role("button", name="Requeue")).to_have_count(0)


async def test_ingest_shows_how_far_each_pass_is_and_where_it_goes_on(
    visit: Visit, console: Served, connection: Connection
) -> None:
    fill(connection)
    stream = "embed:job_posting_embedding<-postings"
    rows = {
        stream: PASS,
        f"{stream}#0/2": PART | {"at": 249, "done": False},
        f"{stream}#1/2": PART | {"at": 499, "done": True},
    }
    for name, position in rows.items():
        await console.rows(
            "insert into stream_checkpoint (stream, position) values (%s, %s) returning stream", name, Jsonb(position)
        )
    page = (await visit(Role.VIEWER, "/#/embeddings")).page
    await expect(page.get_by_text("500 of 1,000 rows")).to_be_visible()
    await expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "50")
    await page.get_by_text("Checkpoints").click()
    await expect(page.get_by_text("Part 1: goes on after row 249")).to_be_visible()
    await expect(row(page, "candidate")).to_contain_text("vector(256)")
    await check_axe(page)
    await check_fits(page)
    await show_everywhere(page, "embeddings")


async def test_without_anything_the_pages_say_what_to_do(visit: Visit) -> None:
    page = (await visit(Role.VIEWER, "/#/embeddings")).page
    await expect(page.get_by_text("Nothing has been loaded yet")).to_be_visible()
    await expect(page.get_by_text("There is no collection yet")).to_be_visible()
    areas = page.get_by_role("navigation", name="Embeddings")
    await areas.get_by_role("link", name="Search").click()
    await expect(page.get_by_text("There is no collection yet")).to_be_visible()
    await areas.get_by_role("link", name="Dead letters").click()
    await expect(page.get_by_text("There are no dead letters")).to_be_visible()
    await check_fits(page)


async def test_a_search_without_an_embedding_server_says_how_to_start_one(visit: Visit, connection: Connection) -> None:
    fill(connection)
    page = (await visit(Role.VIEWER, "/#/embeddings/search?q=nurse")).page
    await expect(page.get_by_role("alert")).to_contain_text("no embedding server is set")
    await expect(page.get_by_text("batchdag embedding-server --model hashing")).to_be_visible()


async def test_where_search_is_not_installed_it_says_what_to_install(visit: Visit, console: Served) -> None:
    visitor = await visit(Role.VIEWER)
    visitor.watch.expect(404, "/graphql")
    await visitor.page.route("**/graphql", lambda route: route.fulfill(status=404, json={"title": "Not Found"}))
    await visitor.go("/#/embeddings/search")
    await expect(visitor.page.get_by_text("pip install 'batchdag[graphql,embeddings]'")).to_be_visible()
    await check_axe(visitor.page)
    assert console.url in visitor.page.url
