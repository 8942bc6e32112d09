"""Keeps what a provider was sent and what it answered, byte for byte, before anything is made of it.

One folder, a file for each; written beside and renamed, so a file that is there is whole. Knows nothing of its content.
"""

import asyncio
import hashlib
import os
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

_LINES = 1_000


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of the archive."""

    path: Path
    sha256: str
    bytes: int


class Archive:
    """The files of one storage folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, name: str) -> Path:
        return self._folder / name

    def has(self, name: str) -> bool:
        return self.path(name).exists()

    async def save(self, name: str, blocks: AsyncIterator[bytes]) -> Kept:
        """Write a file. What was kept once is never changed, and its ``blocks`` are not asked for again."""
        path = self.path(name)
        if path.exists():
            return await asyncio.to_thread(_kept, path)
        await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        handle, temporary = await asyncio.to_thread(tempfile.mkstemp, prefix=f".{path.name}.", dir=path.parent)
        part = Path(temporary)
        try:
            with os.fdopen(handle, "wb") as file:
                async for block in blocks:
                    digest.update(block)
                    size += len(block)
                    await asyncio.to_thread(file.write, block)
                await asyncio.to_thread(_sync, file.fileno())
            await asyncio.to_thread(_keep, part, path)
        finally:
            await asyncio.to_thread(part.unlink, missing_ok=True)
        return Kept(path, digest.hexdigest(), size)

    async def lines(self, name: str, *, size: int = _LINES) -> AsyncIterator[list[bytes]]:
        """Yield the lines of a file, ``size`` at a time, without blocking the loop."""
        with self.path(name).open("rb") as file:
            lines = (line for line in file if not line.isspace())
            while chunk := await asyncio.to_thread(_take, lines, size):
                yield chunk

    async def holds(self, name: str, sha256: str | None) -> bool:
        """Say whether a file is there with this content; None: whatever its content is."""
        if not self.has(name):
            return False
        return sha256 is None or await asyncio.to_thread(_digest, self.path(name)) == sha256

    async def set_aside(self, name: str) -> str:
        """Give a file that cannot be used another name, which is returned: it may be the only copy there is."""
        aside = f"{name}.damaged-{uuid.uuid4().hex[:8]}"
        await asyncio.to_thread(self.path(name).rename, self.path(aside))
        return aside

    async def remove(self, name: str) -> None:
        await asyncio.to_thread(self.path(name).unlink, missing_ok=True)


def _kept(path: Path) -> Kept:
    return Kept(path, _digest(path), path.stat().st_size)


def _sync(descriptor: int) -> None:
    os.fsync(descriptor)


def _keep(part: Path, path: Path) -> None:
    """Give the file its name; the first one to do so wins."""
    try:
        os.link(part, path)
    except FileExistsError:
        return


def _take(lines: Iterator[bytes], size: int) -> list[bytes]:
    return list(islice(lines, size))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
