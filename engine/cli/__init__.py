"""The command line. Every command is a thin face over the Python API; heavy imports wait until a command runs."""

import sys


def main() -> None:
    """Run the command line; what goes wrong in a known way ends with a message and exit code 1, not a traceback."""
    from engine.cli.commands import app

    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        message = _explained(error)
        if message is None:
            raise
        print(message, file=sys.stderr)  # noqa: T201
        sys.exit(1)


def _explained(error: Exception) -> str | None:
    from engine.cli.failures import explain

    return explain(error)
