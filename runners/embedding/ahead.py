"""Makes the next value while the one before is used: the next chunk is received while PostgreSQL writes this one."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Final, TypeVar

T = TypeVar("T")

_END: Final = object()


async def ahead(source: AsyncIterator[T]) -> AsyncGenerator[T, None]:
    """Yield what the source yields; its error comes after its last value. Close it to end the source too."""
    coming = _next(source)
    try:
        while (value := await coming) is not _END:
            coming = _next(source)
            yield value  # type: ignore[misc]  # what is not the end is a value of the source
    finally:
        coming.cancel()
        await asyncio.wait([coming])
        if not coming.cancelled():
            coming.exception()  # it was raised above, or nobody is interested any more


def _next(source: AsyncIterator[T]) -> asyncio.Task[object]:
    async def take() -> object:
        return await anext(source, _END)

    return asyncio.create_task(take())
