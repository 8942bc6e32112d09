"""The graph editor as analysts use it: from nothing to a saved definition, what is wrong where it is wrong, two at once."""

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from engine.access import Role
from tests.console.accessibility import check_axe
from tests.console.browsing import check_fits, screenshot, show_everywhere
from tests.console.conftest import Visit
from tests.console.editing import STEPS, node, panel, place, put
from tests.generating import generating
from tests.serving import Served


async def stored(console: Served, name: str) -> dict[str, Any]:
    return (await console.viewer.get(f"/definitions/{name}")).json()


async def add_step(page: Page, runner: str) -> None:
    await page.get_by_role("button", name="Add step").first.click()
    await screenshot(page, "editor-palette")
    await page.get_by_role("dialog").get_by_role("button", name=re.compile(f"^{runner} ")).click()
    await expect(panel(page).get_by_role("heading", name=f"Step {runner}")).to_be_visible()


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
    await screenshot(page, "editor-broken")
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


async def test_a_second_save_from_an_old_version_is_told_what_it_would_have_overwritten(
    visit: Visit, console: Served
) -> None:
    await put(console, "shared")
    visitor = await visit(Role.EDITOR, "/#/definitions/shared/edit?step=load")
    page = visitor.page
    visitor.watch.expect(409, "/definitions/shared")
    await panel(page).get_by_label("table").fill("mine")
    await page.get_by_role("button", name="Save…").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("button", name="Save as version 2")).to_be_enabled()
    theirs = [STEPS[0], {"key": "load", "params": {"table": "theirs"}}]
    await console.editor.put("/definitions/shared", json={"steps": theirs, "version": 1})
    await dialog.get_by_role("button", name="Save as version 2").click()
    await expect(dialog.get_by_role("heading", name="Both of you changed these")).to_be_visible()
    await expect(dialog.get_by_role("cell", name='"theirs"')).to_be_visible()
    await check_axe(page)
    await screenshot(page, "editor-conflict")
    await dialog.get_by_role("button", name="Open theirs").click()
    await expect(panel(page).get_by_label("table")).to_have_value("theirs")
    await page.get_by_role("button", name="Undo").click()
    await expect(panel(page).get_by_label("table")).to_have_value("mine")
    await expect(page.get_by_text("You edit version 1.")).to_be_visible()
    assert (await stored(console, "shared"))["steps"][1]["params"]["table"] == "theirs"


async def test_a_draft_outlives_the_page_that_it_was_made_on(visit: Visit, console: Served) -> None:
    await put(console, "kept")
    page = (await visit(Role.EDITOR, "/#/definitions/kept/edit?step=load")).page
    await panel(page).get_by_label("table").fill("half_done")
    await page.reload()
    await expect(panel(page).get_by_label("table")).to_have_value("half_done")
    await page.get_by_role("button", name="Drop them").click()
    await expect(panel(page).get_by_label("table")).to_have_value("loaded")
    assert (await stored(console, "kept"))["version"] == 1


async def test_what_a_save_would_do_is_shown_before_it_is_done(visit: Visit, console: Served) -> None:
    await put(console, "shown", cron="0 3 * * *")
    page = (await visit(Role.EDITOR, "/#/definitions/shown/edit")).page
    await panel(page).get_by_label("Cron").fill("0 4 * * *")
    await expect(panel(page).get_by_text("04:00:00").first).to_be_visible()
    await page.get_by_role("button", name="Save…").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_text("03:00:00").first).to_be_visible()
    await expect(dialog.get_by_text("04:00:00").first).to_be_visible()
    await check_axe(page)
    await screenshot(page, "editor-save")
    await dialog.get_by_role("button", name="Cancel").click()
    assert (await stored(console, "shown"))["cron"] == "0 3 * * *"


IN_A_ROW = """() => {
    const [from, to] = ["collect", "load"].map((key) =>
        document.querySelector(`.step-node[data-step="${key}"]`).getBoundingClientRect());
    return from.right < to.left && Math.abs(from.top - to.top) < 1;
}"""
"""The steps are laid out by the edge between them, which is there before."""


