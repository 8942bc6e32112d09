"""What somebody has typed outlives what happens meanwhile: a session that ends, a slow answer, a text that is no value yet."""

import asyncio
from typing import Any

from playwright.async_api import Page, Route, expect

from engine.access import Role
from tests.console.conftest import Visit, Visitor
from tests.console.editing import put
from tests.console.test_fix_and_continue import failed, type_into
from tests.console.test_prompts import ADDRESS as PROMPT
from tests.console.test_prompts import editor, installed, preview, write
from tests.console.test_signing_in import signed_in, signed_out
from tests.serving import Served

SETTINGS = "Condition, retry and the rest of the step, as JSON"


async def held_back(page: Page, path: str, method: str = "PUT") -> asyncio.Event:
    """Keep what is sent to a path from being answered until the event is set."""
    released = asyncio.Event()

    async def wait(route: Route) -> None:
        if route.request.method == method:
            answer = await route.fetch()
            await released.wait()
            await route.fulfill(response=answer)
        else:
            await route.continue_()

    await page.route(path, wait)
    return released


async def write_until_the_session_has_ended(visitor: Visitor, text: str) -> None:
    """Type into a prompt that nobody may read any more: the page asks for its preview, and is refused."""
    page = visitor.page
    await write(page, "System prompt", text)
    await expect(preview(page)).to_contain_text(text)
    visitor.watch.expect_signed_out()
    await page.context.clear_cookies()
    await page.keyboard.insert_text("!")
    await signed_out(page)


async def sign_in_again(page: Page, secret: str) -> None:
    await page.get_by_label("Access token").fill(secret)
    await page.keyboard.press("Enter")
    await signed_in(page)


async def test_a_prompt_is_as_it_was_typed_after_the_session_has_ended_in_between(
    visit: Visit, console: Served
) -> None:
    await installed(console)
    visitor = await visit(Role.EDITOR, PROMPT)
    page = visitor.page
    await write_until_the_session_has_ended(visitor, "What took an hour to write.")
    await expect(page.get_by_text("What took an hour to write.")).to_be_hidden()
    await sign_in_again(page, console.secrets[Role.EDITOR])
    await expect(editor(page, "System prompt")).to_contain_text("What took an hour to write.")
    await page.get_by_role("button", name="Save as version 2").click()
    await expect(page.get_by_text("Saved as version 2")).to_be_visible()


async def test_a_dialog_that_was_open_when_the_session_ended_stops_nobody_from_signing_in(
    visit: Visit, console: Served
) -> None:
    await put(console, "kept")
    visitor = await visit(Role.EDITOR, "/#/definitions/kept/edit")
    page = visitor.page
    await page.get_by_label("Description").fill("said before")
    await page.get_by_role("button", name="Save…").click()
    save = page.get_by_role("dialog").get_by_role("button", name="Save as version 2")
    await expect(save).to_be_enabled()
    await save.focus()
    visitor.watch.expect_signed_out()
    await page.context.clear_cookies()
    # Not a click: the page may have asked something by itself, and have been refused already.
    await page.keyboard.press("Enter")
    await signed_out(page)
    await sign_in_again(page, console.secrets[Role.EDITOR])
    await save.click()
    await expect(page.get_by_text("Version 2", exact=True)).to_be_visible()
    assert (await console.viewer.get("/definitions/kept")).json()["description"] == "said before"


async def test_who_signs_in_after_somebody_else_begins_anew(visit: Visit, console: Served) -> None:
    await installed(console)
    visitor = await visit(Role.EDITOR, PROMPT)
    page = visitor.page
    await write_until_the_session_has_ended(visitor, "Not for everybody.")
    await sign_in_again(page, console.secrets[Role.VIEWER])
    await expect(editor(page, "Prompt")).to_be_visible()
    await expect(page.get_by_text("Not for everybody.")).to_have_count(0)


async def test_what_is_typed_into_a_prompt_while_it_is_saved_goes_on_from_there(visit: Visit, console: Served) -> None:
    await installed(console)
    page = (await visit(Role.EDITOR, PROMPT)).page
    released = await held_back(page, "**/prompts/explanation")
    await write(page, "System prompt", "First words.")
    await page.get_by_role("button", name="Save as version 2").click()
    await write(page, "System prompt", "Second words.")
    released.set()
    await expect(page.get_by_text("Saved as version 2")).to_be_visible()
    await expect(editor(page, "System prompt")).to_have_text("Second words.")
    await expect(page.get_by_text("has saved version 2")).to_have_count(0)
    await page.get_by_role("button", name="Save as version 3").click()
    await expect(page.get_by_text("Saved as version 3")).to_be_visible()
    assert await console.rows("select system, version from prompt_template where key = 'explanation'") == [
        ("Second words.", 3)
    ]


async def test_what_is_typed_into_a_definition_while_it_is_saved_stays(visit: Visit, console: Served) -> None:
    await put(console, "slow")
    page = (await visit(Role.EDITOR, "/#/definitions/slow/edit")).page
    released = await held_back(page, "**/definitions/slow")
    description = page.get_by_label("Description")
    await description.fill("first")
    await page.get_by_role("button", name="Save…").click()
    await page.get_by_role("dialog").get_by_role("button", name="Save as version 2").click()
    await page.keyboard.press("Escape")
    await description.fill("second")
    released.set()
    await expect(page.get_by_text("Version 2", exact=True)).to_be_visible()
    await expect(description).to_have_value("second")
    await expect(page.get_by_text("Not saved yet")).to_be_visible()
    await page.unroute_all()
    await page.get_by_role("button", name="Save…").click()
    await page.get_by_role("dialog").get_by_role("button", name="Save as version 3").click()
    await expect(page.get_by_text("Version 3", exact=True)).to_be_visible()
    assert (await console.viewer.get("/definitions/slow")).json()["description"] == "second"


