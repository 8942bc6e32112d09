"""Prompts as an editor writes them: with what they would say to real rows, and never over what somebody else saved."""

from playwright.async_api import Locator, Page, expect

from engine.access import Role
from tests.console.accessibility import check_axe
from tests.console.browsing import check_fits, go_to, screenshot, show_everywhere
from tests.console.conftest import Visit
from tests.questions import install
from tests.serving import Served
from tests.uploads import GOOD, done

ADDRESS = "/#/explanations/prompts/explanation"


def editor(page: Page, label: str) -> Locator:
    return page.get_by_role("textbox", name=label, exact=True)


async def write(page: Page, label: str, text: str) -> None:
    """Type a text over what stands there, as somebody at a keyboard does."""
    await editor(page, label).click()
    await page.keyboard.press("ControlOrMeta+a")
    await page.keyboard.insert_text(text)


def preview(page: Page) -> Locator:
    return page.get_by_role("region", name="Preview on real rows")


async def installed(console: Served) -> None:
    await install(console.harness)
    await done(console, GOOD)


async def test_a_system_prompt_is_edited_with_a_preview_on_real_rows(visit: Visit, console: Served) -> None:
    await installed(console)
    page = (await visit(Role.EDITOR, "/#/explanations/prompts")).page
    await expect(page.get_by_role("row").filter(has_text="explanation").first).to_contain_text("explanation")
    await page.get_by_role("link", name="explanation", exact=True).first.click()
    await expect(preview(page)).to_contain_text("What makes ATP?")
    await write(page, "System prompt", "You explain in {{ params.tone }}, briefly.")
    await expect(preview(page)).to_contain_text("tone")
    await write(page, "System prompt", "You explain briefly.")
    await expect(preview(page).get_by_text("You explain briefly.").first).to_be_visible()
    await page.get_by_role("button", name="Save as version 2").click()
    await expect(page.get_by_text("Saved as version 2")).to_be_visible()
    await expect(page.get_by_text("Version 2", exact=True)).to_be_visible()
    rows = await console.rows("select system, version from prompt_template where key = 'explanation'")
    assert rows == [("You explain briefly.", 2)]


async def test_what_is_wrong_is_said_at_its_field_as_one_types(visit: Visit, console: Served) -> None:
    await installed(console)
    visitor = await visit(Role.EDITOR, ADDRESS)
    visitor.watch.expect(422, "/prompts/preview")
    visitor.watch.expect(422, "/prompts/explanation")
    page = visitor.page
    await write(page, "Prompt", "Explain {{ itm.question }}")
    field = page.get_by_role("group", name="Prompt", exact=True)
    await expect(field.get_by_text('unknown name "itm"')).to_be_visible()
    await write(page, "Prompt", "Explain {{ item.question }}")
    await expect(field.get_by_text('unknown name "itm"')).to_have_count(0)
    schema = page.get_by_role("group", name="Schema of the answer (JSON)")
    await write(page, "Schema of the answer (JSON)", "[1]")
    await expect(schema.get_by_text("A schema is a JSON object.")).to_be_visible()
    await expect(page.get_by_role("button", name="Save as version 2")).to_be_disabled()
    await write(page, "Schema of the answer (JSON)", '{"type": "array"}')
    await page.get_by_role("button", name="Save as version 2").click()
    await expect(schema.get_by_text('must be "object"')).to_be_visible()
    assert await console.rows("select version from prompt_template where key = 'explanation'") == [(1,)]


