"""A graph of a thousand steps in the editor: a picture as long as nobody could read it, and touched as any other."""

import re

from playwright.async_api import Page, expect

from engine.access import Role
from tests.console.browsing import drawn
from tests.console.conftest import Visit
from tests.console.editing import panel, place, put
from tests.serving import Served

FANNED = [f"part_{at}" for at in range(998)]
LARGE = [
    {"key": "collect", "params": {"items": [1]}, "nextSteps": FANNED},
    *(
        {"key": key, "runner": "process", "params": {"sql": "select * from items"}, "nextSteps": ["last"]}
        for key in FANNED
    ),
    {"key": "last", "runner": "process", "params": {"sql": "select * from items"}},
]


async def large(visit: Visit, console: Served) -> Page:
    """The editor with a thousand steps, all of them in the window."""
    await put(console, "large", steps=LARGE)
    page = (await visit(Role.EDITOR, "/#/definitions/large/edit")).page
    await expect(page.locator(".dag-picture")).to_have_attribute("style", re.compile("scale"))
    return page


async def centre(page: Page) -> tuple[float, float]:
    """The middle of the graph's place, where a step is drawn."""
    box = await page.locator(".dag").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


async def test_a_thousand_steps_are_one_picture_until_they_can_be_read(visit: Visit, console: Served) -> None:
    page = await large(visit, console)
    await expect(page.locator(".step-node"), "nobody could read them").to_have_count(0)
    viewport = page.locator(".react-flow__viewport")
    before = await viewport.get_attribute("style")
    await page.mouse.move(*await centre(page))
    for _ in range(30):
        await page.mouse.wheel(0, -60)
    await expect(page.locator(".step-node__key").first).to_be_visible()
    assert await page.locator(".step-node").count() < 100, "what is not in the window is no element"
    assert await viewport.get_attribute("style") != before
    await page.get_by_role("button", name="Fit to the window").click()
    await expect(page.locator(".step-node__key")).to_have_count(0)
    await expect(viewport).to_have_attribute("style", before or "")


async def test_a_step_that_is_only_drawn_is_touched_as_any_other(visit: Visit, console: Served) -> None:
    page = await large(visit, console)
    x, y = await centre(page)
    touched = page.locator(".step-node")
    for at in range(40):
        await page.mouse.move(x + at % 7, y + at)
        await drawn(page)  # whoever looked before would move on, away from what is shown
        if await touched.count():
            break
    await expect(touched).to_have_count(1)
    key = await touched.get_attribute("data-step")
    await touched.click()
    await expect(panel(page).get_by_role("heading", name=f"Step {key}", exact=True)).to_be_visible()
    await page.locator(".dag").focus()
    await page.keyboard.press("ArrowRight")
    await expect(page.locator(".step-node--cursor .step-node__key"), "the cursor is shown from near").to_be_visible()


async def test_an_edge_that_is_only_drawn_is_chosen_and_deleted(visit: Visit, console: Served) -> None:
    page = await large(visit, console)
    await page.locator(".dag").focus()
    await page.keyboard.press("ArrowRight")  # the first step
    cursor = page.locator('.step-node--cursor[data-step="collect"]')
    await expect(cursor.locator(".step-node__key")).to_be_visible()
    box = await place(cursor)
    await page.mouse.click(box["x"] + box["width"] + 8, box["y"] + box["height"] / 2)
    undo = page.get_by_role("button", name=re.compile("^Undo"))
    await expect(undo, "to choose an edge changes nothing").to_be_disabled()
    await page.locator(".dag").focus()
    await page.keyboard.press("Delete")
    await expect(undo).to_be_enabled()
