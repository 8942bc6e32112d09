"""The pages of an operator: the checklist, the calendar, jobs, breakers, money; and an administrator's."""

import re
from decimal import Decimal
from typing import Any

from playwright.async_api import Locator, Page, expect

from engine.access import Role
from tests.console.accessibility import check_axe
from tests.console.browsing import check_fits, go_to, show_everywhere
from tests.console.conftest import Visit
from tests.harness import step
from tests.serving import Served

WAITING = [step("collect", params={"seconds": 600})]
"""Runs until it is cancelled."""
SERVER = "embeddings:localhost:50051"
OPEN_BREAKER = """
insert into circuit_breaker (name, state, failures, failing_since, opened_at, cooldown, retry_at, reason)
values (%s, 'open', 5, clock_now(), clock_now(), interval '1 hour', clock_now() + interval '1 hour',
    'UNAVAILABLE: failed to connect to all addresses')
returning name
"""
FIRE = """
insert into batch_cron_fire (definition_id, fire_at, outcome, reason)
select id, date_trunc('day', clock_now()) + make_interval(mins => %s), %s, %s from batch_definition where name = %s
on conflict do nothing
returning fire_at
"""
JOB = """
insert into provider_batch (intent, batch_instance_id, step_id, step_key, build, attempt, provider, model, mode, state,
    request, terms, items, succeeded, failed, cost_usd, provider_job, created_at, deadline_at, look_after, finished_at)
values (gen_random_uuid()::text, %(instance)s, 1, 'collect', 1, 1, 'openai', 'small', 'batch', %(state)s, '{}', '{}',
    100, %(done)s, 0, %(usd)s, 'job', clock_now() - interval '2 days', clock_now() - interval '1 day',
    clock_now() + interval '1 day',
    case when %(state)s = 'ingested' then clock_now() end)
returning id
"""
TABS = ("cron", "batches", "breakers", "budget", "audit", "access")


async def bought(console: Served, instance: int, *, state: str = "ingested", usd: float = 0) -> int:
    """A job of 100 requests, two days ago."""
    given: dict[str, Any] = {
        "instance": instance,
        "state": state,
        "usd": usd,
        "done": 100 if state == "ingested" else 0,
    }
    async with console.harness.engine.database.transaction() as connection:
        await connection.execute("set local session_replication_role = replica")
        [(job,)] = await (await connection.execute(JOB, given)).fetchall()
    return int(job)


async def busy(console: Served) -> int:
    """A step that runs, money that was spent, a job that is late, a breaker that is open, a limit."""
    await console.harness.define(*WAITING, budget_usd=5)
    instance = await console.harness.engine.start("pipeline")
    await bought(console, instance, usd=4.75)
    await bought(console, instance, state="submitted")
    await console.rows(OPEN_BREAKER, SERVER)
    await console.rows("insert into batch_limit (scope, name, max_running) values ('runner', 'noop', 2) returning name")
    return instance


def row(among: Page | Locator, words: str) -> Locator:
    return among.get_by_role("row").filter(has_text=words)


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


async def test_an_operator_reads_the_checklist_and_goes_where_it_is_not_well(visit: Visit, console: Served) -> None:
    instance = await busy(console)
    page = (await visit(Role.OPERATOR, "/#/operations")).page
    await expect(page.get_by_text("1 check is not well")).to_be_visible()
    first = page.get_by_role("listitem").filter(has_text="Are no jobs at providers late?")
    await expect(first).to_contain_text("No")
    await expect(first).to_contain_text("jobs open for over 30 minutes, or beyond their provider's deadline: 1")
    await page.get_by_role("button", name="Show steps").click()
    await expect(page.get_by_role("link", name=f"pipeline #{instance}")).to_be_visible()
    await check_axe(page)
    await check_fits(page)
    await first.get_by_role("link", name="Open jobs with their ages").click()
    late = row(page, f"#{instance} collect")
    await expect(late).to_contain_text("At the provider")
    await expect(late).to_contain_text("Overdue")
    await expect(late).to_contain_text("2d")
    await show_everywhere(page, "operations-batches")
    await go_to(page, f"{console.url}/#/operations")
    await show_everywhere(page, "operations")


