"""Rehearse a definition, read what it would cost, run it, watch it finish; and what is refused on the way."""

import re
from typing import Any

from playwright.async_api import Locator, Page, expect

from engine.access import Role
from tests.console.accessibility import check_axe
from tests.console.browsing import check_fits, show_everywhere
from tests.console.conftest import Visit
from tests.generating import generating
from tests.harness import step
from tests.serving import Served

LEVEL: dict[str, Any] = {
    "type": "object",
    "properties": {
        "level": {"type": "integer", "minimum": 1, "maximum": 6, "description": "How hard the words are."},
        "audience": {"type": "string", "enum": ["children", "adults"], "default": "adults"},
    },
    "required": ["level"],
    "additionalProperties": False,
}
TEACHING = generating(30, template="Teach {{ item.word }} at level {{ params.level }}.")


async def lessons(console: Served, **columns: Any) -> None:
    await console.harness.define(*TEACHING, **{"name": "lessons", "params_schema": LEVEL, "budget_usd": "5"} | columns)


async def instances(console: Served) -> list[tuple[Any, ...]]:
    return await console.rows("select params, budget_usd, rehearsal is not null from batch_instance order by id")


def status(page: Page, word: str) -> Locator:
    return page.locator(".page-header").get_by_role("status").get_by_text(word, exact=True)


async def test_a_definition_is_rehearsed_priced_run_and_watched(visit: Visit, console: Served) -> None:
    await lessons(console)
    page = (await visit(Role.OPERATOR, "/#/definitions/lessons")).page
    await page.get_by_role("link", name="Rehearse…").click()
    await page.get_by_label("level").fill("3")
    await page.get_by_label("Items to try of each step").fill("5")
    await page.get_by_role("button", name="Rehearse", exact=True).click()
    await expect(page.get_by_role("heading", name="Rehearsal of lessons")).to_be_visible()
    await expect(page.get_by_text("Nothing stands against a run")).to_be_visible()
    price = page.get_by_role("region", name="What the real run costs")
    line = price.get_by_role("row").filter(has=page.get_by_role("rowheader", name="generate"))
    await expect(line.get_by_role("cell", name="30", exact=True)).to_be_visible()
    await expect(price.get_by_text("$5.00")).to_be_visible()
    asking = page.get_by_role("region", name="generate", exact=True)
    await expect(asking.get_by_text(re.compile(r"Teach word\d+ at level 3\.")).first).to_be_visible()
    await expect(asking.get_by_text("Sample answer, made up").first).to_be_visible()
    await expect(page.get_by_text("asked for a sample")).to_be_visible()
    await page.get_by_role("link", name="Run for real…").click()
    await expect(page.get_by_label("level")).to_have_value("3")
    await page.get_by_label("The most that this instance may spend").fill("1.5")
    await page.get_by_role("button", name="Run", exact=True).click()
    await expect(status(page, "Succeeded")).to_be_visible()
    (rehearsed, ran) = await instances(console)
    assert rehearsed[0]["level"] == ran[0]["level"] == 3
    assert (rehearsed[2], ran[2], float(ran[1])) == (True, False, 1.5)


async def test_params_that_do_not_fit_are_said_at_their_fields(visit: Visit, console: Served) -> None:
    await lessons(console)
    visitor = await visit(Role.OPERATOR, "/#/definitions/lessons/run")
    page = visitor.page
    visitor.watch.expect(422, "/definitions/lessons/run")
    await page.get_by_label("level").fill("9")
    await page.get_by_role("button", name="Run", exact=True).click()
    wrong = page.locator(".field--wrong", has_text="level")
    await expect(wrong.locator(".field__problem")).to_contain_text("6")
    await check_axe(page)
    await page.get_by_label("level").fill("6")
    await page.get_by_role("button", name="Run", exact=True).click()
    await expect(page.get_by_role("heading", name="lessons #")).to_be_visible()
    assert len(await instances(console)) == 1


