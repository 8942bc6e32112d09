"""An open file, how it is told apart from what it may be replaced by, and whether it is still what it was.

A version is the SHA-256 of the content: two servers with copies of one file agree on it, and a file that is merely
touched or copied again keeps it, so that checkpoints stay good. It costs a read of the file, about a second for a GB,
once for each time that the file's size or time changes.

Files are read where they are needed, not mapped: reading costs a copy, but a file that is cut short in its place then
ends a call, and not the process.
"""

import hashlib
import os
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from services.embedding_server.errors import DataSetUnreadable

READING = 1
"""Part of every version: raise it when the same file would be read as other rows, or in another order."""

_WRITTEN_TO = "it was written to while it was open; write to another name, then rename it to this one"


@dataclass(frozen=True, slots=True)
class Signature:
    """Cheap to compare: a file whose signature is the same is taken to be the same."""

    device: int
    inode: int
    bytes: int
    modified_ns: int

    @classmethod
    def of(cls, file: int | Path) -> Self:
        status = os.stat(file)  # noqa: PTH116 - of an open file as well
        return cls(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


class Source:
    """A file that is held open: it stays there to be read when another file takes its name.

    A file that is written to in its place does not stay what it was. ``check`` finds that out.
    """

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.number = os.open(path, os.O_RDONLY)
        # Tables are dropped when the last stream lets go of them, which no code sees.
        weakref.finalize(self, os.close, self.number)
        self.signature = Signature.of(self.number)

    @property
    def size(self) -> int:
        return self.signature.bytes

    def version(self) -> str:
        """Return the content's version. Reads all of it."""
        with open(self.number, "rb", closefd=False) as file:
            file.seek(0)
            return f"{READING}-{hashlib.file_digest(file, 'sha256').hexdigest()[:32]}"

    def fill(self, into: memoryview, *, first: int) -> None:
        """Read the bytes from ``first`` on, as many as there is room for.

        Raises:
            DataSetUnreadable: they are not there any more.
        """
        done = 0
        while done < into.nbytes:
            count = os.preadv(self.number, [into[done:]], first + done)  # at most 2 GB at once
            if not count:
                raise DataSetUnreadable(self.name, _WRITTEN_TO)
            done += count

    def check(self) -> None:
        """Say that the file is as it was when it was opened.

        Raises:
            DataSetUnreadable: somebody has written to it.
        """
        if Signature.of(self.number) != self.signature:
            raise DataSetUnreadable(self.name, _WRITTEN_TO)
