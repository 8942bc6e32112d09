"""The pages of instances: a live list, why something does not run, cancelling, and an item with what was asked for it."""

from playwright.async_api import Locator, Page, expect

from engine.access import Role
from tests.console.accessibility import check_axe
from tests.console.browsing import check_fits, show_everywhere
from tests.console.conftest import Visit, Visitor
from tests.generating import generating
from tests.harness import step
from tests.serving import Served

WAITING = [step("collect", "load", params={"seconds": 600}), step("load")]
"""Runs until it is cancelled."""


async def started(console: Served, *steps: dict[str, object], name: str = "pipeline", **columns: object) -> int:
    await console.harness.define(*steps, name=name, **columns)
    return await console.harness.engine.start(name)


async def ended(console: Served, *steps: dict[str, object], name: str = "pipeline", **columns: object) -> int:
    await console.harness.define(*steps, name=name, **columns)
    return (await console.harness.engine.run(name)).instance_id


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=name))


def status(page: Page, word: str) -> Locator:
    return page.locator(".page-header").get_by_role("status").get_by_text(word, exact=True)


def asked(visitor: Visitor, beginning: str) -> list[str]:
    return [path for path in visitor.watch.asked if path.startswith(beginning)]


async def test_the_list_is_live_by_one_stream_and_asks_nothing_for_each_row(visit: Visit, console: Served) -> None:
    await console.harness.define(*WAITING)
    first = [await console.harness.engine.start("pipeline") for _ in range(20)]
    visitor = await visit(Role.VIEWER, "/#/instances")
    page = visitor.page
    await expect(page.get_by_role("row")).to_have_count(21)
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    late = await console.harness.engine.start("pipeline")
    await expect(row(page, f"pipeline #{late}")).to_be_visible()
    await console.harness.engine.cancel(first[0])
    await expect(row(page, f"pipeline #{first[0]}").get_by_text("Cancelled")).to_be_visible()
    assert len(asked(visitor, "/events")) == 1
    assert asked(visitor, "/instances/") == []
    assert len(asked(visitor, "/instances")) <= 4


async def test_a_list_is_narrowed_down_in_its_address(visit: Visit, console: Served) -> None:
    done = await ended(console, step("a"), name="quick")
    await ended(console, step("a", params={"failTimes": 9, "errorClass": "invalid"}), name="broken")
    page = (await visit(Role.VIEWER, "/#/instances")).page
    await page.get_by_label("Definition").select_option("quick")
    await expect(page.get_by_role("row")).to_have_count(2)
    await expect(row(page, f"quick #{done}")).to_be_visible()
    assert page.url.endswith("/#/instances?definition=quick")
    await page.get_by_label("Status").select_option("failed")
    await expect(page.get_by_role("heading", name="No instance fits these filters")).to_be_visible()
    await page.get_by_role("main").get_by_role("button", name="Clear filters").last.click()
    await expect(page.get_by_text("a: failure 1")).to_be_visible()


async def test_without_instances_the_list_says_what_to_do(visit: Visit) -> None:
    page = (await visit(Role.VIEWER, "/#/instances")).page
    await expect(page.get_by_role("heading", name="No instances yet")).to_be_visible()
    await page.get_by_role("link", name="To the definitions").click()
    await expect(page.get_by_role("heading", name="Definitions", exact=True)).to_be_visible()


async def test_an_instance_finishes_before_ones_eyes(visit: Visit, console: Served) -> None:
    snoozing = {"snoozeTimes": 60}
    instance = await started(console, step("collect", "load", params=snoozing), step("load"))
    visitor = await visit(Role.VIEWER, f"/#/instances/{instance}?view=list")
    page = visitor.page
    await expect(status(page, "Succeeded")).to_be_visible()
    await expect(page.get_by_role("button", name="load noop").get_by_text("Succeeded")).to_be_visible()
    await expect(page.get_by_text("2/2", exact=True)).to_be_visible()
    await expect(page.get_by_text("Live", exact=True), "what has ended does not change").to_have_count(0)
    assert len(asked(visitor, "/events")) == 1


