"""The graph editor as analysts use it: from nothing to a saved definition, what is wrong where it is wrong, two at once."""

import re
from typing import Any

from playwright.async_api import Locator, Page, expect

from engine.access import Role
from tests.console.accessibility import check_axe
from tests.console.browsing import check_fits, show_everywhere
from tests.console.conftest import Visit
from tests.serving import Served

STEPS = [
    {"key": "collect", "params": {"items": [{"id": 1, "title": "one"}]}, "nextSteps": ["load"]},
    {"key": "load", "params": {"table": "loaded", "create": True, "keys": ["id"]}},
]


async def put(console: Served, name: str, **more: Any) -> None:
    answer = await console.editor.put(f"/definitions/{name}", json={"steps": STEPS, "version": 0} | more)
    assert answer.status_code == 200, answer.text


async def stored(console: Served, name: str) -> dict[str, Any]:
    return (await console.viewer.get(f"/definitions/{name}")).json()


async def add_step(page: Page, runner: str) -> None:
    await page.get_by_role("button", name="Add step").first.click()
    await page.get_by_role("dialog").get_by_role("button", name=re.compile(f"^{runner} ")).click()
    await expect(panel(page).get_by_role("heading", name=f"Step {runner}")).to_be_visible()


def panel(page: Page) -> Locator:
    return page.locator("#step-panel")


def node(page: Page, key: str) -> Locator:
    return page.locator(f'.step-node[data-step="{key}"]')


async def write(page: Page, label: str, text: str) -> None:
    """Replace what is in an editor of code."""
    field = panel(page).get_by_role("textbox", name=label, exact=True)
    await field.click()
    await page.keyboard.press("Control+a")
    await page.keyboard.insert_text(text)


async def open_step(page: Page, key: str) -> None:
    await node(page, key).click()
    await expect(panel(page).get_by_role("heading", name=f"Step {key}")).to_be_visible()


async def save(page: Page) -> None:
    await page.get_by_role("button", name="Save…").click()
    await page.get_by_role("dialog").get_by_role("button", name="Save as version").click()


async def test_a_definition_is_built_from_nothing_broken_mended_and_saved(visit: Visit, console: Served) -> None:
    page = (await visit(Role.EDITOR, "/#/new")).page
    await page.get_by_label("Name").fill("postings")
    await add_step(page, "collect")
    await panel(page).get_by_label("One of").select_option("items")
    await write(page, "items", '[{"id": 1, "title": "one"}, {"id": 2, "title": "two"}]')
    await add_step(page, "process")
    await panel(page).get_by_label("One of").select_option("sql")
    await write(page, "sql", "select id, upper(title) as title from items")
    await add_step(page, "load")
    await expect(node(page, "load")).to_contain_text("1")
    await expect(panel(page).get_by_text("is required")).to_be_visible()
    await panel(page).get_by_label("table").fill("posting")
    await expect(page.get_by_text("Nothing is wrong")).to_be_visible()

    await open_step(page, "process")
    await write(page, "sql", "selec id from items")
    await expect(panel(page).get_by_text('the SQL begins with "selec"')).to_be_visible()
    await expect(node(page, "process").locator(".step-node__problems")).to_have_text("1")
    await write(page, "sql", "select id, upper(title) as title from items")
    await expect(page.get_by_text("Nothing is wrong")).to_be_visible()
    await expect(node(page, "process").locator(".step-node__problems")).to_have_count(0)

    await save(page)
    await expect(page.get_by_text("postings is saved as version 1.")).to_be_visible()
    await page.wait_for_url("**/#/definitions/postings/edit**")
    steps = (await stored(console, "postings"))["steps"]
    assert [(step["key"], step.get("nextSteps", [])) for step in steps] == [
        ("collect", ["process"]), ("process", ["load"]), ("load", []),
    ]  # fmt: skip
    assert steps[0]["params"]["items"] == [{"id": 1, "title": "one"}, {"id": 2, "title": "two"}]
    assert await page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('batchdag.draft'))") == []


async def test_two_edit_and_the_second_is_told_and_nothing_is_lost(visit: Visit, console: Served) -> None:
    await put(console, "shared")
    mine = (await visit(Role.EDITOR, "/#/definitions/shared/edit?step=load")).page
    await panel(mine).get_by_label("table").fill("mine")
    theirs = [STEPS[0], STEPS[1] | {"description": "theirs"}]
    answer = await console.editor.put(
        "/definitions/shared", json={"steps": theirs, "version": 1, "description": "theirs"}
    )
    assert answer.status_code == 200
    await expect(mine.get_by_text("Version 2 was saved meanwhile")).to_be_visible(timeout=15_000)
    await mine.get_by_role("button", name="See what changed").click()
    dialog = mine.get_by_role("dialog")
    await expect(dialog.get_by_text("You changed other places than they did")).to_be_visible()
    await check_axe(mine)
    await dialog.get_by_role("button", name="Put mine on top of theirs").click()
    await save(mine)
    await expect(mine.get_by_text("shared is saved as version 3.")).to_be_visible()
    found = await stored(console, "shared")
    assert found["description"] == "theirs"
    assert found["steps"][1]["params"]["table"] == "mine"
    assert found["steps"][1]["description"] == "theirs"
