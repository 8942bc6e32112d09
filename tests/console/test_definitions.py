"""The pages of definitions: found in the list, told at a glance, and taken back to what they were."""

from playwright.async_api import Locator, Page, expect

from engine.access import Role
from tests.console.accessibility import check_axe
from tests.console.browsing import check_fits, show_everywhere
from tests.console.conftest import Visit, Visitor
from tests.generating import generating
from tests.harness import step
from tests.serving import Served

BROKEN = step("a", params={"failTimes": 9, "errorClass": "invalid"})
LIMIT = {"type": "object", "properties": {"limit": {"type": "integer"}}}
SQL = "select n, word\nfrom items\norder by n"


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True))


def asked(visitor: Visitor, path: str) -> int:
    return visitor.watch.asked.count(path)


async def edited(console: Served) -> None:
    """Two versions: the second reads another column, and fires."""
    await console.harness.define(step("collect", runner="collect", params={"sql": SQL}), name="daily")
    second = step("collect", runner="collect", params={"sql": SQL.replace("n, word", "n, upper(word) as word")})
    await console.harness.define(second, name="daily", cron="0 3 * * *", description="Collects the words of the day.")


async def versions(console: Served, name: str = "daily") -> list[int]:
    found = await console.rows(
        "select edit.version from batch_definition_version as edit join batch_definition on id = definition_id"
        " where name = %s order by 1",
        name,
    )
    return [version for (version,) in found]


async def test_the_list_tells_how_each_definition_fares(visit: Visit, console: Served) -> None:
    await console.harness.run(step("a"), name="pipeline", cron="0 3 * * *", description="Runs every night.")
    await console.harness.define(BROKEN, name="broken")
    await console.harness.engine.run("broken")
    await console.harness.define(step("a"), name="idle", enabled=False)
    page = (await visit(Role.VIEWER, "/#/definitions")).page
    await expect(row(page, "pipeline").get_by_text("Succeeded", exact=True)).to_be_visible()
    await expect(row(page, "pipeline").get_by_text("Runs every night.")).to_be_visible()
    await expect(
        row(page, "pipeline").get_by_role("img", name="Last 1 instance: 1 succeeded, 0 failed")
    ).to_be_visible()
    await expect(row(page, "broken").get_by_text("Failed", exact=True)).to_be_visible()
    await expect(row(page, "broken").get_by_text("By hand only")).to_be_visible()
    await expect(row(page, "idle").get_by_text("Disabled")).to_be_visible()
    await expect(row(page, "idle").get_by_text("Never run")).to_be_visible()


async def test_the_list_is_narrowed_down_and_ordered_in_its_address(visit: Visit, console: Served) -> None:
    for name in ("apples", "pears"):
        await console.harness.define(step("a"), name=name)
    await console.harness.define(BROKEN, name="plums")
    await console.harness.engine.run("plums")
    page = (await visit(Role.VIEWER, "/#/definitions")).page
    await page.get_by_label("Search").fill("p s")
    await expect(page.get_by_text("3 of 3")).to_be_visible()
    await page.get_by_label("Search").fill("pear")
    await expect(page.get_by_role("row")).to_have_count(2)
    assert page.url.endswith("/#/definitions?q=pear")
    await page.get_by_label("Show").select_option("failing")
    await expect(page.get_by_role("heading", name="No definition fits")).to_be_visible()
    await page.get_by_role("button", name="Show all").click()
    await page.get_by_role("button", name="Last run").click()
    await expect(page.get_by_role("rowheader").first).to_contain_text("plums")


async def test_a_run_is_seen_in_the_list_without_asking(visit: Visit, console: Served) -> None:
    await console.harness.define(step("a"))
    visitor = await visit(Role.VIEWER, "/#/definitions")
    page = visitor.page
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    await expect(row(page, "pipeline").get_by_text("Never run")).to_be_visible()
    await console.harness.engine.run("pipeline")
    await expect(row(page, "pipeline").get_by_text("Succeeded", exact=True)).to_be_visible()
    assert asked(visitor, "/events") == 1
    assert asked(visitor, "/definitions") <= 4


async def test_without_definitions_the_list_says_what_to_do(visit: Visit) -> None:
    page = (await visit(Role.EDITOR, "/#/definitions")).page
    await expect(page.get_by_role("heading", name="No definitions yet")).to_be_visible()
    await expect(page.get_by_role("main").get_by_role("link", name="New definition").last).to_be_visible()


async def test_a_definition_is_told_at_a_glance(visit: Visit, console: Served) -> None:
    await console.harness.define(*generating(12), name="words", budget_usd="2.50", params_schema=LIMIT)
    ended = await console.harness.engine.run("words")
    page = (await visit(Role.VIEWER, "/#/definitions/words?view=list")).page
    await expect(page.get_by_role("heading", name="words", exact=True)).to_be_visible()
    await expect(page.get_by_text("$2.50")).to_be_visible()
    await expect(page.get_by_text("limit", exact=True)).to_be_visible()
    await expect(page.get_by_role("link", name=f"words #{ended.instance_id}")).to_be_visible()
    await page.get_by_role("button", name="generate generate").click()
    about = page.get_by_role("region", name="Step generate")
    await expect(about.get_by_text("Teach the word {{ item.word }}.")).to_be_visible()
    await expect(about.get_by_text("gpt-5-mini")).to_be_visible()
    assert "step=generate" in page.url


