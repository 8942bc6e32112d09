"""The console is served as static code: what a browser may do with it, keep of it, and what a hostile page may not."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from engine.access import Role
from services.console.assets import read_assets
from services.negotiation import is_known, takes_gzip
from tests.consoles import ASSETS, CONSOLE_PATHS, PAGE, SCRIPT, write_console
from tests.harness import Harness
from tests.serving import Served, served_on

SCRIPT_PATH = "/assets/index-A1b2-_Xy.js"
POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"


@pytest.fixture
async def served(idle: Harness, tmp_path: Path) -> AsyncIterator[Served]:
    async with served_on(idle, console=write_console(tmp_path)) as running:
        yield running


@pytest.fixture
async def stranger(served: Served) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser that has no token, no cookie, and compresses nothing."""
    async with httpx2.AsyncClient(base_url=served.url, headers={"Accept-Encoding": "identity"}, timeout=30) as client:
        yield client


async def test_the_page_and_its_assets_are_there_for_everybody(stranger: httpx2.AsyncClient) -> None:
    assert (await stranger.get("/")).content == PAGE
    for name, body in ASSETS.items():
        assert (await stranger.get(f"/assets/{name}")).content == body


@pytest.mark.parametrize("path", sorted(CONSOLE_PATHS))
async def test_no_page_may_frame_it_and_no_code_but_its_own_runs(stranger: httpx2.AsyncClient, path: str) -> None:
    headers = (await stranger.get(path)).headers
    assert headers.get_list("content-security-policy") == [POLICY]
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "access-control-allow-origin" not in headers
    assert "set-cookie" not in headers


async def test_what_is_served_is_the_same_for_who_is_signed_in(served: Served, stranger: httpx2.AsyncClient) -> None:
    for path in sorted(CONSOLE_PATHS):
        known = await served.admin.get(path, headers={"Accept-Encoding": "identity"})
        unknown = await stranger.get(path)
        assert (known.content, known.headers["etag"]) == (unknown.content, unknown.headers["etag"])


@pytest.mark.parametrize(
    ("path", "kept", "media_type"),
    [
        ("/", "no-store", "text/html; charset=utf-8"),
        (SCRIPT_PATH, "public, max-age=31536000, immutable", "text/javascript; charset=utf-8"),
        ("/assets/index-00000000.css", "public, max-age=31536000, immutable", "text/css; charset=utf-8"),
        ("/assets/icon-abcdefgh.png", "public, max-age=31536000, immutable", "image/png"),
        ("/assets/plain.svg", "no-cache", "image/svg+xml"),
    ],
)
async def test_a_browser_keeps_what_is_named_by_its_content_and_never_the_page(
    stranger: httpx2.AsyncClient, path: str, kept: str, media_type: str
) -> None:
    headers = (await stranger.get(path)).headers
    assert (headers.get_list("cache-control"), headers["content-type"]) == ([kept], media_type)


async def test_a_refusal_and_an_answer_of_the_api_are_kept_by_nobody(served: Served) -> None:
    async with httpx2.AsyncClient(base_url=served.url, timeout=30) as nobody:
        assert (await nobody.get("/me")).headers["cache-control"] == "no-store"
        assert (await nobody.get("/assets/other-A1b2-_Xy.js")).headers["cache-control"] == "no-store"
    assert (await served.viewer.get("/me")).headers["cache-control"] == "no-store"


async def test_head_says_what_get_says_without_the_body(stranger: httpx2.AsyncClient) -> None:
    for path in sorted(CONSOLE_PATHS):
        got, head = await stranger.get(path), await stranger.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == got.headers["content-length"]
        assert head.headers["etag"] == got.headers["etag"]