async def test_the_queue_is_shown_as_it_changes_and_restarted(visit: Visit, console: Served) -> None:
    page = (await visit(Role.OPERATOR, "/#/operations")).page
    await expect(page.get_by_text("Nothing to do", exact=True)).to_be_visible()
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    await console.harness.define(*WAITING)
    await console.harness.engine.start("pipeline")
    await expect(page.get_by_text("Nothing to do", exact=True)).to_be_hidden()
    await page.get_by_role("button", name="Restart the queue").click()
    await expect(dialog(page)).to_contain_text("Nothing that was paid for is paid again")
    await dialog(page).get_by_role("button", name="Restart the queue").click()
    await expect(page.get_by_text("The queue was restarted")).to_be_visible()
    assert await console.rows("select actor, action, outcome from audit_log where action = 'queue.restart'") == [
        ("the operator", "queue.restart", "done")
    ]


async def test_the_calendar_says_what_became_of_each_instant_and_why(visit: Visit, console: Served) -> None:
    await console.harness.define(step("a"), name="nightly", cron="0 3 * * *")
    await console.harness.define(step("a"), name="hourly", cron="30 * * * *")
    fires = [
        (1, "missed", "the scheduler was down", "nightly"), (2, "skipped_overlap", "instance 7 still runs", "hourly"),
        (3, "failed_to_start", "params do not fit", "hourly"), (4, "fired", None, "nightly"),
    ]  # fmt: skip
    for minute, outcome, reason, name in fires:
        assert await console.rows(FIRE, minute, outcome, reason, name)
    page = (await visit(Role.VIEWER, "/#/operations/cron")).page
    today = page.locator(".calendar button[aria-pressed='true']")
    # In the last half hour of a day nothing else is upcoming: then the list ends here.
    await expect(today).to_contain_text(
        re.compile(r"Fired 1, Missed 1, Skipped \(overlap\) 1, (and )?Failed to start 1")
    )
    day = page.get_by_role("group", name=re.compile(r"\d{4}$"))
    await expect(row(day, "Missed")).to_contain_text("the scheduler was down")
    await expect(row(day, "Failed to start")).to_contain_text("params do not fit")
    await check_axe(page)
    await check_fits(page)
    await go_to(page, f"{console.url}/#/operations/cron?definition=nightly")
    await expect(row(day, "Missed")).to_be_visible()
    await expect(row(day, "Failed to start")).to_have_count(0)
    await go_to(page, f"{console.url}/#/operations/cron?month=2020-02&day=2020-02-03")
    await expect(page.locator(".calendar caption")).to_contain_text("2020")
    await expect(page.locator(".empty")).to_be_visible()
    await go_to(page, f"{console.url}/#/operations/cron")
    await show_everywhere(page, "operations-cron")


async def test_an_operator_closes_a_breaker_after_being_told_what_it_does(visit: Visit, console: Served) -> None:
    await busy(console)
    await console.rows(
        "insert into cache_reader (name, address, token) values ('reader of the test', 'h:1', 'x') returning name"
    )
    await console.rows(
        "insert into cache_invalidation (reader, collection, generation, next_try_at)"
        " values ('reader of the test', 'c', 2, clock_now() + interval '1 hour') returning reader"
    )
    page = (await visit(Role.OPERATOR, "/#/operations/breakers")).page
    await expect(row(page, SERVER)).to_contain_text("Open")
    await expect(row(page, "steps of a runner")).to_contain_text("1 / 2")
    await expect(row(page, "reader of the test")).to_contain_text("1 collection behind")
    await check_axe(page)
    await check_fits(page)
    await row(page, SERVER).get_by_role("button", name="Call it again").click()
    await expect(dialog(page)).to_contain_text("This costs nothing")
    await dialog(page).get_by_role("button", name="Call it again").click()
    await expect(row(page, SERVER)).to_contain_text("Closed")
    assert await console.rows("select state from circuit_breaker") == [("closed",)]
    await show_everywhere(page, "operations-breakers")


async def test_money_is_shown_by_day_and_definition(visit: Visit, console: Served) -> None:
    await busy(console)
    page = (await visit(Role.VIEWER, "/#/operations/budget")).page
    await expect(page.get_by_role("heading", name="Paid by day")).to_be_visible()
    await expect(row(page, "pipeline").filter(has_text="95")).to_contain_text("$4.75")
    await check_axe(page)
    await check_fits(page)
    await page.get_by_label("Money").select_option("simulated_usd")
    await expect(page.get_by_text("Nothing was simulated in this span.")).to_be_visible()
    await page.get_by_label("Money").select_option("spent_usd")
    await show_everywhere(page, "operations-budget")
    [(spent,)] = await console.rows("select sum(cost_usd) from provider_batch")
    assert spent == Decimal("4.75")


