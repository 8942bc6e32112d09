"""What ``batchdag emulator`` does: says how to point SDKs at the server, and serves until interrupted."""

import shlex
import signal
import socket
import sys
from typing import NoReturn

import typer

from services.emulator.environment import environment
from services.emulator.settings import EmulatorSettings


def print_exports(host: str, port: int) -> None:
    """Print the variables as shell commands."""
    for name, value in environment(_address(host, port)).items():
        typer.echo(f"export {name}={shlex.quote(value)}")


def serve(host: str, port: int, *, settings: EmulatorSettings) -> None:
    """Serve until interrupted; port 0 picks a free one."""
    try:
        from services.emulator.server import listen, prepared  # noqa: PLC0415 - printing exports needs no web server
    except ModuleNotFoundError as error:
        _give_up(f"The emulator needs {error.name}, which is not installed: pip install 'batchdag[emulator]'")
    try:
        listening = listen(host, port)
    except OSError as error:
        _give_up(f"Cannot listen on {host}:{port}: {error.strerror or error}. --port gives another port.")
    # uvicorn ends by raising the signal once more; this way the folder of files is removed after SIGTERM, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with listening, prepared(settings) as server:
        _announce(host, listening)
        server.run(sockets=[listening])


def _announce(host: str, listening: socket.socket) -> None:
    address = _address(host, int(listening.getsockname()[1]))
    typer.echo(f"The emulator listens on {address}. Admin routes are below {address}/admin. Point SDKs at it with:\n")
    for name, value in environment(address).items():
        typer.echo(f"  {name}={value}")
    typer.echo("\nStop it with Ctrl-C.")


def _give_up(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(1)


def _address(host: str, port: int) -> str:
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not listened on
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}"