async def test_without_a_stream_the_page_asks_now_and_then(visit: Visit, console: Served) -> None:
    instance = await started(console, *WAITING)
    visitor = await visit(Role.OPERATOR)
    visitor.watch.expect(404, "/events")
    await visitor.page.route("**/events?*", lambda route: route.fulfill(status=404, body=""))
    await visitor.go(f"/#/instances/{instance}")
    await expect(visitor.page.get_by_text("Polling", exact=True)).to_be_visible()
    await console.harness.engine.cancel(instance)
    await expect(status(visitor.page, "Cancelled")).to_be_visible(timeout=15_000)


async def test_an_operator_cancels_after_being_asked(visit: Visit, console: Served) -> None:
    instance = await started(console, *WAITING)
    page = (await visit(Role.OPERATOR, f"/#/instances/{instance}")).page
    await page.get_by_role("button", name="Cancel", exact=True).click()
    dialog = page.get_by_role("dialog", name=f"Cancel pipeline #{instance}?")
    await expect(dialog.get_by_text("stopped by its workers")).to_be_visible()
    await dialog.get_by_role("button", name="Let it run").click()
    await expect(dialog).to_have_count(0)
    await page.get_by_role("button", name="Cancel", exact=True).click()
    await dialog.get_by_role("button", name="Cancel the instance").click()
    await expect(status(page, "Cancelled")).to_be_visible()
    assert await console.rows("select status from batch_instance where id = %s", instance) == [("cancelled",)]
    log = await console.rows("select role, outcome from audit_log where action = 'instance.cancel'")
    assert log == [("operator", "done")]


async def test_a_viewer_sees_no_button_that_the_server_would_refuse(visit: Visit, console: Served) -> None:
    running = await started(console, *WAITING)
    failed = await ended(console, step("a", params={"failTimes": 9, "errorClass": "invalid"}), name="broken")
    visitor = await visit(Role.VIEWER, f"/#/instances/{running}")
    page = visitor.page
    await expect(page.get_by_role("button", name="Why is this not running?")).to_be_visible()
    await expect(page.get_by_role("button", name="Cancel")).to_have_count(0)
    await visitor.go(f"/#/instances/{failed}")
    await expect(page.get_by_text("Step a failed")).to_be_visible()
    await expect(page.get_by_role("button", name="Retry")).to_have_count(0)
    await expect(page.get_by_role("link", name="Fix and continue")).to_have_count(0)


