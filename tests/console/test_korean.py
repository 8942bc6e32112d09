"""What the server says of a run, in Korean: why it does not go on, what happened, what a retry and an edit would do."""

import re
from collections.abc import Sequence

from playwright.async_api import Locator, expect

from engine.access import Role
from tests.console.browsing import screenshot
from tests.console.conftest import Visit
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
