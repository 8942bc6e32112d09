"""The command line. Every command is a thin face over the Python API; heavy imports wait until a command runs."""

import sys


def main() -> None:
    """Run the command line; what goes wrong in a known way ends with a message and exit code 1, not a traceback."""
    from engine.cli.commands import app
    from engine.cli.failures import explain

    try:
        app(standalone_mode=True)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        message = explain(error)
        if message is None:
            raise
        print(message, file=sys.stderr)  # noqa: T201
        sys.exit(1)
