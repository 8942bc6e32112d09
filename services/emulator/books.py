"""The emulator's own books: what was billed, how often, and by which job. The test of never paying twice."""

import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from runners.providers.base import Usage
from services.emulator.purchases import Purchase

LIVE = "live"
SHOWN_PROMPT = 160


@dataclass(slots=True)
class Entry:
    """One distinct request and what it was billed in all."""

    digest: str
    route: str
    model: str
    prompt: str
    times: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    sources: dict[str, int] = field(default_factory=dict)
    """The job's id, or ``live`` → how many times."""

    def add(self, usage: Usage, source: str) -> None:
        self.times += 1
        self.input_tokens += usage.input_tokens
        self.output_tokens += usage.output_tokens
        self.cached_tokens += usage.cached_tokens
        self.sources[source] = self.sources.get(source, 0) + 1


class Books:
    """Entries by digest; safe to write from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: dict[str, Entry] = {}

    def bill(self, purchase: Purchase, *, usage: Usage, job: str | None) -> None:
        """Add one paid answer."""
        with self._lock:
            entry = self._entries.get(purchase.digest) or self._open(purchase)
            entry.add(usage, job or LIVE)

    def totals(self) -> dict[str, Any]:
        """Return the sums over everything: ``repeated`` is how many requests were billed more than once."""
        with self._lock:
            entries = list(self._entries.values())
        return {
            "billed": sum(entry.times for entry in entries),
            "distinct": len(entries),
            "repeated": sum(entry.times > 1 for entry in entries),
            "input_tokens": sum(entry.input_tokens for entry in entries),
            "output_tokens": sum(entry.output_tokens for entry in entries),
            "cached_tokens": sum(entry.cached_tokens for entry in entries),
            "routes": _by_route(entries),
        }

    def entries(self, *, only_repeated: bool = False) -> list[Entry]:
        """Return each distinct request in the order of its first bill."""
        with self._lock:
            return [entry for entry in self._entries.values() if entry.times > 1 or not only_repeated]

    def clear(self) -> None:
        with self._lock:
            self._entries = {}

    def _open(self, purchase: Purchase) -> Entry:
        prompt = purchase.prompt[:SHOWN_PROMPT]
        entry = Entry(digest=purchase.digest, route=purchase.route, model=purchase.model, prompt=prompt)
        self._entries[purchase.digest] = entry
        return entry


def _by_route(entries: list[Entry]) -> dict[str, int]:
    routes: Counter[str] = Counter()
    for entry in entries:
        routes[entry.route] += entry.times
    return dict(routes)
