"""The end of the demo: the console over what it has made. At a terminal it is served; else what to type is printed.

The commands that serve come from another package, so they are called by their names, as a user would.
"""

import os
import socket
import sys
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

from engine.cli.console import out
from engine.cli.plugins import GROUP
from engine.settings import Settings

_HOST, _PORT = "127.0.0.1", 8080
_SERVING = ("fastapi", "prometheus_client", "uvicorn")
"""What the extra ``http`` installs, and ``serve`` cannot do without."""


def go_on_in_console() -> None:
    """Show the way into the console; at a terminal, serve it until it is interrupted."""
    if not {"serve", "login-link"} <= entry_points(group=GROUP).names:
        return
    data = Settings().home.absolute() / "demo"
    out.rule("the console")
    if not all(map(find_spec, _SERVING)):
        _say_what_is_missing(data)
    elif sys.stdin.isatty() and sys.stdout.isatty():
        _serve(data)
    else:
        _say_how(data)


def _serve(data: Path) -> None:
    # What is run from the console reads the files of the demo, as the demo itself did.
    os.environ["BATCHDAG_DATA_ROOT"] = str(data)
    _call("serve", "--host", _HOST, "--port", str(_free_port()))


def _say_how(data: Path) -> None:
    out.print("Start the server, then open the link in a browser:")
    _print_command(_serving(data))
    _call("login-link", "--address", f"http://{_HOST}:{_PORT}")


def _say_what_is_missing(data: Path) -> None:
    out.print("Install what it needs and start the server; that prints a link to open in a browser:")
    _print_command("pip install 'batchdag[http]'")
    _print_command(_serving(data))


def _serving(data: Path) -> str:
    return f"BATCHDAG_DATA_ROOT={data} batchdag serve --port {_PORT}"


def _print_command(command: str) -> None:
    out.print(f"  {command}", markup=False, soft_wrap=True)


def _call(*arguments: str) -> None:
    from engine.cli.commands import app

    app(list(arguments), standalone_mode=False)


def _free_port() -> int:
    """Return the usual port, or 0, which takes any, if another program has it."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((_HOST, _PORT))
        except OSError:
            return 0
    return _PORT
