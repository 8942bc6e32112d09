"""What the server says of a run, in Korean: why it does not go on, what happened, what a retry and an edit would do."""

import re
from collections.abc import Sequence

from playwright.async_api import Locator, expect

from engine.access import Role
from tests.console.browsing import screenshot
from tests.console.conftest import Visit
from tests.generating import generating
from tests.harness import step
from tests.serving import Served

BROKEN = [step("collect", "load"), step("load", "tell", params={"failTimes": 9, "errorClass": "invalid"}), step("tell")]
ENGLISH = re.compile(r"\b(is|was|has|the|waits?|failed|succeeded|now|by|of)\b")


async def all_korean(texts: Locator, *, but: Sequence[str] = ()) -> None:
    """Fail if one of the texts is said in English; ``but`` are errors, which are kept as they were written."""
    said = await texts.all_inner_texts()
    assert said
    for error in but:
        said = [text.replace(error, "") for text in said]
    assert [text for text in said if ENGLISH.search(text)] == []


async def test_why_something_does_not_run_is_said_in_korean(visit: Visit, console: Served) -> None:
    await console.harness.define(step("collect", "load", params={"seconds": 600}), step("load"), max_active=1)
    running, waiting = [await console.harness.engine.start("pipeline") for _ in range(2)]
    visitor = await visit(Role.VIEWER, f"/#/instances/{waiting}", language="ko")
    page = visitor.page
    await page.get_by_role("button", name="실행되지 않는 이유").click()
    dialog = page.get_by_role("dialog", name="왜 실행되지 않나요?")
    await expect(dialog.get_by_text("pipeline 인스턴스가 최대 1개 중 1개 실행 중이며")).to_be_visible()
    await all_korean(dialog.locator(".why p"))
    await visitor.go(f"/#/instances/{running}?step=load")
    await expect(page.get_by_text("load 단계는 이전 단계를 기다립니다: collect(실행 중).")).to_be_visible()
    await screenshot(page, "korean-why")


async def test_the_log_and_the_plan_of_a_retry_are_said_in_korean(visit: Visit, console: Served) -> None:
    await console.harness.define(*BROKEN)
    ended = await console.harness.engine.run("pipeline")
    ((of_instance, of_step),) = await console.rows(
        "select instance.error, step.error from batch_instance as instance, batch_step as step where step.state = 'failed'"
    )
    visitor = await visit(Role.OPERATOR, f"/#/instances/{ended.instance_id}?tab=log", language="ko")
    page = visitor.page
    words = page.locator(".log-row__words")
    await expect(words.get_by_text("load 단계가", exact=False).last).to_be_visible()
    await all_korean(words, but=(of_instance, of_step))
    await screenshot(page, "korean-log")
    await page.get_by_role("button", name="재시도", exact=True).click()
    plan = page.get_by_role("dialog").get_by_role("table")
    await expect(plan.get_by_text("변경 없음(성공)")).to_be_visible()
    await expect(plan.get_by_text("이전 상태: 실패")).to_be_visible()
    await expect(plan.get_by_text("입력이 바뀝니다: load")).to_be_visible()
    await all_korean(plan.get_by_role("cell"))
    await screenshot(page, "korean-plan")


async def test_what_an_edit_changes_is_said_in_korean(visit: Visit, console: Served) -> None:
    await console.harness.define(*BROKEN, cron="0 3 * * *")
    page = (await visit(Role.EDITOR, "/#/definitions/pipeline/edit", language="ko")).page
    await page.get_by_label("Cron").fill("0 4 * * *")
    await page.get_by_role("button", name="저장…").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_text("예약(cron): 0 3 * * * → 0 4 * * *")).to_be_visible()
    await screenshot(page, "korean-edit")


async def test_what_a_rehearsal_finds_is_said_in_korean(visit: Visit, console: Served) -> None:
    await console.harness.define(*generating(6, template="Teach {{ item.word }}."), budget_usd="0.000001")
    rehearsal = await console.harness.engine.rehearse("pipeline", sample=2)
    await console.harness.engine.wait(rehearsal)
    page = (await visit(Role.VIEWER, f"/#/rehearsals/{rehearsal}", language="ko")).page
    await expect(page.get_by_text("비용을 쓰기 전에 멈춥니다", exact=False)).to_be_visible()
    await expect(page.get_by_text("3배로 환산한 값입니다", exact=False)).to_be_visible()
    await all_korean(page.locator(".remarks li"))
    await screenshot(page, "korean-rehearsal")


async def test_the_params_of_a_runner_are_described_in_korean(visit: Visit, console: Served) -> None:
    await console.harness.define(
        {"key": "load", "params": {"table": "made", "create": True, "keys": ["id"]}}, name="loading"
    )
    page = (await visit(Role.EDITOR, "/#/definitions/loading/edit?step=load", language="ko")).page
    await expect(page.get_by_text("한 트랜잭션에 쓰는 항목 수입니다.").first).to_be_attached()
    await all_korean(page.locator("#step-panel .field__hint"))


async def test_why_a_cron_did_not_fire_is_said_in_korean(visit: Visit, console: Served) -> None:
    await console.harness.define(step("ask"), name="nightly", cron="0 3 1 1 *")
    await console.rows(
        "insert into batch_cron_fire (definition_id, fire_at, outcome, reason)"
        " select id, clock_now(), 'skipped_overlap', 'instance 7 had not ended (overlap: skip)' from batch_definition"
        " where name = 'nightly' returning 1"
    )
    page = (await visit(Role.VIEWER, "/#/operations/cron", language="ko")).page
    await expect(page.get_by_text("인스턴스 7이(가) 아직 끝나지 않았습니다.")).to_be_visible()


async def test_the_figures_of_the_checklist_are_said_in_korean(visit: Visit) -> None:
    page = (await visit(Role.VIEWER, "/#/operations", language="ko")).page
    checks = page.locator(".checks .check__words .soft")
    await expect(checks).to_have_count(6)
    for said in await checks.all_text_contents():
        assert re.search("[가-힣]", said), said
        assert "{" not in said
    await expect(page.get_by_text("60분 동안 0개 중 0개")).to_be_visible()


async def test_params_that_do_not_fit_are_refused_in_korean(visit: Visit, console: Served) -> None:
    limit = {"type": "object", "properties": {"limit": {"type": "integer"}}, "required": ["limit"]}
    await console.harness.define(step("ask"), params_schema=limit)
    visitor = await visit(Role.OPERATOR, "/#/definitions/pipeline/run", language="ko")
    visitor.watch.expect(422, "/definitions/pipeline/run")
    page = visitor.page
    await page.get_by_role("button", name="실행").click()
    refusal = page.get_by_role("alert").first
    await expect(refusal).to_contain_text("매개변수가 1개 있습니다")
    assert not re.search("[a-z]{3,}", (await refusal.inner_text()).replace("params.limit", "")), "no English is left"
