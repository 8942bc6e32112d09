"""Bytes on disk: every uploaded and every written file. What a file is called, and by whom, each API knows."""

import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Blob:
    """A finished file of the spool."""

    path: Path
    size: int


class Spool:
    """Hands out new files in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)

    def new_path(self) -> Path:
        return self._folder / f"{next(self._numbers):08d}"

    async def receive(self, blocks: AsyncIterator[bytes]) -> Blob:
        """Write a stream into a new file."""
        with self.writing() as (path, file):
            async for block in blocks:
                file.write(block)
        return blob(path)

    def keep(self, source: IO[bytes]) -> Blob:
        """Copy an open file into a new one. Blocks: call it in a thread."""
        with self.writing() as (path, file):
            while block := source.read(BLOCK):
                file.write(block)
        return blob(path)

    def hold(self, path: Path) -> Path:
        """Return another path to the same bytes, which outlives the first."""
        held = self.new_path()
        held.hardlink_to(path)
        return held

    def clear(self) -> None:
        for path in self._folder.iterdir():
            path.unlink()

    @contextmanager
    def writing(self) -> Iterator[tuple[Path, IO[bytes]]]:
        """Open a new file; the folder keeps it."""
        path = self.new_path()
        with path.open("wb") as file:
            yield path, file


def blob(path: Path) -> Blob:
    return Blob(path, path.stat().st_size)