async def test_steps_are_connected_by_drawing_and_by_keyboard(visit: Visit, console: Served) -> None:
    steps = [{"key": "collect", "params": {"items": [1]}}, {"key": "load", "params": {"table": "loaded"}}]
    await put(console, "drawn", steps=steps)
    page = (await visit(Role.EDITOR, "/#/definitions/drawn/edit")).page
    await node(page, "collect").locator(".react-flow__handle-right").hover()
    await page.mouse.down()
    await node(page, "load").locator(".react-flow__handle-left").hover()
    await page.mouse.up()
    await expect(page.locator(".dag-edge")).to_have_count(1)
    await page.wait_for_function(IN_A_ROW)
    await place(node(page, "load"))
    line = await page.locator(".dag-edge__grip").bounding_box()
    assert line is not None
    await page.mouse.click(line["x"] + line["width"] / 2, line["y"] + line["height"] / 2)
    await expect(page.locator(".dag-edge--chosen")).to_have_count(1)
    await page.keyboard.press("Delete")
    await expect(page.locator(".dag-edge")).to_have_count(0)
    await page.get_by_role("button", name="Undo").click()
    await expect(page.locator(".dag-edge")).to_have_count(1)
    await page.get_by_role("button", name="Undo").click()
    await expect(page.locator(".dag-edge")).to_have_count(0)

    await page.get_by_role("tab", name="List").focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name=re.compile("^load")).focus()
    await page.keyboard.press("Enter")
    await panel(page).get_by_label("Runs after").select_option("collect")
    await expect(page.get_by_role("button", name=re.compile("^load")).get_by_text("after collect")).to_be_visible()
    await panel(page).get_by_label("Key").fill("store")
    await page.keyboard.press("Enter")
    await expect(panel(page).get_by_role("heading", name="Step store")).to_be_visible()
    await save(page)
    await expect(page.get_by_text("drawn is saved as version 2.")).to_be_visible()
    found = (await stored(console, "drawn"))["steps"]
    assert found[0]["nextSteps"] == ["store"]
    assert (found[1]["key"], found[1]["runner"], found[1]["params"]) == ("store", "load", {"table": "loaded"})


async def test_a_viewer_looks_and_finds_nothing_to_press(visit: Visit, console: Served) -> None:
    await put(console, "looked_at")
    page = (await visit(Role.VIEWER, "/#/definitions/looked_at/edit?step=load")).page
    await expect(panel(page).get_by_label("table")).to_have_value("loaded")
    for name in ("Save…", "Add step", "Delete step", "Undo"):
        await expect(page.get_by_role("button", name=name)).to_have_count(0)
    assert await panel(page).get_by_label("table").is_editable() is False


LOOKED_AT = {
    "graph": "/#/definitions/looks/edit",
    "step": "/#/definitions/looks/edit?step=collect",
    "list": "/#/definitions/looks/edit?view=list&step=load",
    "problems": "/#/definitions/looks/edit?view=problems",
    "text": "/#/definitions/looks/edit?view=text",
    "new": "/#/new",
}


@pytest.mark.parametrize("view", sorted(LOOKED_AT))
async def test_the_editor_stops_nobody(visit: Visit, console: Served, view: str) -> None:
    steps = [
        {"key": "collect", "params": {"sql": "select id, title\nfrom question", "limit": 10}, "nextSteps": ["ask"]},
        {
            "key": "ask",
            "runner": "generate",
            "params": {"model": "simulated-1", "template": "Explain {{ item.title }}."},
            "nextSteps": ["load"],
            "parallel": {"over": "collect", "chunk": 100},
            "retry": {"maxAttempts": 5},
        },
        STEPS[1],
    ]
    schema = {"type": "object", "properties": {"limit": {"type": "integer", "default": 10}}}
    await put(console, "looks", steps=steps, cron="0 3 * * *", params_schema=schema, budget_usd=5)
    page = (await visit(Role.EDITOR, LOOKED_AT[view])).page
    await expect(panel(page).get_by_role("heading").first).to_be_visible()
    if view == "new":
        await expect(page.get_by_text("No steps yet")).to_be_visible()
    else:
        await expect(page.get_by_text("Nothing is wrong").first).to_be_visible()
    if view == "text":
        await expect(page.get_by_role("textbox", name="Text")).to_be_visible()
    await check_axe(page)
    await check_fits(page)
    await show_everywhere(page, f"editor-{view}")


