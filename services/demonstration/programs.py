"""Starts the real commands as processes, reads what they announce, and ends them; kills one where the demo wants it."""

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

COMMAND = "from engine.cli import main; main()"


class Program:
    """A running command and what it has announced."""

    def __init__(self, process: subprocess.Popen[str], said: str) -> None:
        self._process = process
        self.said = said

    def found(self, pattern: str) -> str:
        """Return the first group of a pattern in the announcement.

        Raises:
            RuntimeError: it announced something else.
        """
        match = re.search(pattern, self.said, re.MULTILINE)
        if match is None:
            raise RuntimeError(f"the command said something unexpected:\n{self.said}")
        return match[1]

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """End it as a power cut would."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


@contextmanager
def running(*arguments: str, environment: Mapping[str, str], until: str | None = None) -> Iterator[Program]:
    """Start ``batchdag ARGUMENTS``, wait for the line that matches, and end it in order when the block ends."""
    command = [sys.executable, "-c", COMMAND, *arguments]
    everything = {**os.environ, **environment, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(  # noqa: S603 - this very program
        command, env=everything, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield Program(process, _announcement(process, until))
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            with contextlib.suppress(ValueError):
                process.communicate(timeout=60)


def _announcement(process: subprocess.Popen[str], until: str | None) -> str:
    said = ""
    if until is None or process.stdout is None:
        return said
    for line in process.stdout:
        said += line
        if re.search(until, line):
            return said
    raise RuntimeError(f"{process.args!r} ended early; it said:\n{said}")