async def test_an_admin_makes_a_token_which_is_shown_once_and_revokes_it(visit: Visit, console: Served) -> None:
    visitor = await visit(Role.ADMIN, "/#/operations/access")
    page = visitor.page
    await page.get_by_role("button", name="Make a token").click()
    await dialog(page).get_by_label("Name").fill("grafana")
    await dialog(page).get_by_label("Role").select_option("operator")
    await check_axe(page)
    await dialog(page).get_by_role("button", name="Make a token").click()
    await expect(dialog(page)).to_contain_text("This is shown once")
    secret = (await dialog(page).locator("pre").inner_text()).strip()
    await dialog(page).get_by_role("button", name="I have copied it").click()
    await expect(row(page, "grafana")).to_contain_text("Operator")
    assert secret not in await page.content()
    assert await console.rows("select role from api_token where name = 'grafana'") == [("operator",)]
    await check_axe(page)
    await check_fits(page)
    await page.get_by_role("button", name="Revoke grafana").click()
    await expect(dialog(page)).to_contain_text("It cannot be undone")
    await dialog(page).get_by_role("button", name="Revoke").click()
    await expect(row(page, "grafana")).to_contain_text("Revoked")
    await show_everywhere(page, "operations-access")
    await go_to(page, f"{console.url}/#/operations/audit")
    await expect(row(page, "token.revoke")).to_be_visible()
    await go_to(page, f"{console.url}/#/operations/audit?action=token.create")
    await expect(row(page, "token.create")).to_be_visible()
    await expect(row(page, "token.revoke")).to_have_count(0)
    await check_axe(page)
    await check_fits(page)
    await show_everywhere(page, "operations-audit")


async def test_an_entry_of_the_audit_log_shows_what_changed(visit: Visit, console: Served) -> None:
    await console.rows(OPEN_BREAKER, SERVER)
    await console.operator.post(f"/circuit-breakers/{SERVER}/close")
    page = (await visit(Role.ADMIN, "/#/operations/audit?actor=the operator")).page
    await row(page, "breaker.close").get_by_role("button", name="Show").click()
    await expect(dialog(page).get_by_role("region", name="Before")).to_contain_text('"state": "open"')
    await expect(dialog(page).get_by_role("region", name="After")).to_contain_text('"state": "closed"')
    await check_axe(page)


async def test_a_viewer_sees_no_button_that_it_may_not_press(visit: Visit, console: Served) -> None:
    await busy(console)
    visitor = await visit(Role.VIEWER, "/#/operations")
    page = visitor.page
    await expect(page.get_by_text("1 check is not well")).to_be_visible()
    await expect(page.get_by_role("button", name="Restart the queue")).to_have_count(0)
    areas = page.get_by_role("navigation", name="Operations")
    await expect(areas.get_by_role("link", name="Budget")).to_be_visible()
    await expect(areas.get_by_role("link", name="Access")).to_have_count(0)
    await expect(areas.get_by_role("link", name="Audit log")).to_have_count(0)
    await go_to(page, f"{console.url}/#/operations/breakers")
    await expect(row(page, SERVER)).to_be_visible()
    await expect(page.get_by_role("button", name="Call it again")).to_have_count(0)
    for tab in ("audit", "access"):
        await go_to(page, f"{console.url}/#/operations/{tab}")
        await expect(page.get_by_text("Only administrators see this")).to_be_visible()
    assert not {"/audit", "/tokens"} & set(visitor.watch.asked)


async def test_pages_without_anything_say_what_to_do(visit: Visit, console: Served) -> None:
    page = (await visit(Role.ADMIN, "/#/operations")).page
    await expect(page.get_by_text("batchdag work", exact=False)).to_be_visible()
    for tab in TABS:
        await go_to(page, f"{console.url}/#/operations/{tab}")
        await expect(page.locator(".card").first).to_be_visible()
        await expect(page.locator(".loading")).to_have_count(0)
        await expect(page.locator(".problem")).to_have_count(0)
        await check_fits(page)
    await go_to(page, f"{console.url}/#/operations/none")
    await expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()