async def test_a_draft_is_rehearsed_and_edited_on_without_being_saved(visit: Visit, console: Served) -> None:
    await console.harness.define(*generating(30, template="Teach {{ item.word }}."), name="lessons")
    visitor = await visit(Role.EDITOR, "/#/definitions/lessons/edit?step=generate")
    page = visitor.page
    await write(page, "template", "Spell {{ item.word }}.")
    await page.get_by_role("button", name="Rehearse this draft…").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Items to try of each step").fill("4")
    await dialog.get_by_role("button", name="Rehearse", exact=True).click()
    await expect(dialog.get_by_text("Nothing stands against a run")).to_be_visible()
    await expect(dialog.get_by_text(re.compile(r"Spell word\d+\.")).first).to_be_visible()
    await screenshot(page, "editor-rehearsed")
    await check_axe(page)
    await dialog.get_by_role("button", name="Rehearse again…").click()
    await expect(dialog.get_by_label("Items to try of each step")).to_have_value("4")
    await dialog.get_by_role("button", name="Close").click()
    await expect(page.get_by_text("Not saved yet")).to_be_visible()
    assert (await stored(console, "lessons"))["version"] == 1
    (rehearsal,) = await console.rows("select id from batch_instance where rehearsal ->> 'draft' = 'true'")
    await visitor.go(f"/#/rehearsals/{rehearsal[0]}")
    await expect(page.get_by_text("an unsaved edit of version 1")).to_be_visible()
    await expect(page.get_by_role("link", name="Run for real…")).to_have_count(0)
    await page.get_by_role("link", name="Back to the editor").click()
    await expect(page.get_by_text("Not saved yet")).to_be_visible()


async def test_a_draft_that_is_wrong_is_not_rehearsed_and_says_why(visit: Visit, console: Served) -> None:
    await put(console, "broken")
    visitor = await visit(Role.EDITOR, "/#/definitions/broken/edit?step=load")
    page = visitor.page
    visitor.watch.expect(422, "/definitions/broken/rehearse")
    await panel(page).get_by_label("table").fill("")
    await page.get_by_role("button", name="Rehearse this draft…").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Rehearse", exact=True).click()
    await expect(dialog.get_by_role("alert")).to_contain_text("steps[1].params.table")


async def test_yaml_is_shown_and_pasted_and_what_is_wrong_in_it_is_said_at_its_line(
    visit: Visit, console: Served
) -> None:
    await put(console, "written")
    visitor = await visit(Role.EDITOR, "/#/definitions/written/edit")
    page = visitor.page
    visitor.watch.expect(422, "/definitions/parse")
    await page.get_by_role("tab", name="Text").click()
    text = page.get_by_role("textbox", name="Text")
    await expect(text).to_contain_text("key: collect")
    await page.get_by_role("button", name="Paste in…").click()
    dialog = page.get_by_role("dialog")
    pasted = dialog.get_by_role("textbox", name="Definition as YAML or JSON")
    await pasted.click()
    await page.keyboard.insert_text("steps:\n  - key: gather\n    key: twice\n")
    await dialog.get_by_role("button", name="Take it over").click()
    await expect(dialog.get_by_text('duplicate key "key"').first).to_be_visible()
    await screenshot(page, "editor-pasted-wrong")
    await pasted.click()
    await page.keyboard.press("Control+a")
    await page.keyboard.insert_text("steps:\n  - key: gather\n    runner: collect\n    params: {items: [1, 2]}\n")
    await dialog.get_by_role("button", name="Take it over").click()
    await expect(dialog).to_have_count(0)
    await expect(text).to_contain_text("key: gather")
    await expect(text).to_contain_text("name: written")
    await page.get_by_label("Form of the text").select_option("json")
    await expect(text).to_contain_text('"key": "gather"')
