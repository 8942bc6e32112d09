"""Whether graphs of 1,000 steps are fluent in a browser: how soon they are seen, and how smoothly they move.

In the editor and on the page of an instance. The browser draws without a graphics processor: every pixel costs time of
the processors that the page runs on, too.
"""

import asyncio
import statistics
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

from playwright.async_api import Browser, Page

from benchmarks.console_site import Site, chromium, serving, signed_in
from benchmarks.setting import engine_on, fresh_database, print_table
from engine.access import Role
from engine.embedded import EmbeddedServer

Gesture: TypeAlias = Callable[[Page], Awaitable[None]]

VISITS = 5
WIDE = 998
LAYERS, LAYER = 10, 100
MIDDLE = (560, 560)
"""A place on the graph in every window that is measured."""
NOTCH = 60
"""How far one event of a wheel turns it: 40 of them lead from the whole to single steps."""
NOTCHES = 40
DRAGS = 80
EVENT_SECONDS = 0.012
SETTLED_SECONDS = 0.6

NOTING = """
window.noted = { frames: [], first: null, rest: null };
let [steps, since] = [0, 0];
const tick = (at) => {
    const { frames } = noted;
    const isLong = frames.length > 0 && at - frames.at(-1) > 100;
    frames.push(at);
    const isDrawn = document.querySelector(".step-node, .dag-picture[style]") !== null;
    if (isDrawn && noted.first === null) noted.first = since = at;
    const now = document.querySelectorAll(".step-node").length;
    if (now !== steps || isLong || !isDrawn) [steps, since] = [now, at];
    if (noted.rest === null && at - since > 400) noted.rest = since;
    requestAnimationFrame(tick);
};
requestAnimationFrame(tick);
"""
"""Notes each frame, when the first step was there, and since when nothing changes. In milliseconds of the page."""


def measure(server: EmbeddedServer, folder: Path) -> None:  # noqa: ARG001
    url = fresh_database(server, "bench_frames")
    opened, moved = asyncio.run(_measure(url))
    print_table(f"Graphs of 1,000 steps: the best and the median of {VISITS} first visits, seconds", OPENED, opened)
    print_table("Graphs of 1,000 steps, moved: frames a second", MOVED, moved)


OPENED = ["", "steps drawn", "median", "at rest", "median"]
MOVED = ["", "movement", "median", "5th percentile", "longest, ms"]


def layered() -> list[dict[str, Any]]:
    """Ten layers of a hundred steps; each follows two of the layer before."""
    follows = [[at, (at + 1) % LAYER] for at in range(LAYER)]
    return [
        {
            "key": f"s{layer}_{at}",
            "runner": "noop",
            "nextSteps": [f"s{layer + 1}_{to}" for to in follows[at]] if layer + 1 < LAYERS else [],
        }
        for layer in range(LAYERS)
        for at in range(LAYER)
    ]


def fan_out() -> list[dict[str, Any]]:
    """One step, 998 after it, and one after all of those."""
    wide = [f"part_{at}" for at in range(WIDE)]
    return [
        {"key": "first", "runner": "noop", "nextSteps": wide},
        *({"key": key, "runner": "noop", "nextSteps": ["last"]} for key in wide),
        {"key": "last", "runner": "noop"},
    ]


async def _measure(url: str) -> tuple[list[list[Any]], list[list[Any]]]:
    shapes = {"layered": layered(), "fan_out": fan_out()}
    pages = {}
    async with engine_on(url) as engine:
        await engine.apply([{"name": name, "steps": steps} for name, steps in shapes.items()])
        for name in shapes:
            ended = await engine.run(name)
            pages[f"{name}, editor"] = f"definitions/{name}/edit"
            pages[f"{name}, instance"] = f"instances/{ended.instance_id}"
    opened, moved = [], []
    async with serving(url, Role.EDITOR) as site, chromium() as browser:
        for name, path in pages.items():
            opened.append([name, *await _opened(browser, site, path)])
            moved += [[name, *row] for row in await _moved(browser, site, path)]
    return opened, moved


async def _opened(browser: Browser, site: Site, path: str) -> list[float]:
    firsts, rests = [], []
    for _ in range(VISITS):
        async with signed_in(browser, site) as context:
            page = await _page(await context.new_page(), site, path)
            first, rest = await page.evaluate("[noted.first, noted.rest]")
            firsts.append(first / 1000)
            rests.append(rest / 1000)
    return [min(firsts), statistics.median(firsts), min(rests), statistics.median(rests)]


async def _page(page: Page, site: Site, path: str) -> Page:
    """Open a page of the console and wait until its graph is at rest."""
    await page.add_init_script(NOTING)
    await page.goto(f"{site.url}/#/{path}")
    await page.wait_for_function("() => noted.rest !== null")
    return page


async def _moved(browser: Browser, site: Site, path: str) -> list[list[Any]]:
    async with signed_in(browser, site) as context:
        page = await _page(await context.new_page(), site, path)
        await page.mouse.move(*MIDDLE)
        return [[name, *await _frames(page, gesture)] for name, gesture in GESTURES.items()]


async def _frames(page: Page, gesture: Gesture) -> list[float]:
    """Move the graph; return how often it was drawn meanwhile, and the longest wait until it is at rest again."""
    began = await page.evaluate("performance.now()")
    await gesture(page)
    ended = await page.evaluate("performance.now()")
    await asyncio.sleep(SETTLED_SECONDS)
    frames: list[float] = await page.evaluate("noted.frames")
    gaps = [(sooner, later - sooner) for sooner, later in pairwise(frames) if later > began]
    moving = sorted(gap for sooner, gap in gaps if sooner < ended)
    return [1000 / statistics.median(moving), 1000 / _percentile(moving, 0.95), max(gap for _, gap in gaps)]


def _percentile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


async def _sent(events: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Send events as a hand does: the next one comes whether or not the page is done with the one before."""
    tasks = []
    for event in events:
        tasks.append(asyncio.create_task(event))
        await asyncio.sleep(EVENT_SECONDS)
    await asyncio.gather(*tasks)


async def _pan(page: Page) -> None:
    x, y = MIDDLE
    await page.mouse.down()
    ways = [*range(DRAGS // 2), *range(DRAGS // 2, 0, -1)]
    await _sent(page.mouse.move(x + 6 * way, y + 4 * way) for way in ways)
    await page.mouse.up()
    await page.mouse.move(*MIDDLE)


def _wheel(*, notch: int, count: int) -> Gesture:
    async def turn(page: Page) -> None:
        await _sent(page.mouse.wheel(0, notch) for _ in range(count))

    return turn


GESTURES: dict[str, Gesture] = {
    "pan, the whole": _pan,
    "zoom in": _wheel(notch=-NOTCH, count=NOTCHES),
    "zoom out": _wheel(notch=NOTCH, count=NOTCHES + 10),
    "zoom in, halfway": _wheel(notch=-NOTCH, count=NOTCHES * 2 // 3),
    "pan, halfway": _pan,
}
