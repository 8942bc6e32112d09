"""Reads a blocking source in a thread of its own, one chunk ahead of whoever uses the chunks.

The queue is that one chunk: while it waits, nothing more is read. Cancelling returns at once; the thread ends, and
closes what it has opened, after the read that it is in.
"""

import asyncio
import zlib
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from gzip import BadGzipFile
from lzma import LZMAError
from typing import ParamSpec, Protocol, TypeVar

from runners.base import BadData
from runners.sources.base import Chunk, Format

P = ParamSpec("P")
T = TypeVar("T")


class Closes(Protocol):
    """Something that has to be closed."""

    def close(self) -> object: ...


Closeable = TypeVar("Closeable", bound=Closes)


class ReaderThread:
    """One thread; a file is opened, read and closed in it, so that a slow one holds up nobody else."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="batchdag-source")
        self._opened: list[Closes] = []
        self._interrupt: Callable[[], None] | None = None

    async def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.wrap_future(self._pool.submit(function, *args, **kwargs))

    async def open(self, function: Callable[P, Closeable], *args: P.args, **kwargs: P.kwargs) -> Closeable:
        """Open something in the thread, which closes it when it ends: the last one first, come what may in between."""
        return await self.call(self._open, partial(function, *args, **kwargs))

    def _open(self, function: Callable[[], Closeable]) -> Closeable:
        opened = function()
        self._opened.append(opened)
        return opened

    def interrupt_with(self, interrupt: Callable[[], None] | None) -> None:
        """Call this, from outside the thread, if it must end in the middle of a read."""
        self._interrupt = interrupt

    def end(self) -> None:
        if self._interrupt is not None:
            self._interrupt()
        self._pool.submit(self._close)
        self._pool.shutdown(wait=False)

    def _close(self) -> None:
        with ExitStack() as stack:
            for opened in self._opened:
                stack.callback(opened.close)

    async def stream(self, source: Format) -> AsyncGenerator[Chunk, None]:
        """Yield the chunks of a source.

        Raises:
            BadData: the file is damaged.
        """
        chunks = source.chunks()
        ahead = self._next(chunks.__next__)
        while (chunk := await asyncio.wrap_future(ahead)) is not None:
            ahead = self._next(chunks.__next__)
            yield chunk

    def _next(self, read: Callable[[], Chunk]) -> "Future[Chunk | None]":
        return self._pool.submit(_read_or_end, read)


def _read_or_end(read: Callable[[], Chunk]) -> Chunk | None:
    try:
        return read()
    except StopIteration:
        return None
    except (EOFError, zlib.error, LZMAError, BadGzipFile, UnicodeError) as error:
        raise BadData(f"the file is damaged: {error}") from error
