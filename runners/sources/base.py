"""What every source gives: chunks of good payloads and broken entries, in bounded memory.

Decides how big a chunk may be and how a broken entry looks. Knows no format and no runner.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from runners.base import Column, NewItem

CHUNK_ROWS = 5_000
CHUNK_CHARACTERS = 8_000_000
MAX_ENTRY = 16_000_000
"""The longest line, field or element, in characters: what bounds the memory, whatever a file holds."""
_RAW = 10_000


@dataclass(slots=True)
class Chunk:
    """Some consecutive entries of a source."""

    good: list[str] = field(default_factory=list)
    """JSON objects as text that jsonb can hold."""
    broken: list[NewItem] = field(default_factory=list)
    size: int = 0
    """Characters read for it, so far."""

    @property
    def is_full(self) -> bool:
        return len(self.good) + len(self.broken) >= CHUNK_ROWS or self.size >= CHUNK_CHARACTERS

    @property
    def is_empty(self) -> bool:
        return not self.good and not self.broken

    def add(self, payload: str) -> None:
        self.good.append(payload)
        self.size += len(payload)

    def reject(self, entry: NewItem, *, size: int = 0) -> None:
        self.broken.append(entry)
        self.size += size


class Format(Protocol):
    """Entries of one open file. Blocking: one thread calls it."""

    def chunks(self) -> Iterator[Chunk]:
        """Yield the entries in order.

        Raises:
            BadData: nothing further can be read.
        """
        ...

    def columns(self) -> tuple[Column, ...]:
        """Return the fields of the entries that have been yielded."""
        ...


def broken_entry(raw: str, *, where: str, line: int, reason: str) -> NewItem:
    """Return a failed item that keeps the beginning of an entry; bytes that are no text are shown as ``\\xff``."""
    text = raw[:_RAW].encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return NewItem({"raw": text[:_RAW], "line": line}, error=f"{where} {line}: {reason}")
