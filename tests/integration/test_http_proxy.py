"""Whose word is taken about the client: nobody's, unless a proxy was announced; then its own word, and no more."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.types import Receive, Scope, Send

from services.http.proxy import BehindProxy

COMMAND = "import sys; from services.http import cli; import typer; typer.run(cli.serve)"
HERE = Path(__file__).parents[2]


@contextmanager
def serving(database_url: str, home: Path, *arguments: str) -> Iterator[httpx2.Client]:
    """A real `serve`, as an administrator."""
    environment = os.environ | {
        "BATCHDAG_DATABASE_URL": database_url, "BATCHDAG_HOME": str(home), "PYTHONPATH": str(HERE),
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-uc", COMMAND, "--port", "0", "--no-work", *arguments],
        env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    said = ""
    while "To sign" not in said:
        said += process.stdout.readline()
    address, secret = re.search(r"http://127.0.0.1:\d+", said), re.search(r"^  (bd_\S+)$", said, re.MULTILINE)
    assert address
    assert secret
    try:
        with httpx2.Client(base_url=address[0], headers={"Authorization": f"Bearer {secret[1]}"}, timeout=30) as client:
            yield client
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
        process.stdout.close()


def audited(client: httpx2.Client, **headers: str) -> str:
    """Which address the audit log has for a change that comes with these headers."""
    assert client.post(
        "/queue/restart", headers={name.replace("_", "-"): text for name, text in headers.items()}
    ).is_success
    return str(client.get("/audit").json()["data"][0]["client"])


def test_without_the_flag_no_header_about_the_client_is_believed(database_url: str, tmp_path: Path) -> None:
    with serving(database_url, tmp_path) as client:
        assert audited(client, X_Forwarded_For="203.0.113.9", Forwarded="for=203.0.113.9") == "127.0.0.1"
        assert client.get("/me", headers={"Host": "evil.example", "X-Forwarded-Host": "localhost"}).status_code == 421
        assert client.get("/metrics").text.count("batchdag_event_loop_lag_seconds ") == 3


def test_behind_a_proxy_its_own_entry_is_believed_and_not_what_the_client_sent(
    database_url: str, tmp_path: Path
) -> None:
    with serving(database_url, tmp_path, "--behind-proxy") as client:
        assert audited(client, X_Forwarded_For="6.6.6.6, 203.0.113.9") == "203.0.113.9"
        assert audited(client, X_Forwarded_For="nonsense") == "127.0.0.1"
        assert audited(client) == "127.0.0.1"
        for header in ("X-Forwarded-Host", "Forwarded"):
            headers = {"Host": "evil.example", header: "localhost"}
            assert client.get("/me", headers=headers).status_code == 421
        assert client.get("/me", headers={"X-Forwarded-Prefix": "/healthz", "X-Original-URL": "/healthz"}).is_success
        anonymous = {
            "Authorization": "",
            "X-Original-URL": "/healthz",
            "X-Rewrite-URL": "/healthz",
            "X-Forwarded-Prefix": "/x",
        }
        assert client.get("/me", headers=anonymous).status_code == 401


async def told(headers: list[tuple[str, str]], kind: str = "http") -> dict[str, Any]:
    seen: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)

    async def nothing(*_: Any) -> Any:
        raise AssertionError

    raw = [(name.encode(), text.encode()) for name, text in headers]
    scope = {"type": kind, "scheme": "http" if kind == "http" else "ws", "client": ("127.0.0.1", 5), "headers": raw}
    await BehindProxy(app)(scope, nothing, nothing)
    return dict(seen[0])


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        (["203.0.113.9"], "203.0.113.9"),
        (["203.0.113.9:4711"], "203.0.113.9"),
        (["6.6.6.6", "203.0.113.9"], "203.0.113.9"),
        (["6.6.6.6, 203.0.113.9"], "203.0.113.9"),
        (["[2001:db8::1]:4711"], "2001:db8::1"),
        (["2001:db8::1"], "2001:db8::1"),
        (["203.0.113.9, "], "127.0.0.1"),
        (["203.0.113.9, unknown"], "127.0.0.1"),
        (["'; drop table"], "127.0.0.1"),
        ([""], "127.0.0.1"),
        ([], "127.0.0.1"),
    ],
)
async def test_the_last_entry_is_the_client_if_it_is_an_address(forwarded: list[str], address: str) -> None:
    scope = await told([("x-forwarded-for", text) for text in forwarded])
    assert scope["client"][0] == address


@pytest.mark.parametrize(
    ("kind", "said", "scheme"),
    [
        ("http", "https", "https"),
        ("http", "HTTPS", "https"),
        ("http", "http", "http"),
        ("websocket", "https", "wss"),
        ("websocket", "http", "ws"),
        ("http", "ftp", "http"),
        ("http", "javascript", "http"),
        ("websocket", "x", "ws"),
    ],
)
async def test_the_scheme_is_one_of_http(kind: str, said: str, scheme: str) -> None:
    assert (await told([("x-forwarded-proto", said)], kind))["scheme"] == scheme


async def test_nothing_else_of_a_request_is_changed() -> None:
    plain = await told([("x-forwarded-host", "evil.example"), ("x-forwarded-prefix", "/x"), ("x-forwarded-port", "1")])
    assert plain["client"] == ("127.0.0.1", 5)
    assert {"server", "root_path", "path"}.isdisjoint(plain)
