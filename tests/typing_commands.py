"""The command line as a user types it: what it prints to either stream, and its exit code."""

import contextlib
import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias
from unittest.mock import patch

from engine.cli import main


@dataclass(frozen=True, slots=True)
class Typed:
    """How a command ended."""

    exit_code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed for a program."""
        return json.loads(self.out)

    @property
    def error(self) -> Any:
        """The last line of standard error, as a program reads it."""
        return json.loads(self.err.splitlines()[-1])


Type: TypeAlias = Callable[..., Typed]


def typed(*words: str) -> Typed:
    """Run ``batchdag`` with these words in this process."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    named = patch.object(sys, "argv", ["batchdag", *words])
    with named, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
    return Typed(code, out.getvalue(), err.getvalue())
