"""Decides where one job ends and the next begins: by what a provider takes in requests, bytes and tokens. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from runners.providers.base import Limits

_MARGIN = 0.95
"""Of a provider's limit in bytes: what is counted is our line, what is refused is theirs."""


@dataclass(frozen=True, slots=True)
class Load:
    """What requests come to: how many, their bytes as lines, and their input tokens at most."""

    requests: int = 0
    bytes: int = 0
    tokens: int = 0

    def plus(self, other: "Load") -> "Load":
        return Load(self.requests + other.requests, self.bytes + other.bytes, self.tokens + other.tokens)


@dataclass(frozen=True, slots=True)
class Cap:
    """What one job may hold; ``tokens`` None: the provider does not say."""

    requests: int
    bytes: int
    tokens: int | None = None

    @classmethod
    def of(cls, limits: Limits, *, requests: int | None, tokens: int | None) -> "Cap":
        """Return the provider's limits, lowered to what has shown to be the most, and to what the definition says."""
        fewer = limits.requests if requests is None else min(requests, limits.requests)
        return cls(fewer, int(limits.bytes * _MARGIN), tokens)

    def holds(self, load: Load) -> bool:
        fits = load.requests <= self.requests and load.bytes <= self.bytes
        # One request alone is always a job: whether it is too much, the provider must say.
        return fits and (self.tokens is None or load.tokens <= self.tokens or load.requests == 1)


def room(loads: Iterable[Load], *, cap: Cap, held: Load) -> int:
    """Return how many of these requests still fit into a job that holds so much."""
    taken = 0
    for load in loads:
        held = held.plus(load)
        if not cap.holds(held):
            break
        taken += 1
    return taken
