"""The command line. Every command is a thin face over the Python API; heavy imports wait until a command runs."""

import json
import sys


def main() -> None:
    """Run the command line; what goes wrong in a known way ends with a message and its exit code, not a traceback.

    Who asks for JSON is told of a failure in JSON too: an object on one line of standard error.
    """
    wants_json = "--json" in sys.argv[1:]
    try:
        _run(shows_usage=not wants_json)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        message = _explained(error, as_json=wants_json)
        if message is None:
            raise
        print(message, file=sys.stderr)  # noqa: T201
        # A mistake of usage has a code of its own.
        sys.exit(getattr(error, "exit_code", 1))


def _run(*, shows_usage: bool) -> None:
    from engine.cli.commands import app

    # Typer prints what is wrong with the usage, and exits, only if it stands alone; else it returns a command's code.
    code = app(standalone_mode=shows_usage)
    sys.exit(code if isinstance(code, int) else 0)


def _explained(error: Exception, *, as_json: bool) -> str | None:
    from engine.cli.failures import explain

    failure = explain(error)
    if failure is None:
        return None
    return json.dumps(failure.to_json(), ensure_ascii=False) if as_json else str(failure)