async def test_a_viewer_sees_no_button_that_the_server_would_refuse(visit: Visit, console: Served) -> None:
    await edited(console)
    visitor = await visit(Role.VIEWER, "/#/definitions/daily")
    page = visitor.page
    await expect(page.get_by_role("link", name="Overview")).to_be_visible()
    for name in ("Run…", "Rehearse…", "Edit"):
        await expect(page.get_by_role("link", name=name, exact=True)).to_have_count(0)
    await visitor.go("/#/definitions/daily/versions")
    await expect(page.get_by_role("button", name="Compare version 1")).to_be_visible()
    await expect(page.get_by_role("button", name="Restore")).to_have_count(0)
    await visitor.go("/#/definitions/daily/run")
    await expect(page.get_by_role("heading", name="You may look, but not start anything")).to_be_visible()
    await visitor.go("/#/definitions")
    await expect(row(page, "daily")).to_be_visible()
    await expect(page.get_by_role("link", name="New definition")).to_have_count(0)


async def test_two_versions_are_compared_in_words_and_line_by_line(visit: Visit, console: Served) -> None:
    await edited(console)
    page = (await visit(Role.VIEWER, "/#/definitions/daily/versions")).page
    changes = page.get_by_role("list", name="Differences")
    await expect(changes.get_by_text("steps.collect.params.sql", exact=True)).to_be_visible()
    gone, added = (changes.locator(f".diff-lines [data-kind={kind}]") for kind in ("gone", "added"))
    await expect(gone).to_have_count(1)
    await expect(gone).to_contain_text("select n, word")
    await expect(added).to_contain_text("upper(word)")
    await expect(changes.get_by_text("0 3 * * *").last).to_be_visible()
    await page.get_by_role("button", name="Swap the two").click()
    await expect(gone).to_contain_text("upper(word)")
    assert page.url.endswith("?from=2&to=1")


async def test_an_old_version_is_restored_as_a_new_one(visit: Visit, console: Served) -> None:
    await edited(console)
    page = (await visit(Role.EDITOR, "/#/definitions/daily/versions")).page
    await page.get_by_role("button", name="Restore… version 1").click()
    dialog = page.get_by_role("dialog", name="Restore version 1?")
    await expect(dialog.locator(".diff-lines [data-kind=gone]")).to_contain_text("upper(word)")
    await check_axe(page)
    await dialog.get_by_role("button", name="Restore as version 3").click()
    await expect(page.get_by_text("Version 1 is restored as version 3.")).to_be_visible()
    await expect(page.get_by_role("rowheader").first).to_contain_text("3")
    assert await versions(console) == [1, 2, 3]
    assert await console.rows("select steps->0->'params'->>'sql', cron from batch_definition") == [(SQL, None)]


async def test_nothing_is_restored_over_what_somebody_saved_meanwhile(visit: Visit, console: Served) -> None:
    await edited(console)
    visitor = await visit(Role.EDITOR, "/#/definitions/daily/versions")
    page = visitor.page
    await page.get_by_role("button", name="Restore… version 1").click()
    dialog = page.get_by_role("dialog", name="Restore version 1?")
    await expect(dialog.get_by_role("button", name="Restore as version 3")).to_be_enabled()
    await console.harness.define(step("other"), name="daily")
    visitor.watch.expect(409, "/definitions/daily/restore")
    await dialog.get_by_role("button", name="Restore as version 3").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("version 3")
    assert await versions(console) == [1, 2, 3]
    await dialog.get_by_role("button", name="Compare with what stands now").click()
    await dialog.get_by_role("button", name="Restore as version 4").click()
    await expect(page.get_by_text("Version 1 is restored as version 4.")).to_be_visible()
    assert await versions(console) == [1, 2, 3, 4]


async def test_every_page_is_open_to_everybody(visit: Visit, console: Served) -> None:
    await edited(console)
    await console.harness.define(*generating(12), name="words", budget_usd="2.50", description="Teaches words.")
    await console.harness.engine.run("words")
    await console.harness.define(BROKEN, name="broken", enabled=False)
    await console.harness.engine.run("broken")
    pages = {
        "definitions": "/#/definitions",
        "definitions-none-fits": "/#/definitions?q=nothing",
        "definition": "/#/definitions/words",
        "definition-step": "/#/definitions/words?view=list&step=generate",
        "definition-versions": "/#/definitions/daily/versions",
    }
    visitor = await visit(Role.EDITOR)
    for name, address in pages.items():
        await visitor.go(address)
        await expect(visitor.page.locator("main h1")).to_be_visible()
        await expect(visitor.page.locator(".loading")).to_have_count(0)
        await check_axe(visitor.page)
        await check_fits(visitor.page)
        await show_everywhere(visitor.page, name)
