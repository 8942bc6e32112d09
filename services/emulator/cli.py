"""The command ``batchdag emulator`` and its options. Light to import: the list of commands loads it."""

from typing import Annotated

import typer


def emulator(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 picks a free one.")] = 8377,
    *,
    batch_seconds: Annotated[float, typer.Option(min=0, help="How long a batch job takes.")] = 0.5,
    live_seconds: Annotated[float, typer.Option(min=0, help="How long a live call takes.")] = 0.0,
    export: Annotated[
        bool, typer.Option("--export", help='Only print the variables, as shell commands: eval "$(...)".')
    ] = False,
) -> None:
    """Serve a local stand-in for the providers' APIs.

    For those of OpenAI, Gemini, Vertex and Cloud Storage: any SDK can be pointed at it.
    """
    from services.emulator import command  # noqa: PLC0415 - loaded only when it is to run
    from services.emulator.settings import EmulatorSettings  # noqa: PLC0415

    if export:
        command.print_exports(host, port)
    else:
        command.serve(host, port, settings=EmulatorSettings(batch_seconds=batch_seconds, live_seconds=live_seconds))