async def test_an_asset_that_a_browser_has_is_not_sent_again(stranger: httpx2.AsyncClient) -> None:
    etag = (await stranger.get(SCRIPT_PATH)).headers["etag"]
    again = await stranger.get(SCRIPT_PATH, headers={"If-None-Match": f'"other", {etag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert again.headers["content-security-policy"] == POLICY
    assert (await stranger.get(SCRIPT_PATH, headers={"If-None-Match": '"other"'})).status_code == 200


async def test_it_is_compressed_for_who_can_read_that(stranger: httpx2.AsyncClient) -> None:
    async with stranger.stream("GET", SCRIPT_PATH, headers={"Accept-Encoding": "br, gzip"}) as answer:
        packed = b"".join([part async for part in answer.aiter_raw()])
    assert (answer.headers["content-encoding"], answer.headers["vary"]) == ("gzip", "accept-encoding")
    assert gzip.decompress(packed) == SCRIPT
    assert len(packed) < len(SCRIPT) / 10
    plain = await stranger.get(SCRIPT_PATH, headers={"Accept-Encoding": "gzip;q=0, *"})
    assert "content-encoding" not in plain.headers


@pytest.mark.parametrize(
    ("accepted", "taken"),
    [
        ("gzip", True), ("GZIP;q=0.5", True), ("br;q=1, gzip; q=0.001", True), ("*", True), ("", False), ("br", False),
        ("gzip;q=0", False), ("gzip; q=0.000", False), ("*;q=0", False), ("*;q=0, gzip", True), ("gzip;q=0, *", False),
        ("x-gzip-not", False),
    ],
)  # fmt: skip
def test_a_weight_of_zero_forbids(accepted: str, taken: bool) -> None:
    assert takes_gzip(accepted) == taken


@pytest.mark.parametrize(
    ("known", "same"), [('W/"a"', True), ('"a"', True), ('"b", "a"', True), ("*", True), ("", False), ('"ab"', False)]
)
def test_etags_are_compared_as_weak_ones(known: str, same: bool) -> None:
    assert is_known('W/"a"', known) == same


async def test_a_foreign_host_gets_no_page(stranger: httpx2.AsyncClient) -> None:
    for path in ("/", SCRIPT_PATH):
        assert (await stranger.get(path, headers={"Host": "evil.example"})).status_code == 421


async def test_assets_are_one_route_to_prometheus(served: Served) -> None:
    for path in sorted(CONSOLE_PATHS):
        await served.viewer.get(path)
    text = (await served.viewer.get("/metrics")).text
    assert 'batchdag_http_requests_total{method="GET",route="/assets/*",status="200"} 4.0' in text
    assert 'route="/assets/index' not in text


async def test_without_a_build_the_page_says_how_to_make_one_and_the_api_answers(idle: Harness, tmp_path: Path) -> None:
    async with served_on(idle, console=tmp_path / "none") as served:
        answer = await served.viewer.get("/")
        async with httpx2.AsyncClient(base_url=served.url, timeout=30) as nobody:
            assert (await nobody.get("/")).text == answer.text
            assert (await nobody.get("/assets/index-A1b2-_Xy.js")).status_code == 401
        assert (answer.status_code, "make console" in answer.text) == (404, True)
        assert (await served.viewer.get("/me")).status_code == 200


def test_what_is_read_is_the_page_and_what_lies_in_the_folder_of_assets(tmp_path: Path) -> None:
    assert {asset.path for asset in read_assets(write_console(tmp_path))} == CONSOLE_PATHS
    assert read_assets(tmp_path) == ()


async def cookie_of(served: Served, role: Role) -> tuple[str, httpx2.Response]:
    answer = await served.as_(role).post("/sessions")
    return answer.cookies["batchdag_session"], answer


async def test_a_token_signs_a_browser_in_and_is_forgotten(served: Served, stranger: httpx2.AsyncClient) -> None:
    session, answer = await cookie_of(served, Role.EDITOR)
    assert (answer.status_code, answer.json()) == (201, {"name": "the editor", "role": "editor"})
    cookie = answer.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "samesite=strict", "path=/", "max-age=43200"))
    assert answer.headers["cache-control"] == "no-store"
    assert session not in answer.text
    assert (await stranger.get("/me", headers={"Cookie": f"batchdag_session={session}"})).json()["role"] == "editor"
    assert (await stranger.get("/me", headers={"Authorization": f"Bearer {session}"})).status_code == 401


async def test_a_session_makes_no_other_session(served: Served, stranger: httpx2.AsyncClient) -> None:
    session, _ = await cookie_of(served, Role.ADMIN)
    headers = {"Cookie": f"batchdag_session={session}", "Origin": served.url}
    refused = await stranger.post("/sessions", headers=headers)
    assert (refused.status_code, "set-cookie" in refused.headers) == (403, False)
    rows = await served.rows("select actor, action, outcome from audit_log order by id")
    assert rows == [("the admin", "session.create", "done"), ("the admin", "session.create", "refused")]


async def test_a_foreign_page_signs_nobody_in_or_out(served: Served, stranger: httpx2.AsyncClient) -> None:
    session, _ = await cookie_of(served, Role.VIEWER)
    for origin in ("http://evil.example", "null", "http://127.0.0.1:1", f"https://evil.example/{served.url}"):
        for path, headers in (
            ("/sessions", served.headers(Role.ADMIN)),
            ("/sessions", {"Cookie": f"batchdag_session={session}"}),
            ("/logout", {"Cookie": f"batchdag_session={session}"}),
        ):
            refused = await stranger.post(path, headers=headers | {"Origin": origin})
            assert (refused.status_code, "set-cookie" in refused.headers) == (403, False), (path, origin)
    assert (await stranger.post("/logout", headers={"Cookie": f"batchdag_session={session}"})).status_code == 403
    assert (await stranger.get("/me", headers={"Cookie": f"batchdag_session={session}"})).status_code == 200


async def test_nobody_signs_in_without_a_token_that_counts(served: Served, stranger: httpx2.AsyncClient) -> None:
    link = (await served.viewer.post("/login-links")).json()["path"].partition("code=")[2]
    for headers in ({}, {"Authorization": "Bearer bd_1_x"}, {"Authorization": f"Bearer {link}"}):
        refused = await stranger.post("/sessions", headers=headers)
        assert (refused.status_code, "set-cookie" in refused.headers) == (401, False)


async def test_a_session_ends_with_the_token_that_made_it(served: Served, stranger: httpx2.AsyncClient) -> None:
    made = (await served.admin.post("/tokens", json={"name": "bob", "role": "viewer"})).json()
    answer = await stranger.post("/sessions", headers={"Authorization": f"Bearer {made['secret']}"})
    assert (answer.status_code, (await stranger.get("/me")).status_code) == (201, 200)
    assert (await served.admin.delete(f"/tokens/{made['id']}")).status_code == 204
    assert (await stranger.get("/me")).status_code == 401


async def test_a_link_leads_to_the_page_and_nowhere_else(served: Served, stranger: httpx2.AsyncClient) -> None:
    for more in ("", "&next=//evil.example", "&redirect=https://evil.example", "&url=%2f%2fevil.example"):
        link = (await served.viewer.post("/login-links")).json()["path"]
        entered = await stranger.get(link + more, headers={"Referer": "http://evil.example/"})
        assert (entered.status_code, entered.headers["location"]) == (303, "/"), more
        assert entered.headers["cache-control"] == "no-store"
    stranger.cookies.clear()
    for path in ("//evil.example", "/\\evil.example", "/login/..//evil.example"):
        answer = await stranger.get(f"{served.url}{path}")
        assert (answer.status_code, "location" in answer.headers) == (401, False), path
