"""How log events look on a terminal: the time, the event and its fields."""

import logging

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


class EventFormatter(logging.Formatter):
    """``2026-11-21 10:00:00 WARNING step.settled step='load' state='failed'``: every extra field is shown."""

    def format(self, record: logging.LogRecord) -> str:
        fields = {key: value for key, value in vars(record).items() if key not in _OWN and value is not None}
        return " ".join([super().format(record), *(f"{key}={value!r}" for key, value in fields.items())])


def log_events(level: str) -> None:
    """Send the engine's events from this level up to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(EventFormatter("%(asctime)s %(levelname)s %(message)s"))
    log = logging.getLogger("batchdag")
    log.addHandler(handler)
    log.setLevel(level)
