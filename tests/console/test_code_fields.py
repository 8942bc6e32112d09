"""A field for SQL or a template is written in at once: its editor is large, arrives later, and takes over what is there."""

import asyncio
import re

from playwright.async_api import Locator, Page, Route, expect

from engine.access import Role
from services.console.assets import BUILT
from tests.console.accessibility import check_axe
from tests.console.browsing import show_everywhere
from tests.console.conftest import Visit
from tests.serving import Served

EDITOR = "**/assets/CodeEditorView-*.js"
ADDRESS = "/#/definitions/coded/edit?step=collect"
SLOWER = 20
TYPED = " where " + " and ".join(f"title <> 'word {number}'" for number in range(4))
SQL = "select id,\n       title\nfrom question"


def sql_in(page: Page) -> Locator:
    return page.get_by_role("textbox", name="sql", exact=True)


async def arrived(page: Page) -> Locator:
    """The editor, once it is there."""
    await expect(page.locator(".editor__host").first).to_be_visible()
    return page.locator(".editor__host .cm-content").first


async def held_back(page: Page) -> asyncio.Event:
    """Keep the editor from arriving until the event is set."""
    released = asyncio.Event()

    async def wait(route: Route) -> None:
        await released.wait()
        await route.continue_()

    await page.route(EDITOR, wait)
    return released


async def put(console: Served) -> None:
    steps = [{"key": "collect", "params": {"sql": SQL}}]
    answer = await console.editor.put("/definitions/coded", json={"steps": steps, "version": 0})
    assert answer.status_code == 200, answer.text


async def test_what_is_written_before_the_editor_has_arrived_is_gone_on_with_in_it(
    visit: Visit, console: Served
) -> None:
    await put(console)
    visitor = await visit(Role.EDITOR)
    page = visitor.page
    released = await held_back(page)
    await visitor.go(ADDRESS)
    field = sql_in(page)
    await expect(field).to_have_value(SQL)
    await check_axe(page)
    await show_everywhere(page, "field-plain")
    before = await field.bounding_box()
    await field.click()
    await page.keyboard.press("Control+Home")
    await page.keyboard.press("Control+ArrowRight")
    await page.keyboard.type(" distinct")
    released.set()
    editor = await arrived(page)
    await expect(editor).to_be_focused()
    await page.keyboard.type(" on (id)")
    await expect(editor.locator(".cm-line").first).to_have_text("select distinct on (id) id,")
    after = await page.locator(".editor__frame").first.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["height"] + 2 - after["height"]) <= 1, "nothing below it moves"
    await show_everywhere(page, "field-editor")


async def test_without_its_editor_a_field_is_as_good_to_write_in(visit: Visit, console: Served) -> None:
    await put(console)
    visitor = await visit(Role.EDITOR)
    page = visitor.page
    (chunk,) = (BUILT / "assets").glob("CodeEditorView-*.js")
    visitor.watch.expect(404, f"/assets/{chunk.name}")
    await page.route(EDITOR, lambda route: route.fulfill(status=404))
    await visitor.go(ADDRESS)
    await sql_in(page).fill("select 1 as id")
    await page.get_by_role("button", name="Save…").click()
    await page.get_by_role("dialog").get_by_role("button", name="Save as version").click()
    await expect(page.get_by_text(re.compile("Version 2"))).to_be_visible()
    saved = (await console.viewer.get("/definitions/coded")).json()
    assert saved["steps"][0]["params"]["sql"] == "select 1 as id"


async def test_the_editor_comes_by_itself(visit: Visit, console: Served) -> None:
    await put(console)
    page = (await visit(Role.EDITOR, ADDRESS)).page
    editor = await arrived(page)
    await expect(editor).to_have_attribute("aria-label", "sql")
    assert not await page.evaluate("document.activeElement.matches('.editor__host')"), "the page's focus is left alone"


async def test_nothing_is_taken_over_in_the_middle_of_a_syllable(visit: Visit, console: Served) -> None:
    await put(console)
    visitor = await visit(Role.EDITOR)
    page = visitor.page
    released = await held_back(page)
    await visitor.go(ADDRESS)
    await sql_in(page).focus()
    await page.keyboard.press("Control+End")
    keyboard = await page.context.new_cdp_session(page)
    await keyboard.send("Input.imeSetComposition", {"text": "하", "selectionStart": 1, "selectionEnd": 1})
    async with page.expect_event("requestfinished", lambda request: "CodeEditorView" in request.url):
        released.set()
    await expect(page.locator(".editor__host").first, "the other fields have their editor").to_be_attached()
    await expect(sql_in(page), "this one is still written in").to_have_value(f"{SQL}하")
    await keyboard.send("Input.insertText", {"text": "한"})
    editor = page.get_by_role("textbox", name="sql", exact=True).and_(page.locator(".cm-content"))
    await expect(editor).to_be_focused()
    await expect(editor.locator(".cm-line").last).to_have_text("from question한")


async def test_on_a_slow_machine_no_key_is_lost(visit: Visit, console: Served) -> None:
    """The page is drawn after the text has changed, and by then there is more of it: what it shows is not put back."""
    await put(console)
    page = (await visit(Role.EDITOR, ADDRESS)).page
    editor = await arrived(page)
    await editor.click()
    await page.keyboard.press("Control+End")
    device = await page.context.new_cdp_session(page)
    await device.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    await asyncio.gather(*(device.send("Input.dispatchKeyEvent", {"type": "char", "text": key}) for key in TYPED))
    await expect(editor.locator(".cm-line").last).to_have_text("from question" + TYPED, timeout=60_000)
    await device.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    await expect(editor.locator(".cm-line").last).to_have_text("from question" + TYPED)
