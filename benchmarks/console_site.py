"""The console as the measurements open it: a server in a process of its own, and a browser before it."""

import asyncio
import json
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Browser, BrowserContext, async_playwright

from engine.access import Role
from engine.embedded import reader_url

ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")

SERVE = """
import asyncio, json, sys
from benchmarks.setting import Noop
from engine.access import Access, Role
from engine.app import open_engine
from engine.settings import Settings
from services.http.app import build
from services.http.server import listen, make_server
from services.http.settings import HttpSettings

async def main(url, reader, role):
    async with open_engine(Settings(database_url=url, reader_url=reader)) as engine:
        await engine.register(Noop())
        listening = listen("127.0.0.1", 0)
        secret = (await Access(engine.database).create(Role(role), name=f"the {role}")).secret
        print(json.dumps([f"http://127.0.0.1:{listening.getsockname()[1]}", secret]), flush=True)
        await make_server(build(engine, HttpSettings()), tls=None, behind_proxy=False).serve(sockets=[listening])

asyncio.run(main(*sys.argv[1:]))
"""


@dataclass(frozen=True, slots=True)
class Site:
    """A served console: where it is, a token for it, and the process that serves it."""

    url: str
    secret: str
    process: int


@asynccontextmanager
async def serving(database_url: str, role: Role) -> AsyncIterator[Site]:
    """Serve this database until the block ends."""
    command = [sys.executable, "-c", SERVE, database_url, reader_url(database_url) or "", role.value]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        url, secret = json.loads(await process.stdout.readline())
        yield Site(url=url, secret=secret, process=process.pid)
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser that shows nothing and has no graphics processor."""
    async with async_playwright() as playwright:
        yield await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(ARGUMENTS))


@asynccontextmanager
async def signed_in(browser: Browser, site: Site) -> AsyncIterator[BrowserContext]:
    """Somebody who is signed in, and whose browser has kept nothing of the site yet."""
    context = await browser.new_context(locale="en", viewport={"width": 1440, "height": 900})
    headers = {"authorization": f"Bearer {site.secret}", "origin": site.url}
    assert (await context.request.post(f"{site.url}/sessions", headers=headers)).ok
    yield context
    await context.close()
