"""The console as people use it: a real server that works, on a real database, and a real browser before it.

``visit`` opens a page as a role; when the test ends, its browser must have behaved (``browsing.Watch``).

To start a browser takes longer than most of what is done with it. There is one for all tests, in which each has contexts
of its own; and because a browser belongs to the event loop that has started it, all of them run on that of the session.
"""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TypeAlias

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from engine.access import Role
from services.console.assets import BUILT, read_assets
from tests.console.browsing import Watch, browsing, go_to
from tests.harness import Harness, engine_on
from tests.serving import Served, served_on

Visit: TypeAlias = Callable[..., Awaitable["Visitor"]]

session_loop = partial(pytest_asyncio.fixture, loop_scope="session")
"""A fixture on the loop of the tests: ``@session_loop`` or ``@session_loop(autouse=True)``."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == Path(__file__).parent and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


class Visitor:
    """Somebody at a browser of their own."""

    def __init__(self, page: Page, watch: Watch, served: Served) -> None:
        self.page = page
        self.watch = watch
        self._served = served

    async def go(self, address: str = "/") -> None:
        """Open a page of the console: ``/#/definitions``."""
        await go_to(self.page, f"{self._served.url}{address}")

    async def sign_in(self, role: Role) -> None:
        """Sign in as this role, by a one-time link, without opening a page: none has asked anything before the first."""
        link = (await self._served.as_(role).post("/login-links")).json()["path"]
        answer = await self.page.request.get(f"{self._served.url}{link}", max_redirects=0)
        assert answer.status == 303, await answer.text()


@pytest.fixture(scope="session")
def chromium() -> str:
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("there is no browser: apt-get install chromium")
    return found


@pytest.fixture(scope="session", autouse=True)
def _built() -> None:
    if not read_assets(BUILT):
        pytest.skip(f"the console is not at {BUILT}: `make console` builds it")


@session_loop
async def working(database_url: str, test_reader_url: str) -> AsyncIterator[Harness]:
    """An engine that works."""
    async with engine_on(database_url, test_reader_url) as harness, harness.engine.working():
        yield harness


@session_loop
async def console(working: Harness) -> AsyncIterator[Served]:
    """The server, with an engine that works."""
    async with served_on(working, console=BUILT) as served:
        yield served


# A busy machine may take its time to show what is awaited; nothing is measured by it.
expect.set_options(timeout=15_000)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    # Chromium would ask a proxy for 127.0.0.1 too.
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    async with browsing(chromium, environment) as started:
        yield started


@session_loop
async def visit(browser: Browser, console: Served) -> AsyncIterator[Visit]:
    """Open a browser of somebody's own: ``await visit(Role.EDITOR)``, or without a role before the sign-in page."""
    watches: list[Watch] = []

    async def open_page(
        role: Role | None = None,
        address: str = "/",
        *,
        language: str = "en",
        theme: str = "light",
        width: int = 1440,
        height: int = 900,
    ) -> Visitor:
        context = await browser.new_context(
            locale=language, color_scheme=theme, viewport={"width": width, "height": height}, timezone_id="UTC"
        )
        watch = Watch(context, origin=console.url)
        watches.append(watch)
        visitor = Visitor(await context.new_page(), watch, console)
        if role is not None:
            await visitor.sign_in(role)
        await visitor.go(address)
        return visitor

    yield open_page
    for context in browser.contexts:
        await context.close()
    assert [complaint for watch in watches for complaint in watch.complaints] == []
