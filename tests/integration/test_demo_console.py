"""How the demo ends: at a terminal the console is served, elsewhere it says how; either way with a link that works."""

import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from engine.cli.demo_console import _free_port
from services.http.server import listen
from tests.ports import free_port

END = [sys.executable, "-c", "from engine.cli.demo_console import go_on_in_console; go_on_in_console()"]
HERE = Path(__file__).parents[2]


@pytest.fixture
def environment(database_url: str, tmp_path: Path) -> dict[str, str]:
    return os.environ | {
        "BATCHDAG_DATABASE_URL": database_url, "BATCHDAG_HOME": str(tmp_path), "PYTHONPATH": str(HERE),
        "COLUMNS": "300",
    }  # fmt: skip


def test_without_a_terminal_it_says_what_to_type_and_ends(environment: dict[str, str], tmp_path: Path) -> None:
    ended = subprocess.run(
        END, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=True
    )
    assert f"BATCHDAG_DATA_ROOT={tmp_path}/demo batchdag serve --port 8080" in ended.stdout
    assert re.search(r"^http://127.0.0.1:8080/login\?code=bd_\d+_\S{43}$", ended.stdout, re.MULTILINE)
    assert "within 5 minutes" in ended.stderr


@pytest.mark.parametrize("missing", ["fastapi", "prometheus_client", "uvicorn"])
def test_without_the_packages_that_serve_it_says_what_to_install_and_makes_no_link(
    environment: dict[str, str], missing: str
) -> None:
    bare = [*END[:2], f"import sys; sys.modules[{missing!r}] = None; {END[2]}"]
    ended = subprocess.run(bare, env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert "  pip install 'batchdag[http]'\n" in ended.stdout
    assert "login" not in ended.stdout + ended.stderr


def test_at_a_terminal_it_serves_the_console_until_it_is_interrupted(environment: dict[str, str]) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(END, env=environment, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        said = ""
        while (link := re.search(r"(http://127.0.0.1:\d+)(/login\?code=\S+)\r\n", said)) is None:
            said += os.read(ours, 4096).decode()
        with httpx2.Client(base_url=link[1], timeout=30) as browser:
            entered = browser.get(link[2])
            assert (entered.status_code, entered.headers["location"]) == (303, "/")
            assert browser.get("/me").json() == {"name": "terminal", "role": "admin"}
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
    os.close(ours)


def test_where_another_program_has_the_usual_port_any_other_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    with listen("127.0.0.1", port):
        monkeypatch.setattr("engine.cli.demo_console._PORT", port)
        assert _free_port() == 0
    assert _free_port() == port
