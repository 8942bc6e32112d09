"""Keeps one item of those that have the same values in some fields. Input order stays.

Holds 16 bytes of hash for each different key (about 110 bytes with Python's bookkeeping: 110 MB for 1,000,000 keys),
never a payload. A field that is missing equals null; 1 equals 1.0, and neither equals "1".
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b

from runners.base import Column, Json, NewItem
from runners.transforms.base import Payload


class KeepFirst:
    """Drops every item whose key was there before."""

    one_to_one = False

    def __init__(self, by: Sequence[str]) -> None:
        self.needs: Sequence[str] = by
        self._seen: set[bytes] = set()

    def made(self, payloads: Iterable[Payload]) -> Iterator[NewItem]:
        for payload in payloads:
            key = key_of(payload, self.needs)
            if key not in self._seen:
                self._seen.add(key)
                yield NewItem(payload)

    def columns(self, known: Sequence[Column]) -> tuple[Column, ...]:
        return tuple(known)


class KeepLast:
    """Drops every item whose key comes again. Two passes: the first finds the keys that do, and how often."""

    one_to_one = False

    def __init__(self, by: Sequence[str]) -> None:
        self.needs: Sequence[str] = by
        self._seen: set[bytes] = set()
        self._coming: Counter[bytes] = Counter()

    def look(self, payloads: Iterable[Payload]) -> None:
        for payload in payloads:
            key = key_of(payload, self.needs)
            if key in self._seen:
                self._coming[key] += 1
            self._seen.add(key)

    def made(self, payloads: Iterable[Payload]) -> Iterator[NewItem]:
        self._seen.clear()
        for payload in payloads:
            key = key_of(payload, self.needs)
            if self._coming.get(key, 0):
                self._coming[key] -= 1
            else:
                yield NewItem(payload)

    def columns(self, known: Sequence[Column]) -> tuple[Column, ...]:
        return tuple(known)


def key_of(payload: Payload, by: Sequence[str]) -> bytes:
    """Return a hash of the values of these fields; two different keys share one with probability 2**-128."""
    values = [_whole(payload.get(name)) for name in by]
    return blake2b(json.dumps(values, sort_keys=True).encode(), digest_size=16).digest()


def _whole(value: Json) -> Json:
    return int(value) if isinstance(value, float) and value.is_integer() else value
