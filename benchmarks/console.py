"""What a page with 50 live instances costs the server that feeds it: one stream, and no request for each row."""

import asyncio
import json
import os
import shutil
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg
from playwright.async_api import Browser, Page, async_playwright
from pydantic import Field

from benchmarks.setting import engine_on, fresh_database, print_table
from engine.embedded import EmbeddedServer, reader_url
from runners.base import Outcome, Params, StepRequest, Succeeded

INSTANCES = 50
STEPS = 400
SECONDS = 20.0
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")

SERVE = """
import asyncio, json, sys
from engine.access import Access, Role
from engine.app import open_engine
from engine.settings import Settings
from services.http.app import build
from services.http.server import listen, make_server
from services.http.settings import HttpSettings

async def main(url, reader):
    async with open_engine(Settings(database_url=url, reader_url=reader)) as engine:
        listening = listen("127.0.0.1", 0)
        secret = (await Access(engine.database).create(Role.VIEWER, name="a viewer")).secret
        print(json.dumps([f"http://127.0.0.1:{listening.getsockname()[1]}", secret]), flush=True)
        await make_server(build(engine, HttpSettings()), tls=None, behind_proxy=False).serve(sockets=[listening])

asyncio.run(main(*sys.argv[1:]))
"""


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
        command = [sys.executable, "-c", SERVE, url, reader_url(url) or ""]
        serving = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        try:
            return await _watched(serving, url, ids)
        finally:
            serving.terminate()
            await serving.wait()


async def _watched(serving: asyncio.subprocess.Process, url: str, ids: list[int]) -> list[list[Any]]:
    assert serving.stdout is not None
    site, secret = json.loads(await serving.stdout.readline())
    await asyncio.sleep(5)
    rows = [["no page", await _load(serving.pid), 0]]
    for name, path in (("a list of all of them", "instances"), ("one of them", f"instances/{ids[0]}")):
        async with _page(site, secret, path) as (page, asked):
            await asyncio.sleep(5)
            asked.clear()
            rows.append([name, await _load(serving.pid), len(asked)])
            assert await page.get_by_text("Live", exact=True).is_visible()
    with psycopg.connect(url) as connection:
        (live,) = connection.execute("select count(*) from batch_instance where status = 'running'").fetchone() or (0,)
    assert live == INSTANCES, "the instances have ended before they were measured"
    return rows


@asynccontextmanager
async def _page(site: str, secret: str, path: str) -> AsyncIterator[tuple[Page, list[str]]]:
    """A browser on a page of the console, and what it asks for."""
    async with async_playwright() as playwright:
        executable = shutil.which("chromium")
        browser: Browser = await playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        context = await browser.new_context(locale="en", viewport={"width": 1440, "height": 900})
        headers = {"authorization": f"Bearer {secret}", "origin": site}
        assert (await context.request.post(f"{site}/sessions", headers=headers)).ok
        page = await context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        await page.goto(f"{site}/#/{path}")
        yield page, asked
        await browser.close()


async def _load(process: int) -> float:
    """Return how much of a core a process uses, in percent."""
    before, began = _used(process), time.monotonic()
    await asyncio.sleep(SECONDS)
    return 100 * (_used(process) - before) / (time.monotonic() - began)


def _used(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
