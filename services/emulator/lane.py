"""The lane of live calls: how long one takes, and how many may be in it at once."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from services.emulator.errors import ApiError
from services.emulator.settings import CurrentSettings

T = TypeVar("T")


class LiveLane:
    def __init__(self, settings: CurrentSettings) -> None:
        self._settings = settings
        self._inside = 0
        self.most = 0
        """The most calls that were in it at once."""

    async def serve(self, make: Callable[[], T]) -> T:
        """Take the time that a live call takes, and make the answer in a thread.

        Raises:
            ApiError: the lane is full.
        """
        limit = self._settings().max_concurrent_calls
        if limit and self._inside >= limit:
            wait = {"Retry-After": "1"}
            raise ApiError(429, f"{limit} calls are running.", code="rate_limit_exceeded", headers=wait)
        self._inside += 1
        self.most = max(self.most, self._inside)
        try:
            await asyncio.sleep(self._settings().live_seconds)
            return await asyncio.to_thread(make)
        finally:
            self._inside -= 1

    def clear(self) -> None:
        self.most = 0
