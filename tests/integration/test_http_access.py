"""Who is let in, from where, and to what: every route, HTTP and WebSocket."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from engine.access import Role
from services.http.roles import OPEN_PATHS, needs, roles_by_route
from tests.consoles import CONSOLE_PATHS, write_console
from tests.harness import Harness, step
from tests.serving import Served, served_on

OPEN = OPEN_PATHS | CONSOLE_PATHS
FILLED = {
    "instance_id": "1",
    "name": "x",
    "version": "1",
    "step_key": "a",
    "shard": "0",
    "seq": "1",
    "token_id": "999",
    "set_id": "s",
    "question_id": "0" * 32,
}


@pytest.fixture
async def served(idle: Harness, tmp_path: Path) -> AsyncIterator[Served]:
    async with served_on(idle, console=write_console(tmp_path)) as running:
        yield running


def walked(served: Served) -> list[tuple[str, str, Role | None]]:
    """Every route as method, path and role; ``WS`` is the WebSocket."""
    found = []
    for route, role in roles_by_route(served.app):
        path = re.sub(r"{(\w+)}", lambda match: FILLED[match[1]], str(route.path))
        found += [(method, path, role) for method in sorted(getattr(route, "methods", None) or {"WS"})]
    return found


async def status_of(served: Served, method: str, path: str, headers: dict[str, str]) -> int:
    """The status of an answer; a stream is left at its head. Of a socket: 101, or the refusal's."""
    if method == "WS":
        try:
            async with connect(f"ws://127.0.0.1:{served.port}{path}", additional_headers=headers):
                return 101
        except InvalidStatus as refused:
            return refused.response.status_code
    async with (
        httpx2.AsyncClient(base_url=served.url, timeout=30, verify=False) as client,  # as in Served.as_
        client.stream(method, f"{served.url}{path}", headers=headers) as answer,
    ):
        return answer.status_code


async def test_the_open_paths_are_these_and_no_other(served: Served) -> None:
    assert {"/healthz", "/readyz", "/login"} == OPEN_PATHS
    assert {path for _, path, role in walked(served) if role is None} == OPEN


async def test_every_route_refuses_who_has_no_token(served: Served) -> None:
    routes = walked(served)
    assert len(routes) > 40
    assert ("WS", "/ws", Role.VIEWER) in routes
    for method, path, _ in routes:
        if path not in OPEN:
            for headers in ({}, {"Authorization": "Bearer bd_1_x"}, {"Cookie": "batchdag_session=bd_1_x"}):
                assert await status_of(served, method, path, headers) in (401, 403), (method, path, headers)


async def test_paths_near_the_open_ones_and_unknown_ones_need_a_token(served: Served) -> None:
    for path in (
        "/healthz/",
        "/x/healthz",
        "/healthz/../queue",
        "/login/x",
        "/nothing",
        "//healthz",
        "/metrics/healthz",
    ):
        assert await status_of(served, "GET", path, {}) == 401, path


async def test_each_role_may_do_what_its_routes_declare_and_nothing_more(served: Served) -> None:
    for method, path, needed in walked(served):
        for role in Role:
            if needed is not None and path != "/logout":
                status = await status_of(served, method, path, served.headers(role))
                assert (status == 403) == (not role.covers(needed)), (method, path, role, status)
                assert status not in (401, 500), (method, path, role, status)


def test_a_route_without_a_role_stops_the_start() -> None:
    app = FastAPI(openapi_url=None)
    app.state.open_paths = OPEN_PATHS
    app.get("/fine", **needs(Role.VIEWER))(lambda: None)
    roles_by_route(app)
    app.get("/forgotten")(lambda: None)
    with pytest.raises(LookupError, match="/forgotten declares no role"):
        roles_by_route(app)


async def test_a_foreign_host_is_refused(served: Served) -> None:
    for path in ("/queue", "/healthz"):
        headers = served.headers(Role.VIEWER) | {"Host": "evil.example"}
        assert await status_of(served, "GET", path, headers) == 421
    headers = served.headers(Role.ADMIN)
    with pytest.raises(InvalidStatus, match="421"):
        await connect("ws://evil.example/ws", host="127.0.0.1", port=served.port, additional_headers=headers)


async def test_a_foreign_page_can_neither_change_anything_nor_open_a_socket(served: Served) -> None:
    headers = served.headers(Role.ADMIN) | {"Origin": "http://evil.example"}
    assert await status_of(served, "POST", "/queue/restart", headers) == 403
    assert await status_of(served, "WS", "/ws", headers) == 403
    answer = await served.admin.get("/queue", headers={"Origin": "http://evil.example"})
    assert "access-control-allow-origin" not in answer.headers


async def test_a_link_signs_a_browser_in_once(served: Served) -> None:
    link = (await served.operator.post("/login-links")).json()["path"]
    async with httpx2.AsyncClient(base_url=served.url, timeout=30) as browser:
        entered = await browser.get(link)
        assert entered.status_code == 303
        cookie = entered.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert (await browser.get("/me")).json() == {"name": "the operator", "role": "operator"}
        own = {"Origin": served.url}
        assert (await browser.post("/queue/restart")).status_code == 403
        assert (await browser.post("/queue/restart", headers=own)).status_code == 200
        assert (await browser.post("/logout", headers=own)).status_code == 204
        browser.cookies.set("batchdag_session", entered.cookies["batchdag_session"])
        assert (await browser.get("/me")).status_code == 401
    assert await status_of(served, "GET", link, {}) == 403