async def test_the_second_of_two_editors_is_told_and_loses_nothing(visit: Visit, console: Served) -> None:
    await installed(console)
    visitor = await visit(Role.EDITOR, ADDRESS)
    visitor.watch.expect(409, "/prompts/explanation")
    page = visitor.page
    await write(page, "System prompt", "My words.")
    body = (await console.viewer.get("/prompts/explanation")).json()
    theirs = {"body": body["body"], "system": "Their words.", "response_schema": body["response_schema"], "version": 1}
    assert (await console.admin.put("/prompts/explanation", json=theirs)).json()["version"] == 2
    await page.get_by_role("button", name="Save as version 2").click()
    dialog = page.get_by_role("dialog", name="Somebody else was faster")
    await expect(dialog).to_contain_text("while you edited version 1")
    await expect(dialog.get_by_role("insertion").filter(has_text="Their words.").first).to_be_visible()
    await check_axe(page)
    await screenshot(page, "prompts-conflict")
    await dialog.get_by_role("button", name="Go on with my text, over version 2").click()
    await expect(editor(page, "System prompt")).to_have_text("My words.")
    await page.get_by_role("button", name="Save as version 3").click()
    await expect(page.get_by_text("Saved as version 3")).to_be_visible()
    texts = await console.rows(
        "select version, system from prompt_template_version where key = 'explanation' and version > 1 order by 1"
    )
    assert texts == [(2, "Their words."), (3, "My words.")]


async def test_versions_are_compared_and_an_old_one_comes_back(visit: Visit, console: Served) -> None:
    await installed(console)
    before = (await console.viewer.get("/prompts/explanation")).json()
    edit = {"body": before["body"] + "\nOne more line.", "system": before["system"], "version": 1}
    await console.editor.put("/prompts/explanation", json=edit)
    page = (await visit(Role.EDITOR, f"{ADDRESS}?tab=versions")).page
    await expect(page.get_by_role("insertion").filter(has_text="One more line.")).to_be_visible()
    await check_axe(page)
    await screenshot(page, "prompts-versions")
    await page.get_by_role("button", name="Restore version 1").click()
    await page.get_by_role("dialog").get_by_role("button", name="Restore version 1").click()
    await expect(page.get_by_text("Saved as version 3")).to_be_visible()
    assert (await console.viewer.get("/prompts/explanation")).json()["body"] == before["body"]


async def test_a_new_prompt_is_there_once_it_is_saved(visit: Visit, console: Served) -> None:
    await installed(console)
    visitor = await visit(Role.EDITOR, "/#/explanations/prompts")
    visitor.watch.expect(404, "/prompts/hint")
    page = visitor.page
    await page.get_by_role("button", name="New prompt").click()
    await page.get_by_role("textbox", name="Key").fill("hint")
    await page.get_by_role("button", name="Write it").click()
    await write(page, "Prompt", "Give a hint for {{ item.question }}")
    await expect(preview(page)).to_contain_text("Give a hint for ")
    await page.get_by_role("button", name="Save as version 1").click()
    await expect(page.get_by_text("Saved as version 1")).to_be_visible()
    assert await console.rows("select version from prompt_template where key = 'hint'") == [(1,)]


async def test_a_viewer_reads_and_previews_and_cannot_save(visit: Visit, console: Served) -> None:
    await installed(console)
    page = (await visit(Role.VIEWER, ADDRESS)).page
    await expect(preview(page)).to_contain_text("What makes ATP?")
    await expect(page.get_by_role("button", name="Save")).to_have_count(0)
    await expect(editor(page, "Prompt")).to_have_attribute("contenteditable", "false")


async def test_the_pages_of_prompts_are_for_everybody_at_every_size(visit: Visit, console: Served) -> None:
    await installed(console)
    page = (await visit(Role.EDITOR, "/#/explanations/prompts")).page
    for address, heading in (("", "Prompts"), ("/explanation", "explanation")):
        await go_to(page, f"{console.url}/#/explanations/prompts{address}")
        await expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()
        await expect(page.locator(".loading")).to_have_count(0)
        await check_axe(page)
        await check_fits(page)
        await show_everywhere(page, f"prompts{address.replace('/', '-')}")
        await page.evaluate("localStorage.setItem('batchdag.language', 'en')")
        await page.reload()
