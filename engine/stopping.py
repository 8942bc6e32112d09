"""How a process that stays is told to stop: the first SIGTERM or SIGINT asks for an orderly stop, a second one ends it.

Knows signals and a deadline; knows nothing of what is stopped.
"""

import asyncio
import logging
import os
import signal
import threading
from datetime import timedelta

log = logging.getLogger("batchdag")

_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_HANDING_BACK = timedelta(seconds=5)


class Stop:
    """One process's stop. An orderly one that takes longer than ``within`` is cut off: leases make up for it."""

    def __init__(self, *, within: timedelta) -> None:
        self._within = within
        self._asked = asyncio.Event()
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

    def ask(self) -> None:
        """Ask as a signal does."""
        self._asked.set()
        for number in _SIGNALS:
            asyncio.get_running_loop().remove_signal_handler(number)
            # Not Python's handler for SIGINT, which would wait for the code that does not end.
            signal.signal(number, signal.SIG_DFL)
        deadline = threading.Timer(self._within.total_seconds(), self._cut_off)
        deadline.daemon = True
        deadline.start()
        log.info("worker.stopping", extra={"within_seconds": self._within.total_seconds()})

    def _cut_off(self) -> None:
        """Runs in a thread of its own, for the loop, or a thread that Python would wait for, may be what hangs."""
        if not self._is_done:
            log.error("worker.stop_overdue", extra={"within_seconds": self._within.total_seconds()})
        os._exit(0 if self._is_done else 1)


def listen_for_stop(*, within: timedelta) -> Stop:
    """Take SIGTERM and SIGINT from now on; call it in the main thread, in the loop that runs."""
    stop = Stop(within=within)
    for number in _SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop.ask)
    return stop
