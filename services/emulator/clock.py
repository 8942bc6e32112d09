"""The emulator's time. It runs with the machine's, and can be moved forward; it knows nothing of jobs or files."""

import time
from datetime import UTC, datetime


class Clock:
    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        """Return seconds since the epoch."""
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        """Move forward, so that a day's expiry can be seen at once."""
        self._ahead += seconds

    def reset(self) -> None:
        self._ahead = 0.0


def rfc3339(seconds: float) -> str:
    """Write a time as Google's APIs do."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
