"""A real browser: how it is started, and what it must never do while a test looks on."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    async_playwright,
    expect,
)

ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@asynccontextmanager
async def browsing(executable: str, environment: dict[str, str | float | bool]) -> AsyncIterator[Browser]:
    """Start a browser that shows nothing; end it with the block."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=executable, headless=True, args=list(ARGUMENTS), env=environment
        )
        try:
            yield browser
        finally:
            await browser.close()


class Watch:
    """Looks on while pages of one site are used, and notes what a page must not do.

    That is: an error in its console, an error that nobody caught, a request to another host, an answer above 499. What
    the server refuses is an error in the console of Chromium too; a test that makes it refuse says so by ``expect``.
    """

    def __init__(self, context: BrowserContext, *, origin: str) -> None:
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self._origin = origin
        self._expected = {(401, "/me")}
        self._signed_in = True
        self._looks = True
        context.on("console", self._heard)
        context.on("weberror", lambda error: self._complain(f"nobody caught: {error.error}"))
        context.on("request", self._requested)
        context.on("response", self._answered)

    def expect(self, status: int, path: str) -> None:
        """Take it that the server answers a path with this status."""
        self._expected.add((status, path))

    def expect_signed_out(self) -> None:
        """Take it that nobody is signed in: whatever a page asks before it knows that is answered by 401."""
        self._signed_in = False

    def look_away(self) -> None:
        """Note nothing from now on: what comes is an attack, and its errors may arrive after the test."""
        self._looks = False

    def _complain(self, complaint: str) -> None:
        if self._looks:
            self.complaints.append(complaint)

    def _heard(self, message: ConsoleMessage) -> None:
        path = urlsplit(message.location.get("url", "")).path
        statuses = {status for status, at in self._expected if at == path} | (set() if self._signed_in else {401})
        refusals = [f"the server responded with a status of {status} " for status in statuses]
        if message.type == "error" and not any(refusal in message.text for refusal in refusals):
            self._complain(f"console: {message.text} ({message.location.get('url', '')})")

    def _requested(self, request: Request) -> None:
        address = urlsplit(request.url)
        self.asked.append(address.path)
        if address.scheme not in ("data", "blob") and f"{address.scheme}://{address.netloc}" != self._origin:
            self._complain(f"asked another host: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status > 499 and (response.status, urlsplit(response.url).path) not in self._expected:
            self._complain(f"{response.status}: {response.url}")


async def go_to(page: Page, address: str) -> None:
    """Open an address and return once the page before is gone: a change behind the ``#`` loads nothing to wait for."""
    await page.goto(address)
    await drawn(page)


async def drawn(page: Page) -> None:
    """Return once the page shows what came of the last thing that was done to it."""
    await page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")


async def screenshot(page: Page, name: str, **options: Any) -> None:
    """Write the page, all of it if nothing else is asked for, to ``BATCHDAG_SCREENSHOTS/name.png``, if that is set."""
    folder = os.environ.get("BATCHDAG_SCREENSHOTS")
    if folder:
        path = Path(folder) / f"{name}.png"
        await page.screenshot(path=path, animations="disabled", **{"full_page": True} | options)


LOOKS = tuple(
    (language, theme, width) for language in ("en", "ko") for theme in ("light", "dark") for width in (400, 1440)
)


async def show_everywhere(page: Page, name: str) -> None:
    """Write the page in both languages and themes, narrow and wide: ``name-ko-dark-400.png``. The last stays set."""
    if "BATCHDAG_SCREENSHOTS" not in os.environ:
        return
    for language, theme, width in LOOKS:
        await page.set_viewport_size({"width": width, "height": 900})
        await choose(page, language=language, theme=theme)
        await screenshot(page, f"{name}-{language}-{theme}-{width}")


async def choose(page: Page, *, language: str, theme: str) -> None:
    """Have the page in this language and theme, as this browser would remember them."""
    for preference, chosen in (("language", language), ("theme", theme)):
        await page.evaluate("([name, value]) => localStorage.setItem(name, value)", [f"batchdag.{preference}", chosen])
    await page.reload()
    await page.wait_for_load_state("load")
    await page.locator("main h1").first.wait_for()
    await expect(page.locator("main .loading")).to_have_count(0)


async def check_fits(page: Page, *, width: int = 320) -> None:
    """Fail if the page is wider than a small screen, so that it has to be scrolled sideways."""
    before = page.viewport_size
    await page.set_viewport_size({"width": width, "height": 640})
    taken = await page.evaluate("document.scrollingElement.scrollWidth")
    if before is not None:
        await page.set_viewport_size(before)
    assert taken <= width, f"the page is {taken} px wide on a screen of {width} px"
