"""The editor of definitions as its tests find things in it, and a definition to edit."""

from typing import Any

from playwright.async_api import FloatRect, Locator, Page

from tests.serving import Served

STEPS = [
    {"key": "collect", "params": {"items": [{"id": 1, "title": "one"}]}, "nextSteps": ["load"]},
    {"key": "load", "params": {"table": "loaded", "create": True, "keys": ["id"]}},
]


async def put(console: Served, name: str, **more: Any) -> None:
    answer = await console.editor.put(f"/definitions/{name}", json={"steps": STEPS, "version": 0} | more)
    assert answer.status_code == 200, answer.text


def panel(page: Page) -> Locator:
    return page.locator("#step-panel")


def node(page: Page, key: str) -> Locator:
    return page.locator(f'.step-node[data-step="{key}"]')


async def place(standing: Locator) -> FloatRect:
    """Where something is once it stands still: what the graph moves glides there."""
    await standing.hover(trial=True)
    box = await standing.bounding_box()
    assert box is not None
    return box