async def test_what_is_typed_into_a_failed_step_while_it_is_saved_stays_and_no_plan_leaves_it_out(
    visit: Visit, console: Served
) -> None:
    instance = await failed(console)
    page = (await visit(Role.EDITOR, f"/#/instances/{instance}/continue")).page
    released = await held_back(page, "**/definitions/lessons")
    await type_into(page, "sql", "select n from items")
    await page.get_by_role("button", name="Save and show the plan").click()
    await type_into(page, "sql", "select n, word from items")
    released.set()
    await expect(page.get_by_text("Version 2 is saved")).to_be_visible()
    await expect(page.get_by_role("textbox", name="sql", exact=True)).to_contain_text("select n, word from items")
    await expect(page.get_by_role("button", name="Continue the instance")).to_have_count(0)


async def test_settings_that_are_taken_back_are_not_shown_any_more(visit: Visit, console: Served) -> None:
    instance = await failed(console)
    page = (await visit(Role.EDITOR, f"/#/instances/{instance}/continue")).page
    await page.get_by_text(SETTINGS).first.click()
    await type_into(page, SETTINGS, '{"timeoutSeconds": 99}')
    await page.get_by_role("button", name="Undo my changes").click()
    await page.get_by_text(SETTINGS).first.click()
    await expect(page.get_by_role("textbox", name=SETTINGS)).not_to_contain_text("99")


LIST: dict[str, Any] = {"type": "object", "properties": {"ids": {"type": "array", "default": [1]}}}


async def test_nothing_is_started_while_a_field_shows_what_cannot_be_read(visit: Visit, console: Served) -> None:
    await put(console, "counted", params_schema=LIST)
    page = (await visit(Role.OPERATOR, "/#/definitions/counted/run")).page
    run = page.get_by_role("button", name="Run", exact=True)
    await type_into(page, "ids", "[7]")
    await expect(run).to_be_enabled()
    await type_into(page, "ids", "[7, 9007199254740993]")
    await expect(run).to_be_disabled()
    await type_into(page, "ids", "[8")
    await expect(run).to_be_disabled()
    await type_into(page, "ids", "[8]")
    await run.click()
    await expect(page.get_by_role("heading", name="counted #")).to_be_visible()
    assert await console.rows("select params from batch_instance") == [({"ids": [8]},)]


async def test_a_check_that_failed_is_not_taken_for_a_good_one(visit: Visit, console: Served) -> None:
    await put(console, "checked")
    visitor = await visit(Role.EDITOR, "/#/definitions/checked/edit?view=problems")
    page = visitor.page
    await expect(page.get_by_text("Nothing is wrong").first).to_be_visible()
    visitor.watch.expect(503, "/definitions/validate")
    await page.route("**/definitions/validate", lambda route: route.fulfill(status=503))
    await page.get_by_label("Time zone").fill("Nowhere/None")
    await expect(page.get_by_text("Not checked").first).to_be_visible()
    await expect(page.get_by_text("Nothing is wrong")).to_have_count(0)


async def test_the_name_of_a_param_is_typed_through_that_of_another(visit: Visit, console: Served) -> None:
    await put(console, "named", params_schema={"type": "object", "properties": {"day": {"type": "string"}}})
    page = (await visit(Role.EDITOR, "/#/definitions/named/edit")).page
    await page.get_by_role("button", name="Add param").click()
    name = page.get_by_label("Name", exact=True).last
    await name.click()
    await page.keyboard.press("ControlOrMeta+a")
    await page.keyboard.type("day_before")
    await expect(name).to_have_value("day_before")
    await name.fill("day")
    await expect(page.get_by_text("day is already there")).to_be_visible()


async def test_a_definition_with_a_number_that_a_browser_cannot_keep_is_not_edited_in_one(
    visit: Visit, console: Served
) -> None:
    await put(console, "ids", steps=[{"key": "collect", "params": {"items": [{"id": 9007199254740993}]}}])
    page = (await visit(Role.EDITOR, "/#/definitions/ids/edit")).page
    await expect(page.get_by_role("alert")).to_contain_text("It holds the number 9007199254740993")
    await expect(page.get_by_role("button", name="Save…")).to_have_count(0)


TYPE_AND_PRESS = """([field, button]) => {
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set.call(field, field.value + ' typed on');
    field.dispatchEvent(new InputEvent('input', {bubbles: true}));
    return new Promise((drawn) => requestAnimationFrame(() => { button.click(); drawn(button.disabled); }));
}"""


async def test_no_text_is_uploaded_but_the_one_that_is_seen(visit: Visit, console: Served) -> None:
    await installed(console)
    page = (await visit(Role.OPERATOR, "/#/explanations")).page
    await page.get_by_role("button", name="Upload questions").first.click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_placeholder("2026-spring").fill("typed")
    await dialog.get_by_role("tab", name="Paste").click()
    pasted = dialog.get_by_role("tabpanel").get_by_role("textbox")
    await pasted.fill("question,answer\nWhy?,Because")
    upload = dialog.get_by_role("button", name="Upload 1 question")
    await expect(upload).to_be_enabled()
    elements = [await pasted.element_handle(), await upload.element_handle()]
    assert await page.evaluate(TYPE_AND_PRESS, elements), "it waits for what is typed"
    await upload.click()
    await expect(dialog).to_have_count(0)
    assert await console.rows("select answer from question where question = 'Why?'") == [("Because typed on",)]