async def test_whoever_opens_a_used_link_in_a_browser_is_led_to_where_it_says_so(served: Served) -> None:
    link = (await served.operator.post("/login-links")).json()["path"]
    async with httpx2.AsyncClient(
        base_url=served.url, headers={"Accept": "text/html,*/*;q=0.8"}, timeout=30
    ) as browser:
        assert (await browser.get(link)).headers["location"] == "/"
        browser.cookies.clear()
        again = await browser.get(link)
    assert (again.status_code, again.headers["location"]) == (303, "/#/?link=used")
    assert "set-cookie" not in again.headers


async def test_a_link_and_a_session_are_no_tokens(served: Served) -> None:
    code = (await served.viewer.post("/login-links")).json()["path"].partition("code=")[2]
    assert await status_of(served, "GET", "/me", {"Authorization": f"Bearer {code}"}) == 401
    token = served.secrets[Role.ADMIN]
    assert await status_of(served, "GET", "/me", {"Cookie": f"batchdag_session={token}"}) == 401


async def test_a_revoked_token_is_out_with_its_sessions_and_streams(idle: Harness) -> None:
    async with served_on(idle, keep_alive_seconds=0.05) as served:
        made = (await served.admin.post("/tokens", json={"name": "bob", "role": "viewer"})).json()
        headers = {"Authorization": f"Bearer {made['secret']}"}
        async with httpx2.AsyncClient(base_url=served.url, headers=headers, timeout=30) as bob:
            link = (await bob.post("/login-links")).json()["path"]
            async with (
                httpx2.AsyncClient(base_url=served.url, timeout=30) as browser,
                bob.stream("GET", "/events") as stream,
            ):
                await browser.get(link)
                assert (await browser.get("/me")).status_code == 200
                assert (await served.admin.delete(f"/tokens/{made['id']}")).status_code == 204
                assert (await bob.get("/me")).status_code == 401
                assert (await browser.get("/me")).status_code == 401
                async for _ in stream.aiter_lines():
                    pass
        assert (await served.admin.delete(f"/tokens/{made['id']}")).status_code == 404


async def drained(socket: ClientConnection) -> None:
    async for _ in socket:
        pass


async def test_a_revoked_token_is_out_of_its_socket(idle: Harness) -> None:
    async with served_on(idle, keep_alive_seconds=0.05) as served:
        made = (await served.admin.post("/tokens", json={"name": "bob", "role": "viewer"})).json()
        headers = {"Authorization": f"Bearer {made['secret']}"}
        async with connect(f"ws://127.0.0.1:{served.port}/ws", additional_headers=headers) as socket:
            await served.admin.delete(f"/tokens/{made['id']}")
            with pytest.raises(ConnectionClosed, match="come again"):
                await drained(socket)


async def test_an_expired_token_is_out(served: Served) -> None:
    made = (await served.admin.post("/tokens", json={"name": "bob", "role": "viewer", "days": 1})).json()
    await served.rows("update api_token set expires_at = clock_now() where id = %s returning 1", made["id"])
    assert await status_of(served, "GET", "/me", {"Authorization": f"Bearer {made['secret']}"}) == 401


async def test_no_secret_is_kept(served: Served) -> None:
    rows = await served.rows("select row_to_json(t)::text from api_token t")
    assert len(rows) == 4
    for secret in served.secrets.values():
        assert not any(secret.split("_", 2)[2] in text for (text,) in rows)
    listed = (await served.admin.get("/tokens")).json()["data"]
    assert "secret" not in str(listed)


async def test_the_analysts_role_reads_neither_tokens_nor_the_audit_log(served: Served) -> None:
    for name in ("api_token", "audit_log"):
        found = await served.rows("select has_table_privilege('batchdag_reader', %s, 'select')", name)
        assert found == [(False,)]


async def test_the_first_token_is_made_once(served: Served) -> None:
    access = served.app.state.site.access
    assert await access.create_first() is None
    await served.rows("update api_token set revoked_at = clock_now() returning 1")
    first = await access.create_first()
    assert first is not None
    assert await status_of(served, "GET", "/tokens", {"Authorization": f"Bearer {first.secret}"}) == 200
    assert await access.create_first() is None


async def test_a_body_that_is_too_large_is_refused_with_and_without_its_length(idle: Harness) -> None:
    async with served_on(idle, max_body_bytes=1_000) as served:
        declared = await served.operator.post("/batch/run", content=b"x" * 1_001)
        assert declared.status_code == 413

        async def parts() -> AsyncIterator[bytes]:
            for _ in range(3):
                yield b"y" * 500

        streamed = await served.operator.post(
            "/batch/run", content=parts(), headers={"Content-Type": "application/json"}
        )
        assert streamed.status_code == 413
        assert streamed.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "body",
    [b'{"name": "\\ud800"}', b'{"name": "p", "params": {"a": "\\u0000\\ud800", "b": NaN}}', b"{", b"\xff", b"[" * 900],
)
async def test_what_the_database_cannot_hold_is_no_defect(served: Served, body: bytes) -> None:
    await served.harness.define(step("a"), name="p")
    answer = await served.operator.post("/batch/run", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
