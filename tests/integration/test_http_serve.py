"""The commands: what `serve` prints, keeps and refuses, and tokens made from the command line."""

import json
import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from services.http.command import Options, reached_at
from services.http.server import Tls

COMMAND = "import sys, typer; from services.http import cli; typer.run(getattr(cli, sys.argv.pop(1).replace('-', '_')))"
HERE = Path(__file__).parents[2]


@pytest.fixture
def environment(database_url: str, tmp_path: Path) -> dict[str, str]:
    return os.environ | {
        "BATCHDAG_DATABASE_URL": database_url, "BATCHDAG_HOME": str(tmp_path), "PYTHONPATH": str(HERE),
        "BATCHDAG_HTTP_TOKEN_CACHE_SECONDS": "0",
    }  # fmt: skip


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: PLW1510 - the status is what is tested
        [sys.executable, "-c", COMMAND, *arguments], env=environment, capture_output=True, text=True, timeout=60
    )


@contextmanager
def serving(
    environment: dict[str, str], *arguments: str, until: str = "^To sign"
) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """Start `serve`, and give it with the lines that it has printed up to the link."""
    process = subprocess.Popen(
        [sys.executable, "-uc", COMMAND, "serve", "--port", "0", *arguments],
        env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if re.match(until, line):
            break
    try:
        yield process, lines
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
        process.stdout.close()


def test_the_first_start_prints_a_token_and_a_link_and_keeps_the_token_from_others(
    environment: dict[str, str], tmp_path: Path
) -> None:
    with serving(environment) as (_, lines):
        said = "".join(lines)
        address = re.search(r"http://127.0.0.1:\d+", said)
        secret = re.search(r"^  (bd_\S+)$", said, re.MULTILINE)
        link = re.search(r"http://\S+/login\?code=\S+", said)
        assert address
        assert secret
        assert link
        file = tmp_path / "admin-token"
        assert (file.read_text().strip(), stat.S_IMODE(file.stat().st_mode)) == (secret[1], 0o600)
        headers = {"Authorization": f"Bearer {secret[1]}"}
        assert httpx2.get(f"{address[0]}/me", headers=headers, timeout=30).json() == {"name": "first", "role": "admin"}
        assert httpx2.get(link[0], timeout=30).status_code == 303


def test_every_start_prints_a_fresh_link_and_only_the_first_a_token(environment: dict[str, str]) -> None:
    said = []
    for _ in range(2):
        with serving(environment) as (_, lines):
            said.append("".join(lines))
            link = re.search(r"http://\S+/login\?code=\S+", said[-1])
            assert link
            with httpx2.Client(timeout=30) as browser:
                assert browser.get(link[0], follow_redirects=True).url.path == "/"
                assert browser.get(f"{link[0].partition('/login')[0]}/me").json() == {
                    "name": "terminal",
                    "role": "admin",
                }
            assert httpx2.get(link[0], timeout=30).status_code == 403
    assert ["A token for an administrator" in text for text in said] == [True, False]
    tokens = json.loads(run(environment, "token", "list", "--json").stdout)
    assert [token["name"] for token in tokens] == ["terminal", "first"]


def test_no_link_is_printed_where_the_output_goes_to_a_log(environment: dict[str, str]) -> None:
    with serving(environment, "--no-link", until="^  bd_") as (process, _):
        process.send_signal(signal.SIGINT)
        assert process.stdout is not None
        assert "login" not in process.stdout.read()


def test_a_link_made_at_a_terminal_has_its_role_and_ends_with_its_token(environment: dict[str, str]) -> None:
    with serving(environment) as (_, lines):
        address = str(re.search(r"http://127.0.0.1:\d+", lines[0])[0])  # type: ignore[index]
        made = run(environment, "login-link", "--role", "viewer", "--address", f"{address}/")
        assert re.fullmatch(rf"{address}/login\?code=bd_\d+_\S{{43}}\n", made.stdout)
        assert "within 5 minutes" in made.stderr
        with httpx2.Client(base_url=address, timeout=30) as browser:
            assert browser.get(made.stdout.strip()).status_code == 303
            assert browser.get("/me").json() == {"name": "terminal", "role": "viewer"}
            assert browser.get("/tokens").status_code == 403
            (token,) = [
                token for token in json.loads(run(environment, "token", "list", "--json").stdout)
                if (token["name"], token["role"]) == ("terminal", "viewer")
            ]  # fmt: skip
            run(environment, "token", "revoke", str(token["id"]))
            assert browser.get("/me").status_code == 401


def test_a_link_before_the_first_start_does_not_take_the_first_token_away(environment: dict[str, str]) -> None:
    assert run(environment, "login-link").returncode == 0
    with serving(environment) as (_, lines):
        assert "A token for an administrator" in "".join(lines)


@pytest.mark.parametrize(
    ("options", "reached"),
    [
        ({}, "http://127.0.0.1:8080"),
        ({"host": "::1"}, "http://[::1]:8080"),
        ({"host": "0.0.0.0", "hosts": ("b.example",), "tls": Tls(Path("c"), Path("k"))}, "https://b.example:8080"),
        ({"hosts": ("b.example",), "behind_proxy": True}, "https://b.example"),
        ({"behind_proxy": True}, "http://127.0.0.1:8080"),
    ],
)
def test_a_link_leads_to_where_a_browser_finds_the_server(options: dict[str, Any], reached: str) -> None:
    usual = {"host": "127.0.0.1", "port": 0, "works": True, "schedules": True, "hosts": (), "tls": None}
    chosen = Options(**usual | {"behind_proxy": False, "link": True} | options)
    assert reached_at(chosen, port=8080) == reached


def test_an_open_address_needs_encryption(environment: dict[str, str]) -> None:
    refused = run(environment, "serve", "--host", "0.0.0.0", "--port", "0")
    assert refused.returncode != 0
    assert "--behind-proxy" in refused.stderr


def test_a_token_is_made_listed_and_revoked(environment: dict[str, str]) -> None:
    made = run(environment, "token", "create", "--role", "editor", "--name", "bob", "--json")
    issued = json.loads(made.stdout)
    assert re.fullmatch(r"bd_\d+_\S{43}", issued["secret"])
    assert run(environment, "token", "revoke", str(issued["id"])).returncode == 0
    (listed,) = json.loads(run(environment, "token", "list", "--json").stdout)
    assert (listed["name"], listed["role"], listed["revoked_at"] is None) == ("bob", "editor", False)
    assert run(environment, "token", "revoke", str(issued["id"])).returncode != 0
