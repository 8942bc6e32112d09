"""Reads the files that a command names. What they should hold, the commands know."""

from pathlib import Path

import typer


def read_text(file: Path) -> str:
    """Return the text in a file that the command line names.

    Raises:
        typer.BadParameter: it is not text.
    """
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise typer.BadParameter(f"{file} is not text in UTF-8: {error}") from error
