"""The graph of steps, wherever it stands: it fills its place, and it is left where somebody has moved it."""

from playwright.async_api import Page, expect

from engine.access import Role
from tests.console.browsing import screenshot
from tests.console.conftest import Visit
from tests.harness import step
from tests.serving import Served

COUNT = 6
CHAIN = [step(f"s{at}", *([f"s{at + 1}"] if at + 1 < COUNT else [])) for at in range(COUNT)]

FILLED = """() => {
    const place = document.querySelector(".dag").getBoundingClientRect();
    const steps = [...document.querySelectorAll(".step-node")].map((step) => step.getBoundingClientRect());
    const left = Math.min(...steps.map((step) => step.left)) - place.left;
    const right = place.right - Math.max(...steps.map((step) => step.right));
    return left >= 0 && Math.abs(left - right) < 2 && left < place.width / 8;
}"""
"""The steps lie within their place, in its middle, and leave little free beside them."""


async def opened(visit: Visit, console: Served) -> Page:
    await console.harness.define(*CHAIN)
    ended = await console.harness.engine.run("pipeline")
    page = (await visit(Role.VIEWER, f"/#/instances/{ended.instance_id}")).page
    await expect(page.locator(".step-node")).to_have_count(COUNT)
    await page.wait_for_function(FILLED)
    return page


async def test_the_graph_fills_its_place_again_when_that_changes_size(visit: Visit, console: Served) -> None:
    page = await opened(visit, console)
    await page.locator('.step-node[data-step="s0"]').click()
    await expect(page.get_by_role("complementary", name="Step s0")).to_be_visible()
    await page.wait_for_function(FILLED)
    await screenshot(page, "graph-beside-a-panel")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("complementary", name="Step s0")).to_have_count(0)
    await page.wait_for_function(FILLED)
    for width, height in ((1100, 900), (1800, 700)):
        await page.set_viewport_size({"width": width, "height": height})
        await page.wait_for_function(FILLED)


async def test_a_view_that_somebody_chose_is_left_until_it_is_fitted_again(visit: Visit, console: Served) -> None:
    page = await opened(visit, console)
    viewport = page.locator(".react-flow__viewport")
    fitted = await viewport.get_attribute("style")
    await page.locator(".dag").hover()
    await page.mouse.wheel(0, -200)
    await expect(viewport).not_to_have_attribute("style", fitted or "")
    chosen = await viewport.get_attribute("style")
    await page.set_viewport_size({"width": 1100, "height": 900})
    await page.wait_for_function("document.querySelector('.dag').getBoundingClientRect().width < 1100")
    await expect(viewport).to_have_attribute("style", chosen or "")
    await page.get_by_role("button", name="Fit to the window").click()
    await page.wait_for_function(FILLED)
    await page.set_viewport_size({"width": 1440, "height": 900})
    await page.wait_for_function(FILLED)
