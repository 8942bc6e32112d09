"""How a process that stays is told to stop: the first SIGTERM or SIGINT asks for an orderly stop, a second one ends it.

Knows signals and a deadline; knows nothing of what is stopped.
"""

import asyncio
import logging
import os
import signal
import threading
import time
from datetime import timedelta
from types import FrameType

log = logging.getLogger("batchdag")

_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_HANDING_BACK = timedelta(seconds=5)


class Stop:
    """One process's stop. An orderly one that takes longer than ``within`` is cut off: leases make up for it."""

    def __init__(self, *, within: timedelta) -> None:
        self._within = within
        self._loop = asyncio.get_running_loop()
        self._asked = asyncio.Event()
        self._is_signalled = threading.Event()
        self._is_done = False

    @property
    def grace(self) -> timedelta:
        """How much of the time steps may have to finish; the rest is for handing back what has not."""
        return max(self._within / 2, self._within - _HANDING_BACK)

    async def asked(self) -> None:
        """Return once a signal has asked to stop; from then on the time runs."""
        await self._asked.wait()

    def done(self) -> None:
        """Everything is handed back: if the process is still there at the deadline, it ends with exit code 0."""
        self._is_done = True

    def listen(self) -> None:
        """Take signals from now on, in the main thread."""
        threading.Thread(target=self._cut_off, name="deadline", daemon=True).start()
        for number in _SIGNALS:
            signal.signal(number, self._signalled)

    def _signalled(self, _number: int, _frame: FrameType | None) -> None:
        """Runs between two lines of whatever runs. The loop is told, but the time runs whether or not it listens."""
        self._is_signalled.set()
        for number in _SIGNALS:
            # Not Python's handler for SIGINT, which would wait for the code that does not end.
            signal.signal(number, signal.SIG_DFL)
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._begin)

    def _begin(self) -> None:
        log.info("worker.stopping", extra={"within_seconds": self._within.total_seconds()})
        self._asked.set()

    def _cut_off(self) -> None:
        """Runs in a thread of its own, for the loop, or a thread that Python would wait for, may be what hangs."""
        self._is_signalled.wait()
        time.sleep(self._within.total_seconds())
        if not self._is_done:
            log.error("worker.stop_overdue", extra={"within_seconds": self._within.total_seconds()})
        os._exit(0 if self._is_done else 1)


def listen_for_stop(*, within: timedelta) -> Stop:
    """Take SIGTERM and SIGINT from now on; call it in the main thread, in the loop that runs."""
    stop = Stop(within=within)
    stop.listen()
    return stop
