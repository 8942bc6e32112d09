"""A step fails, its definition is mended in the page, and the instance goes on with what was already done."""

from playwright.async_api import Locator, Page, expect

from engine.access import Role
from tests.console.accessibility import check_axe
from tests.console.conftest import Visit
from tests.generating import ASKING, words
from tests.harness import step
from tests.serving import Served

LESSONS = [
    step("collect", "shorten", runner="collect", params={"items": words(8)}),
    step("shorten", "teach", runner="process", params={"sql": "select n, wrod as word from items"}),
    step("teach", "done", runner="generate", params=dict(ASKING)),
    step("done"),
]


async def failed(console: Served) -> int:
    await console.harness.define(*LESSONS, name="lessons")
    return (await console.harness.engine.run("lessons")).instance_id


async def type_into(page: Page, field: str, text: str) -> None:
    await page.get_by_role("textbox", name=field, exact=True).click()
    await page.keyboard.press("ControlOrMeta+a")
    await page.keyboard.insert_text(text)


async def succeeded(page: Page) -> None:
    state = page.locator(".page-header").get_by_role("status").get_by_text("Succeeded", exact=True)
    await expect(state).to_be_visible()


def fate(plan: Locator, key: str) -> Locator:
    """What a plan has for a step."""
    return (
        plan.get_by_role("row")
        .filter(has=plan.page.get_by_role("rowheader", name=key, exact=True))
        .get_by_role("cell")
        .first
    )


async def test_a_failed_step_is_mended_and_the_rest_is_reused(visit: Visit, console: Served) -> None:
    instance = await failed(console)
    page = (await visit(Role.EDITOR, f"/#/instances/{instance}")).page
    await expect(page.get_by_text('column "wrod" does not exist')).to_be_visible()
    await page.get_by_role("link", name="Fix and continue").click()
    await type_into(page, "sql", "select n, word from items")
    await page.get_by_role("button", name="Save and show the plan").click()
    plan = page.get_by_role("group", name="Plan of the retry")
    await expect(fate(plan, "collect")).to_have_text("Reuse")
    for rerun in ("shorten", "teach", "done"):
        await expect(fate(plan, rerun)).to_have_text("Rerun")
    await check_axe(page)
    await page.get_by_role("button", name="Continue the instance").click()
    await succeeded(page)
    told = page.locator(".notice", has_text="Goes on with version 2")
    await expect(told.get_by_text("Reuse").first).to_be_visible()
    await told.get_by_text("Step by step").click()
    await expect(fate(told, "collect")).to_have_text("Reuse")
    assert await console.rows("select version, status from batch_instance where id = %s", instance) == [
        (2, "succeeded")
    ]
    assert await console.rows(
        "select attempt from batch_step where batch_instance_id = %s and step_key = 'collect'", instance
    ) == [(1,)]


async def test_what_is_wrong_is_said_at_the_field_and_nothing_is_saved(visit: Visit, console: Served) -> None:
    instance = await failed(console)
    visitor = await visit(Role.EDITOR, f"/#/instances/{instance}/continue")
    page = visitor.page
    await page.get_by_label("Step to mend").select_option("teach")
    await type_into(page, "template", "Teach {{ item.word")
    field = page.get_by_role("group", name="template", exact=True)
    await expect(field.get_by_text("unexpected end of template")).to_be_visible()
    visitor.watch.expect(422, "/definitions/lessons")
    await page.get_by_role("button", name="Save and show the plan").click()
    await expect(page.get_by_role("alert")).to_contain_text("steps[2].params.template")
    assert await console.rows("select version from batch_definition where name = 'lessons'") == [(1,)]


async def test_two_people_mend_one_definition_and_nothing_is_lost(visit: Visit, console: Served) -> None:
    instance = await failed(console)
    visitor = await visit(Role.EDITOR, f"/#/instances/{instance}/continue")
    page = visitor.page
    visitor.watch.expect(409, "/definitions/lessons")
    await type_into(page, "sql", "select n, word from items")
    theirs = [*LESSONS[:3], step("done", params={"result": {"by": "somebody else"}})]
    await console.harness.define(*theirs, name="lessons")
    await page.get_by_role("button", name="Save and show the plan").click()
    await expect(page.get_by_text("Somebody has saved version 2 meanwhile")).to_be_visible()
    await page.get_by_role("button", name="Take over version 2, keep my changes").click()
    await page.get_by_role("button", name="Save and show the plan").click()
    await expect(page.get_by_role("button", name="Continue the instance")).to_be_visible()
    ((steps,),) = await console.rows("select steps from batch_definition where name = 'lessons' and version = 3")
    params = {each["key"]: each.get("params") for each in steps}
    assert params["shorten"]["sql"] == "select n, word from items"
    assert params["done"]["result"] == {"by": "somebody else"}


async def test_what_was_mended_elsewhere_leads_to_the_plan_at_once(visit: Visit, console: Served) -> None:
    instance = await failed(console)
    mended = [
        LESSONS[0],
        step("shorten", "teach", runner="process", params={"sql": "select * from items"}),
        *LESSONS[2:],
    ]
    await console.harness.define(*mended, name="lessons")
    page = (await visit(Role.OPERATOR, f"/#/instances/{instance}/continue")).page
    await expect(page.get_by_role("heading", name="2. Look at the plan")).to_be_visible()
    await expect(page.get_by_role("heading", name="1. Mend the definition")).to_have_count(0)
    await page.get_by_role("button", name="Continue the instance").click()
    await succeeded(page)
    assert await console.rows("select version from batch_instance where id = %s", instance) == [(2,)]


async def test_a_retry_shows_its_plan_before_it_runs(visit: Visit, console: Served) -> None:
    await console.harness.define(
        step("collect", "load"), step("load", params={"failTimes": 1, "errorClass": "invalid"})
    )
    instance = (await console.harness.engine.run("pipeline")).instance_id
    page = (await visit(Role.OPERATOR, f"/#/instances/{instance}")).page
    await page.get_by_role("button", name="Retry").click()
    dialog = page.get_by_role("dialog", name=f"Retry pipeline #{instance}?")
    await expect(fate(dialog, "collect")).to_have_text("Reuse")
    await expect(fate(dialog, "load")).to_have_text("Rerun")
    await dialog.get_by_role("button", name="Retry").click()
    await succeeded(page)
    assert console.harness.noop.of(instance) == ["collect", "load", "load"]
