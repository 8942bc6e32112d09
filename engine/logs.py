"""How log events look, and what every line says besides: the attempt that it belongs to, the worker, the trace.

The engine logs events: a name such as ``step.settled``, and fields in ``extra``. Here they become one line each, JSON
for programs or text for people. Set up once by each command; knows nothing of what the events mean.
"""

import json
import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TextIO

from engine.trace_ids import trace_id

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class LogFormat(StrEnum):
    """How a line is written."""

    JSON = "json"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Origin:
    """Which process of which database writes the lines."""

    worker: str
    database: str


_origin: ContextVar[Origin | None] = ContextVar("batchdag_log_origin", default=None)
_about: ContextVar[Mapping[str, Any] | None] = ContextVar("batchdag_log_about", default=None)


def log_from(origin: Origin) -> None:
    """Let every line of this task, and of the tasks that it starts from now on, say where it comes from."""
    _origin.set(origin)


@contextmanager
def log_about(fields: Mapping[str, Any]) -> Iterator[None]:
    """Let every line within say these fields, whoever logs it; what a line says itself wins."""
    token = _about.set(fields)
    try:
        yield
    finally:
        _about.reset(token)


def set_up_logs(level: str, *, form: LogFormat | None = None, stream: TextIO | None = None) -> None:
    """Send the engine's events from this level up, and everybody else's warnings, to standard error.

    Without a form it is text on a terminal, and JSON anywhere else. Calling it again replaces what it has set up.
    """
    target = stream or sys.stderr
    chosen = form or (LogFormat.TEXT if target.isatty() else LogFormat.JSON)
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, EventHandler)]:
        root.removeHandler(handler)
    root.addHandler(EventHandler(target, chosen))
    logging.getLogger("batchdag").setLevel(level)
    # A setting that is ignored is said at any level: it may be this one.
    logging.getLogger("batchdag.settings").setLevel(logging.WARNING)
    logging.captureWarnings(chosen is LogFormat.JSON)


class EventHandler(logging.StreamHandler[TextIO]):
    """The handler that ``set_up_logs`` puts on the root logger."""

    def __init__(self, stream: TextIO, form: LogFormat) -> None:
        super().__init__(stream)
        self.setFormatter(JsonFormatter() if form is LogFormat.JSON else TextFormatter())


class JsonFormatter(logging.Formatter):
    """One JSON object in one line: time, level, event, then what is known of the attempt, the process and the event."""

    def format(self, record: logging.LogRecord) -> str:
        written = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        fixed = {"time": written.replace("+00:00", "Z"), "level": record.levelname, "event": record.getMessage()}
        line = fixed | _context(record) | _extra(record) | fixed
        if record.name != "batchdag":
            line["logger"] = record.name
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False, skipkeys=True)


class TextFormatter(logging.Formatter):
    """``2026-11-21 10:00:00 WARNING step.settled step='load' state='failed'``: every field is shown."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%d %H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        head, newline, traceback = super().format(record).partition("\n")
        fields = dict(_about.get() or {}) | _extra(record)
        return " ".join([head, *(f"{key}={value!r}" for key, value in fields.items())]) + newline + traceback


def _extra(record: logging.LogRecord) -> dict[str, Any]:
    return {key: value for key, value in vars(record).items() if key not in _OWN and value is not None}


def _context(record: logging.LogRecord) -> dict[str, Any]:
    """Return what the line's surroundings say: the attempt, the process, and the trace of its instance."""
    known = dict(_about.get() or {})
    origin = _origin.get()
    if origin is None:
        return known
    known["worker"] = origin.worker
    instance = vars(record).get("instance_id", known.get("instance_id"))
    if isinstance(instance, int):
        known["trace_id"] = trace_id(origin.database, instance)
    return known