async def test_why_something_does_not_run_is_said_in_words(visit: Visit, console: Served) -> None:
    await console.harness.define(*WAITING, max_active=1)
    await console.harness.engine.start("pipeline")
    waiting = await console.harness.engine.start("pipeline")
    page = (await visit(Role.VIEWER, f"/#/instances/{waiting}")).page
    await page.get_by_role("button", name="Why is this not running?").click()
    dialog = page.get_by_role("dialog", name="Why is this not running?")
    await expect(dialog.get_by_text("1 of at most 1 instances")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Why is this not running?")).to_be_focused()


async def test_an_item_leads_to_its_prompt_and_its_answer(visit: Visit, console: Served) -> None:
    instance = await ended(console, *generating(30))
    page = (await visit(Role.VIEWER, f"/#/instances/{instance}?tab=items&of=generate")).page
    await page.get_by_role("region", name="Items of generate").get_by_role("link").nth(3).click()
    await expect(page.get_by_role("heading", name="Item 3")).to_be_visible()
    await expect(page.get_by_text("Teach the word word3.")).to_be_visible()
    await expect(page.get_by_text("Accepted", exact=True)).to_be_visible()
    ((answer,),) = await console.rows(
        "select answer.answer from provider_answer as answer join provider_batch_item using (request_hash) where seq = 3"
    )
    await expect(page.get_by_text(answer)).to_be_visible()


async def test_failed_items_are_grouped_by_reason_and_a_group_leads_to_its_items(visit: Visit, console: Served) -> None:
    instance = await ended(console, *generating(40, template="Teach {{ item.wrod }}."))
    page = (await visit(Role.VIEWER, f"/#/instances/{instance}?step=generate")).page
    panel = page.get_by_role("complementary", name="Step generate")
    group = panel.get_by_role("link", name="40 prompt: it cannot be made")
    await expect(group).to_be_visible()
    await group.click()
    await expect(page.get_by_role("region", name="Items of generate").get_by_role("link")).not_to_have_count(0)
    await expect(page.locator(".chosen-reason")).to_contain_text("item.wrod is undefined")


async def test_a_hundred_thousand_items_are_scrolled_without_being_loaded(visit: Visit, console: Served) -> None:
    instance = await ended(console, step("collect", params={"items": 100_000}))
    visitor = await visit(Role.VIEWER, f"/#/instances/{instance}?tab=items&of=collect")
    items = visitor.page.get_by_role("group", name="Items of collect")
    await expect(items.get_by_role("link").first).to_be_visible()
    for _ in range(3):
        await items.evaluate("list => list.scrollTo(0, list.scrollHeight)")
        await visitor.page.wait_for_function(
            "list => list.scrollHeight - list.scrollTop > 2 * list.clientHeight", arg=await items.element_handle()
        )
    assert await items.get_by_role("link").count() < 60
    assert len(asked(visitor, f"/instances/{instance}/steps/collect/items")) <= 10, "of a thousand pages"
    await items.get_by_role("link").last.click()
    await expect(visitor.page.get_by_role("heading", level=1, name="Item ")).to_be_visible()


async def test_the_timeline_has_each_attempt_and_the_log_says_what_happened(visit: Visit, console: Served) -> None:
    quick = {"maxAttempts": 3, "intervalSeconds": 0.01, "jitter": "none"}
    instance = await ended(console, step("collect", "load", params={"failTimes": 1}, retry=quick), step("load"))
    page = (await visit(Role.VIEWER, f"/#/instances/{instance}?tab=timeline")).page
    collect = page.get_by_role("list", name="Timeline").get_by_role("button", name="collect")
    await expect(collect).to_contain_text("Attempt 1: Failed")
    await expect(collect).to_contain_text("Attempt 2: Succeeded")
    await page.get_by_role("tab", name="Log").click()
    await expect(page.get_by_role("region", name="Log").get_by_text("failure 1")).to_be_visible()


async def test_a_step_is_opened_and_closed_by_keyboard(visit: Visit, console: Served) -> None:
    instance = await ended(console, step("collect", "load"), step("load"))
    page = (await visit(Role.VIEWER, f"/#/instances/{instance}?view=list")).page
    load = page.get_by_role("button", name="load noop")
    await load.focus()
    await page.keyboard.press("Enter")
    panel = page.get_by_role("complementary", name="Step load")
    await expect(panel.get_by_role("heading", name="load")).to_be_focused()
    await expect(panel.get_by_text("Step load succeeded")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(panel).to_have_count(0)
    await expect(load).to_be_focused()


async def test_what_is_not_there_is_said_in_the_servers_words(visit: Visit, console: Served) -> None:
    visitor = await visit(Role.VIEWER)
    visitor.watch.expect(404, "/instances/404")
    visitor.watch.expect(404, "/instances/404/steps")
    await visitor.go("/#/instances/404")
    await expect(visitor.page.get_by_text("there is no instance 404")).to_be_visible()


async def test_every_page_is_open_to_everybody(visit: Visit, console: Served) -> None:
    answered = await ended(console, *generating(12), name="words")
    broken = await ended(
        console, step("collect", "load"), step("load", params={"failTimes": 9, "errorClass": "invalid"})
    )
    pages = {
        "instances": "/#/instances",
        "instance": f"/#/instances/{broken}",
        "instance-step": f"/#/instances/{broken}?step=load",
        "instance-timeline": f"/#/instances/{answered}?tab=timeline",
        "instance-steps": f"/#/instances/{broken}?tab=steps",
        "instance-items": f"/#/instances/{answered}?tab=items&of=generate",
        "instance-log": f"/#/instances/{answered}?tab=log",
        "instance-results": f"/#/instances/{answered}?tab=results",
        "instance-item": f"/#/instances/{answered}/steps/generate/items/0/3",
        "instance-one-step": f"/#/instances/{answered}/steps/generate",
        "instance-retry": f"/#/instances/{broken}?do=retry",
        "instance-continue": f"/#/instances/{broken}/continue",
    }
    visitor = await visit(Role.EDITOR)
    for name, address in pages.items():
        await visitor.go(address)
        await expect(visitor.page.locator("main h1")).to_be_visible()
        await expect(visitor.page.locator(".loading")).to_have_count(0)
        await check_axe(visitor.page)
        await check_fits(visitor.page)
        await show_everywhere(visitor.page, name)
