"""What a page with 50 live instances costs the server that feeds it: one stream, and no request for each row."""

import asyncio
import os
import time
from pathlib import Path
from typing import Any

import psycopg
from playwright.async_api import Browser, Page
from pydantic import Field

from benchmarks.console_site import Site, chromium, serving, signed_in
from benchmarks.setting import engine_on, fresh_database, print_table
from engine.access import Role
from engine.embedded import EmbeddedServer
from runners.base import Outcome, Params, StepRequest, Succeeded

INSTANCES = 50
STEPS = 400
SECONDS = 20.0


class Pause:
    """Takes a second, as a step that works somewhere else."""

    name = "pause"
    version = "1"
    description = "Waits."

    class Params(Params):
        seconds: float = Field(default=1.0, ge=0)

    async def run(self, request: StepRequest) -> Outcome:
        await asyncio.sleep(request.params.seconds)
        return Succeeded()


def measure(server: EmbeddedServer, folder: Path) -> None:  # noqa: ARG001
    url = fresh_database(server, "bench_console")
    rows = asyncio.run(_measure(url))
    title = f"Console: {INSTANCES} live instances, about {INSTANCES} steps ending each second"
    print_table(title, ["", "% of a core", "requests"], rows)


async def _measure(url: str) -> list[list[Any]]:
    async with engine_on(url) as engine:
        await engine.register(Pause())
        chain = [
            {"key": f"s{at}", "runner": "pause", "nextSteps": [f"s{at + 1}"] if at + 1 < STEPS else []}
            for at in range(STEPS)
        ]
        await engine.apply([{"name": "chain", "steps": chain}])
        ids = [await engine.start("chain") for _ in range(INSTANCES)]
        async with serving(url, Role.VIEWER) as site, chromium() as browser:
            return await _watched(browser, site, url, ids)


async def _watched(browser: Browser, site: Site, url: str, ids: list[int]) -> list[list[Any]]:
    await asyncio.sleep(5)
    rows = [["no page", await _load(site.process), 0]]
    for name, path in (("a list of all of them", "instances"), ("one of them", f"instances/{ids[0]}")):
        async with signed_in(browser, site) as context:
            page = await context.new_page()
            asked = _asked_by(page)
            await page.goto(f"{site.url}/#/{path}")
            await asyncio.sleep(5)
            asked.clear()
            rows.append([name, await _load(site.process), len(asked)])
            assert await page.get_by_text("Live", exact=True).is_visible()
    with psycopg.connect(url) as connection:
        (live,) = connection.execute("select count(*) from batch_instance where status = 'running'").fetchone() or (0,)
    assert live == INSTANCES, "the instances have ended before they were measured"
    return rows


def _asked_by(page: Page) -> list[str]:
    """Return what a page asks for, as it goes on."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    return asked


async def _load(process: int) -> float:
    """Return how much of a core a process uses, in percent."""
    before, began = _used(process), time.monotonic()
    await asyncio.sleep(SECONDS)
    return 100 * (_used(process) - before) / (time.monotonic() - began)


def _used(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
