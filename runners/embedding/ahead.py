"""Makes the next value while the one before is used: the next chunk is received while PostgreSQL writes this one."""

import asyncio
from collections.abc import AsyncGenerator
from types import TracebackType
from typing import Final, Generic, TypeVar

T = TypeVar("T")

_END: Final = object()


class Ahead(Generic[T]):
    """The values of a source, one ahead of who uses them. Use it as a context: its end is the end of the source."""

    def __init__(self, source: AsyncGenerator[T, None]) -> None:
        self._source = source

    async def __aenter__(self) -> "Ahead[T]":
        self._coming = self._begin()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._coming.cancel()
        await asyncio.wait([self._coming])
        if not self._coming.cancelled():
            self._coming.exception()  # it was raised already, or nobody is interested any more
        await self._source.aclose()

    async def next(self) -> T | None:
        """Return the next value; None at the end. What the source raises comes after its last value."""
        value = await self._coming
        if value is _END:
            return None
        self._coming = self._begin()
        return value  # type: ignore[return-value]  # what is not the end is a value of the source

    async def next_within(self, seconds: float) -> T | None:
        """Return the next value if it comes so soon; None: not yet, or never."""
        done, _ = await asyncio.wait([self._coming], timeout=seconds)
        if not done or self._coming.exception() is not None:
            return None
        return await self.next()

    def _begin(self) -> asyncio.Task[object]:
        async def take() -> object:
            return await anext(self._source, _END)

        return asyncio.create_task(take())
