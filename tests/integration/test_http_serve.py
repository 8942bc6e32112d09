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

import httpx2
import pytest

COMMAND = "import sys, typer; from services.http import cli; typer.run(getattr(cli, sys.argv.pop(1)))"
HERE = Path(__file__).parents[2]


@pytest.fixture
def environment(database_url: str, tmp_path: Path) -> dict[str, str]:
    return os.environ | {
        "BATCHDAG_DATABASE_URL": database_url, "BATCHDAG_HOME": str(tmp_path), "PYTHONPATH": str(HERE),
    }  # fmt: skip


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: PLW1510 - the status is what is tested
        [sys.executable, "-c", COMMAND, *arguments], env=environment, capture_output=True, text=True, timeout=60
    )


@contextmanager
def serving(environment: dict[str, str], *arguments: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """Start `serve`, and give it with the lines that it has printed up to the link."""
    process = subprocess.Popen(
        [sys.executable, "-uc", COMMAND, "serve", "--port", "0", *arguments],
        env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("To sign"):
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
        assert httpx2.get(f"{address[0]}/me", headers=headers).json() == {"name": "first", "role": "admin"}
        assert httpx2.get(link[0]).status_code == 303


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
