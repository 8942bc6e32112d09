"""Nobody comes in without a token: by any route, any method, any spelling of a path, or a socket.

Requests are written by hand, since clients tidy paths up before they send them.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from urllib.parse import unquote

import pytest

from engine.access import Role
from services.http.roles import OPEN_PATHS, roles_by_route
from tests.consoles import CONSOLE_PATHS, write_console
from tests.harness import Harness
from tests.serving import Served, served_on

OPEN = OPEN_PATHS | CONSOLE_PATHS
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get")
STRANGERS: tuple[Mapping[str, str], ...] = (
    {},
    {"Authorization": "Bearer bd_1_x"},
    {"Authorization": "Bearer "},
    {"Authorization": "Basic YWRtaW46YWRtaW4="},
    {"Authorization": "bd_1_x"},
    {"Cookie": "batchdag_session=bd_1_x", "Origin": "http://localhost"},
    {"X-Api-Key": "x", "X-Forwarded-User": "admin", "X-Remote-User": "admin"},
)
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}
ELSEWHERE = (
    "/docs", "/redoc", "/openapi.yaml", "/swagger.json", "/static/app.js", "/index.html", "/assets", "/assets/",
    "/assets/other.js", "/assets/../queue", "/dist/index.html", "/static/../queue", "/favicon.ico",
    "/robots.txt", "/.env", "/console", "/debug", "/admin", "/admin/", "/api/v1/queue", "/health", "/metrics.json",
)  # fmt: skip


@pytest.fixture
async def served(idle: Harness, tmp_path: Path) -> AsyncIterator[Served]:
    async with served_on(idle, console=write_console(tmp_path)) as running:
        yield running


async def status(served: Served, method: str, target: str, headers: Mapping[str, str] | None = None) -> int:
    """What the server says to a request exactly as it is written; 0: it hung up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    sent = {"Host": "localhost", "Content-Length": "0"} | dict(headers or {})
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {text}" for name, text in sent.items()), "", ""]
    writer.write("\r\n".join(lines).encode())
    line = await asyncio.wait_for(reader.readline(), 20)
    writer.close()
    return int(line.split()[1]) if line else 0


def paths(served: Served) -> list[str]:
    """Every path that there is, with something in the place of each parameter."""
    routes = {str(route.path) for route, _ in roles_by_route(served.app)}
    return sorted(re.sub(r"{\w+}", "1", path) for path in routes)


def spellings(path: str) -> list[str]:
    """Other ways to write a path, that a proxy or a router might take for it."""
    first = path[1:2]
    return [
        path + "/", "/" + path, "/." + path, "/x/.." + path, "/x/%2e%2e" + path, path + "/.", path + "//", path + "%2f",
        path + "%00", path + ";x", path + ";/healthz", path + "/healthz", path + "/../healthz", path + "?/healthz",
        path.upper() + "/", f"/%{ord(first or '/'):02x}{path[2:]}", path.replace("/", "%2f"), path.replace("/", "\\"),
        f"/healthz{path}", f"/healthz/..{path}", path + "%20", f"http://localhost{path}",
    ]  # fmt: skip


async def test_every_route_refuses_every_stranger(served: Served) -> None:
    known = paths(served)
    assert {"/openapi.json", "/metrics", "/ws", "/events", "/queue", "/admin/restart-queue"} <= set(known)
    assert len(known) > 40
    for path in known:
        if path not in OPEN:
            for headers in STRANGERS:
                assert await status(served, "GET", path, headers) == 401, (path, headers)


async def test_no_method_opens_a_route(served: Served) -> None:
    for path in paths(served):
        for method in METHODS:
            found = await status(served, method, path)
            if path in CONSOLE_PATHS and method == "HEAD":
                assert found == 200, path
            elif path in OPEN:
                assert found in ((200, 422) if method == "GET" else (400, 405)), (method, path, found)
            else:
                assert found in (400, 401), (method, path, found)


async def test_no_spelling_of_a_path_opens_it(served: Served) -> None:
    for path in paths(served):
        if path not in OPEN:
            for spelt in spellings(path):
                assert await status(served, "GET", spelt) in (400, 401), spelt


@pytest.mark.parametrize("path", sorted(OPEN))
async def test_only_the_path_itself_is_open(served: Served, path: str) -> None:
    for spelt in spellings(path):
        if unquote(spelt.partition("?")[0]).removeprefix("http://localhost") != path:
            assert await status(served, "GET", spelt) in (400, 401), spelt


async def test_paths_that_are_not_there_tell_strangers_nothing_and_others_that_they_are_not_there(
    served: Served,
) -> None:
    for path in ELSEWHERE:
        assert await status(served, "GET", path) == 401, path
        assert await status(served, "GET", path, served.headers(Role.ADMIN)) == 404, path


async def test_no_socket_opens_without_a_token_on_any_path(served: Served) -> None:
    for path in (*paths(served), "/ws/", "//ws", "/WS", "/healthz/ws", "/socket", "/graphql"):
        for headers in STRANGERS:
            found = await status(served, "GET", path, UPGRADE | dict(headers))
            assert found in (401, 403), (path, headers, found)
    assert await status(served, "GET", "/ws", UPGRADE | served.headers(Role.VIEWER)) == 101


async def test_a_role_opens_nothing_by_another_method_or_spelling(served: Served) -> None:
    viewer = served.headers(Role.VIEWER)
    for path in ("/tokens", "/audit"):
        for spelt in (path, *spellings(path)):
            assert await status(served, "GET", spelt, viewer) in (400, 403, 404, 405), spelt
        for method in METHODS:
            assert await status(served, method, path, viewer) in (400, 403, 405, 422), (method, path)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/tokens", "GET, POST"),
        ("/tokens/1", "DELETE"),
        ("/definitions/hello", "GET, PUT"),
        ("/definitions/preview", "POST"),
        ("/healthz", "GET"),
        ("/admin/system-prompts/explanation", "GET, PUT"),
    ],
)
async def test_a_method_that_a_path_has_not_is_answered_with_those_that_it_has(
    served: Served, path: str, allowed: str
) -> None:
    for method in ("OPTIONS", "HEAD", "PATCH"):
        answer = await served.admin.request(method, path)
        assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
        assert answer.headers["content-type"] == "application/problem+json"


async def test_a_wrong_token_is_not_made_good_by_a_cookie(served: Served) -> None:
    link = (await served.admin.post("/login-links")).json()["path"]
    session = (await served.admin.get(link)).cookies["batchdag_session"]
    cookie = {"Cookie": f"batchdag_session={session}"}
    assert await status(served, "GET", "/me", cookie) == 200
    assert await status(served, "GET", "/me", cookie | {"Authorization": "Bearer bd_1_x"}) == 401
