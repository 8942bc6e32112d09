"""A draft before its first save: what is wrong with it, in the language of the page, and how it comes to a rehearsal."""

from playwright.async_api import expect

from engine.access import Role
from tests.console.browsing import screenshot
from tests.console.conftest import Visit
from tests.console.test_editor import add_step, panel, write
from tests.serving import Served


async def test_what_is_wrong_with_a_definition_is_said_in_korean(visit: Visit, console: Served) -> None:
    await console.harness.engine.apply([{"name": "daily", "steps": [{"key": "collect", "params": {"items": [1]}}]}])
    visitor = await visit(Role.EDITOR, "/#/definitions/daily/edit", language="ko")
    visitor.watch.expect(422, "/definitions/preview")
    page = visitor.page
    await expect(page.get_by_text("문제 없음").first).to_be_visible()
    await page.get_by_label("Cron").fill("61 * * * *")
    await page.get_by_label("시간대").fill("Asia/Seol")
    await page.get_by_role("tab", name="문제").click()
    problems = page.get_by_role("tabpanel")
    await expect(problems).to_contain_text('"61 * * * *": 분이(가) 잘못되었거나 오지 않는 값입니다')
    await expect(problems).to_contain_text('"Asia/Seol"은(는) 없는 시간대입니다')
    await expect(problems).to_contain_text('("Asia/Seoul"을(를) 쓰려던 것인가요?)')
    await screenshot(page, "korean-problems")


async def test_a_new_definition_is_saved_switched_off_before_it_is_rehearsed(visit: Visit, console: Served) -> None:
    page = (await visit(Role.EDITOR, "/#/new")).page
    await expect(page.get_by_role("button", name="Rehearse")).to_be_disabled()
    await page.get_by_label("Name").fill("fresh")
    await add_step(page, "collect")
    await panel(page).get_by_label("One of").select_option("items")
    await write(page, "items", '[{"id": 1}]')
    await expect(page.get_by_text("Nothing is wrong")).to_be_visible()
    await page.get_by_role("button", name="Rehearse this draft…").click()
    await page.get_by_role("dialog").get_by_role("button", name="Switch off and save…").click()
    await page.get_by_role("dialog").get_by_role("button", name="Save as version 1").click()
    await page.wait_for_url("**/#/definitions/fresh/edit**")
    saved = (await console.viewer.get("/definitions/fresh")).json()
    assert (saved["version"], saved["enabled"]) == (1, False)
    await page.get_by_role("button", name="Rehearse…").click()
    await page.get_by_role("dialog").get_by_role("button", name="Rehearse", exact=True).click()
    await expect(page.get_by_role("dialog").get_by_text("Costs nothing")).to_be_visible()


async def test_the_buttons_of_the_editor_fill_their_lines_on_a_narrow_screen(visit: Visit, console: Served) -> None:
    await console.harness.engine.apply([{"name": "daily", "steps": [{"key": "collect", "params": {"items": [1]}}]}])
    page = (await visit(Role.EDITOR, "/#/definitions/daily/edit", width=400)).page
    buttons = page.locator(".page-header__actions > .button")
    await expect(buttons).to_have_count(5)
    places = await buttons.evaluate_all(
        "all => all.map(one => one.getBoundingClientRect()).map(({top, right}) => [Math.round(top), Math.round(right)])"
    )
    ends = {top: max(right for other, right in places if other == top) for top, _ in places}
    assert len(set(ends.values())) == 1, places
