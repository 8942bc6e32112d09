"""What a ``secret://NAME`` stands for: the environment's BATCHDAG_SECRET_NAME, else the file NAME in a folder.

Rows hold the reference, never the secret. Knows nothing of what secrets are for.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path

_REFERENCE = re.compile(r"secret://([A-Za-z0-9_-]+)")


class UnknownSecret(LookupError):
    """A reference leads to nothing."""

    def __init__(self, name: str, *, variable: str, file: Path) -> None:
        super().__init__(f"there is no secret {name!r}: set {variable}, or write it to {file}")
        self.name = name


def reveal(text: str, *, folder: Path, environment: Mapping[str, str] = os.environ) -> str:
    """Return what a reference stands for; a text that is none stands for itself.

    Raises:
        UnknownSecret: neither the environment nor the folder has it.
    """
    reference = _REFERENCE.fullmatch(text)
    if reference is None:
        return text
    name = reference[1]
    variable = f"BATCHDAG_SECRET_{name.upper().replace('-', '_')}"
    file = folder / name
    if found := environment.get(variable):
        return found
    if file.is_file():
        return file.read_text("utf-8").strip()
    raise UnknownSecret(name, variable=variable, file=file)


def is_reference(text: str) -> bool:
    return _REFERENCE.fullmatch(text) is not None
