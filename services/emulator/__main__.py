"""``python -m services.emulator`` is ``batchdag emulator``."""

import typer

from services.emulator.cli import emulator

typer.run(emulator)
