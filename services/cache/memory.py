"""What is kept in this process: least recently used goes first, bounded in entries and bytes, each for a time."""

import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from runners.base import Json
from services.cache.generations import Stamp


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value is kept: of which collections and which of their generations (``stamp``), under which key."""

    collections: tuple[str, ...]
    stamp: Stamp
    key: str


@dataclass(frozen=True, slots=True)
class _Entry:
    value: Json
    size: int
    until: float


_OVERHEAD = 500
"""What an entry takes besides its text."""


class Memory:
    """The values of one process. They are handed out as they are: whoever gets one must not change it."""

    def __init__(self, *, entries: int, size: int, ttl: float, now: Callable[[], float] = time.monotonic) -> None:
        self._most_entries = entries
        self._most_bytes = size
        self._ttl = ttl
        self._now = now
        self._entries: OrderedDict[Place, _Entry] = OrderedDict()
        self._places: defaultdict[str, set[Place]] = defaultdict(set)
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, place: Place) -> tuple[Json] | None:
        """Return the value in a tuple, for None is a value too; None: it is not here."""
        entry = self._entries.get(place)
        if entry is None:
            return None
        if entry.until < self._now():
            self._drop(place)
            return None
        self._entries.move_to_end(place)
        return (entry.value,)

    def put(self, place: Place, value: Json, *, size: int) -> None:
        """Keep a value whose JSON text has this size; one that is larger than an eighth of everything is not kept."""
        taken = size + len(place.key) + _OVERHEAD
        if taken > self._most_bytes // 8:
            return
        self._drop(place)
        self._entries[place] = _Entry(value, taken, self._now() + self._ttl)
        self.bytes += taken
        for collection in place.collections:
            self._places[collection].add(place)
        while len(self._entries) > self._most_entries or self.bytes > self._most_bytes:
            self._drop(next(iter(self._entries)))

    def forget(self, collection: str, *, keys: frozenset[str] | None = None) -> int:
        """Drop what is kept of a collection, or only these keys of it; return how many entries that were."""
        wanted = [place for place in self._places.get(collection, ()) if keys is None or place.key in keys]
        for place in wanted:
            self._drop(place)
        return len(wanted)

    def _drop(self, place: Place) -> None:
        entry = self._entries.pop(place, None)
        if entry is None:
            return
        self.bytes -= entry.size
        for collection in place.collections:
            self._places[collection].discard(place)
            if not self._places[collection]:
                del self._places[collection]