async def test_a_budget_above_the_definitions_is_said_at_its_field(visit: Visit, console: Served) -> None:
    await lessons(console, params_schema={"type": "object"})
    visitor = await visit(Role.OPERATOR, "/#/definitions/lessons/run")
    page = visitor.page
    visitor.watch.expect(422, "/definitions/lessons/run")
    await expect(page.get_by_text("This definition takes no params.")).to_be_visible()
    await page.get_by_label("The most that this instance may spend").fill("50")
    await page.get_by_role("button", name="Run", exact=True).click()
    await expect(page.locator(".field--wrong .field__problem")).to_be_visible()
    assert await instances(console) == []


async def test_a_start_whose_answer_was_lost_is_not_made_twice(visit: Visit, console: Served) -> None:
    await lessons(console)
    visitor = await visit(Role.OPERATOR, "/#/definitions/lessons/run")
    page = visitor.page
    await page.get_by_label("level").fill("2")
    visitor.watch.expect(503, "/definitions/lessons/run")

    async def lose(route: Any) -> None:
        await route.fetch()
        await route.fulfill(status=503, json={"title": "The database cannot be reached", "detail": "try again"})

    await page.route("**/definitions/lessons/run", lose)
    await page.get_by_role("button", name="Run", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("try again")
    await page.unroute("**/definitions/lessons/run")
    await page.get_by_role("button", name="Run", exact=True).click()
    await expect(page.get_by_role("heading", name="lessons #")).to_be_visible()
    assert len(await instances(console)) == 1


async def test_a_rehearsal_says_first_what_would_go_wrong(visit: Visit, console: Served) -> None:
    await lessons(console, budget_usd="0.000001", params_schema={"type": "object"})
    await console.harness.define(*generating(30), name="lessons", budget_usd="0.000001")
    page = (await visit(Role.OPERATOR, "/#/definitions/lessons/rehearse")).page
    await page.get_by_role("button", name="Rehearse", exact=True).click()
    await expect(page.get_by_text("May cost more than the budget")).to_be_visible()
    problems = page.locator(".notice", has_text="What would go wrong")
    await expect(problems).to_contain_text("generate: would stop before it pays")
    await console.harness.define(*generating(30), name="lessons")
    await page.reload()
    await expect(page.get_by_text("Version 1 was rehearsed; version")).to_have_count(0)
    await expect(page.get_by_text("was rehearsed; version")).to_be_visible()


async def test_one_step_is_rehearsed_on_what_an_instance_has_made(visit: Visit, console: Served) -> None:
    await lessons(console)
    ended = await console.harness.engine.run("lessons", params={"level": 4})
    visitor = await visit(Role.OPERATOR, "/#/definitions/lessons/rehearse")
    page = visitor.page
    await page.get_by_label("What to rehearse").select_option("generate")
    await page.get_by_label("On what this instance has made").fill(str(ended.instance_id))
    await page.get_by_role("button", name="Rehearse", exact=True).click()
    await expect(page.get_by_text(f"only step generate, on what instance {ended.instance_id} has made")).to_be_visible()
    await expect(page.get_by_text(re.compile(r"Teach word\d+ at level 4\.")).first).to_be_visible()
    await expect(page.get_by_role("link", name="Run for real…")).to_have_count(0)


async def test_every_page_is_open_to_everybody(visit: Visit, console: Served) -> None:
    await lessons(console)
    report = await console.harness.engine.rehearse("lessons", params={"level": 3}, sample=5)
    await console.harness.define(step("ask", params={"failTimes": 9, "errorClass": "invalid"}), name="plain")
    visitor = await visit(Role.OPERATOR, f"/#/rehearsals/{report}")
    await expect(visitor.page.get_by_text("Nothing stands against a run")).to_be_visible()
    pages = {
        "rehearsal": f"/#/rehearsals/{report}",
        "rehearse": "/#/definitions/lessons/rehearse",
        "run": f"/#/definitions/lessons/run?like={report}",
        "run-plain": "/#/definitions/plain/run",
    }
    for name, address in pages.items():
        await visitor.go(address)
        await expect(visitor.page.locator("main h1")).to_be_visible()
        await expect(visitor.page.locator(".loading")).to_have_count(0)
        await check_axe(visitor.page)
        await check_fits(visitor.page)
        await show_everywhere(visitor.page, name)
