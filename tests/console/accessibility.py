"""Asks axe what people with a screen reader, a keyboard or weak eyes would stumble over."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

_AXE = Path(__file__).parents[2] / "services/console/app/node_modules/axe-core/axe.min.js"
_GRAVE = ("serious", "critical")
_RUN = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations.map((found) => ({
    id: found.id, impact: found.impact, help: found.help,
    nodes: found.nodes.slice(0, 5).map((node) => `${node.target.join(" ")}: ${node.failureSummary}`),
}))"""


async def check_axe(page: Page) -> None:
    """Fail if axe finds a violation of its serious or critical kind on the page as it is now."""
    if not _AXE.is_file():
        pytest.skip(f"axe-core is not at {_AXE}: `make console` installs it")
    if not await page.evaluate("typeof axe === 'object'"):
        await page.evaluate(_AXE.read_text("utf-8"))  # the page's policy stops a script tag, and not the debugger
    found: list[dict[str, Any]] = await page.evaluate(_RUN)
    grave = [each for each in found if each["impact"] in _GRAVE]
    assert grave == [], "\n".join(_told(each) for each in grave)


def _told(found: dict[str, Any]) -> str:
    return "\n  ".join([f"{found['impact']} {found['id']}: {found['help']}", *found["nodes"]])
