"""The command ``batchdag emulator``, and how the command line finds commands of other packages."""

import os
import subprocess
import sys
from pathlib import Path

import openai

from tests.emulator_calls import ask
from tests.emulators import emulator_process

MAIN = "from engine.cli import main; main()"


def batchdag(*arguments: str, path: Path) -> subprocess.CompletedProcess[str]:
    """Run the command line with more packages installed in a folder."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(path), str(Path.cwd())]), "COLUMNS": "200"}
    command = [sys.executable, "-c", MAIN, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def install(folder: Path, command: str, target: str) -> None:
    """Install a package that adds a command."""
    described = folder / "extra-1.0.dist-info"
    described.mkdir()
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: extra\nVersion: 1.0\n")
    (described / "entry_points.txt").write_text(f"[batchdag.commands]\n{command} = {target}\n")


def test_the_command_serves_until_it_is_stopped() -> None:
    with (
        emulator_process("--batch-seconds", "7") as emulator,
        openai.OpenAI(base_url=emulator.environment["OPENAI_BASE_URL"], api_key="emulator") as client,
    ):
        assert ask(client, "Tell me of pears").choices
        assert emulator.settings()["batch_seconds"] == 7


def test_the_variables_can_be_evaluated_by_a_shell() -> None:
    export = f"{sys.executable} -m services.emulator --port 1234 --export"
    command = f'eval "$({export})"; echo "$OPENAI_BASE_URL $BATCHDAG_VERTEX_STAGING"'
    shell = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True)
    assert shell.stdout == "http://127.0.0.1:1234/openai/v1 gs://emulator/batchdag\n"


def test_a_port_that_is_taken_is_said_in_one_line() -> None:
    with emulator_process() as emulator:
        port = emulator.address.rpartition(":")[2]
        command = [sys.executable, "-m", "services.emulator", "--port", port]
        second = subprocess.run(command, capture_output=True, text=True, check=False)
    assert second.returncode == 1
    assert second.stderr.splitlines() == [
        f"Cannot listen on 127.0.0.1:{port}: Address already in use. --port gives another port."
    ]


def test_a_command_of_another_package_is_listed_and_run(tmp_path: Path) -> None:
    (tmp_path / "greeting.py").write_text(
        'import typer\ndef greet(name: str, loud: bool = False) -> None:\n    """Greet somebody."""\n'
        "    typer.echo(f\"Hello {name}{'!' * loud}\")\n"
    )
    install(tmp_path, "greet", "greeting:greet")
    assert "Greet somebody." in batchdag("--help", path=tmp_path).stdout
    assert batchdag("greet", "you", "--loud", path=tmp_path).stdout == "Hello you!\n"


def test_a_command_of_its_own_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "greeting.py").write_text('def version() -> None:\n    print("mine")\n')
    install(tmp_path, "version", "greeting:version")
    assert "mine" not in batchdag("version", path=tmp_path).stdout


def test_a_command_that_cannot_be_loaded_spoils_no_other(tmp_path: Path) -> None:
    install(tmp_path, "broken", "no_such_module:command")
    assert "Cannot be loaded" in batchdag("--help", path=tmp_path).stdout
    assert batchdag("version", path=tmp_path).returncode == 0
    broken = batchdag("broken", path=tmp_path)
    assert broken.returncode == 1
    assert "no_such_module" in broken.stderr


def test_the_list_of_commands_loads_no_web_server(tmp_path: Path) -> None:
    install(tmp_path, "stand-in", "services.emulator.cli:emulator")
    asked = f"import sys\nsys.argv = ['batchdag', '--help']\ntry:\n    {MAIN}\nexcept SystemExit:\n    pass\n"
    asked += "loaded = {'starlette', 'uvicorn', 'openai', 'google.genai'} & set(sys.modules)\nassert not loaded, loaded"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(Path.cwd())])}
    shown = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=False)
    assert "stand-in" in shown.stdout
    assert shown.stderr == ""
