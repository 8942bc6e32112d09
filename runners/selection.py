"""Which items of a pool are picked. Pure: knows the usage it is told, no clock and no database.

Every strategy ranks a candidate by its own key, weight and usage, so a pool of any size is read once, and held are only
the best candidates so far (``count`` of them; for ``round_robin`` also those that were used last).
"""

import heapq
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Any, TypeAlias

_EPOCH = datetime.min.replace(tzinfo=UTC)
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,17}")

Rank: TypeAlias = tuple[Any, ...]


class Strategy(StrEnum):
    """How items are picked."""

    LEAST_USED = "least_used"
    LEAST_RECENTLY_USED = "least_recently_used"
    RANDOM = "random"
    WEIGHTED = "weighted"
    ROUND_ROBIN = "round_robin"


@dataclass(frozen=True, slots=True)
class Usage:
    """How often, and when last, an item was picked by instances that succeeded."""

    uses: int = 0
    last_used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that may be picked. Two with the same key are the same item: the first of them counts."""

    key: str
    weight: float = 1.0
    payload: Any = field(default=None, compare=False)


class BadWeight(ValueError):
    """A weight is not a finite number from zero up."""

    def __init__(self, candidate: Candidate) -> None:
        super().__init__(
            f"the item {candidate.key!r} has the weight {candidate.weight!r}; a weight is a finite number, 0 or more"
        )


def pick(
    candidates: Iterable[Candidate],
    *,
    strategy: Strategy,
    count: int,
    usage: Mapping[str, Usage],
    seed: int,
) -> list[Candidate]:
    """Return the picked candidates, the first choice first; all of them if there are no more than ``count``.

    The same pool, usage and seed give the same picks, in whatever order the pool comes. Ties go by key.

    Raises:
        BadWeight: a candidate has no proper weight.
    """
    selection = Selection(strategy, count=count, usage=usage, seed=seed)
    for candidate in candidates:
        selection.offer(candidate)
    return selection.chosen()


class Selection:
    """Picks from candidates that are offered one by one."""

    def __init__(self, strategy: Strategy, *, count: int, usage: Mapping[str, Usage], seed: int) -> None:
        self._strategy = strategy
        self._usage = usage
        self._seed = seed
        self._best = _Best(count)
        self._turn = _Turn(usage) if strategy is Strategy.ROUND_ROBIN else None

    def offer(self, candidate: Candidate) -> None:
        if self._turn is not None and self._turn.keeps(candidate):
            return
        rank = self._rank(candidate)
        if rank is not None:
            self._best.offer(rank, candidate)

    def chosen(self) -> list[Candidate]:
        if self._turn is not None:
            for candidate in self._turn.kept():
                self._best.offer(self._turn.rank(candidate.key), candidate)
        return self._best.candidates()

    def _rank(self, candidate: Candidate) -> Rank | None:
        """Return what the candidates are ordered by, the smallest first; None for one that is never picked."""
        key = candidate.key
        match self._strategy:
            case Strategy.LEAST_USED:
                return (self._used(key).uses, *key_order(key))
            case Strategy.LEAST_RECENTLY_USED:
                return (self._used(key).last_used_at or _EPOCH, *key_order(key))
            case Strategy.RANDOM:
                return (draw(self._seed, key), *key_order(key))
            case Strategy.WEIGHTED:
                return self._weighted(candidate)
            case Strategy.ROUND_ROBIN:
                assert self._turn is not None
                return self._turn.rank(key)

    def _used(self, key: str) -> Usage:
        return self._usage.get(key, _UNUSED)

    def _weighted(self, candidate: Candidate) -> Rank | None:
        """Draw without replacement: rank by exponential variables with these rates (Efraimidis and Spirakis)."""
        if not math.isfinite(candidate.weight) or candidate.weight < 0:
            raise BadWeight(candidate)
        if candidate.weight == 0:
            return None
        return (-math.log(draw(self._seed, candidate.key)) / candidate.weight, *key_order(candidate.key))


_UNUSED = Usage()


class _Turn:
    """Whose turn it is in a round: the one in key order after those that were used last.

    Those used last (T) were picked together, so they follow each other in the round, which may have begun anew among
    them. In both cases it goes on with the first key after the smallest of T that is not in T.
    """

    def __init__(self, usage: Mapping[str, Usage]) -> None:
        last = max((used.last_used_at for used in usage.values() if used.last_used_at), default=None)
        self._recent = {key for key, used in usage.items() if last is not None and used.last_used_at == last}
        self._first_recent = min(map(key_order, self._recent), default=None)
        self._start: Rank | None = None
        self._kept: dict[str, Candidate] = {}

    def keeps(self, candidate: Candidate) -> bool:
        """Hold a candidate back that was used last: where it stands in the round is only known at the end."""
        if candidate.key in self._recent:
            self._kept.setdefault(candidate.key, candidate)
            return True
        order = key_order(candidate.key)
        if self._comes_after(order) and (self._start is None or order < self._start):
            self._start = order
        return False

    def kept(self) -> Iterable[Candidate]:
        return self._kept.values()

    def rank(self, key: str) -> Rank:
        """Return the place in the round: the rest of this one, the beginning of the next, then those used last."""
        order = key_order(key)
        if key not in self._recent:
            return (0 if self._comes_after(order) else 1, *order)
        return (2 if self._start is not None and order > self._start else 3, *order)

    def _comes_after(self, order: Rank) -> bool:
        return self._first_recent is None or order > self._first_recent


class _Best:
    """The candidates of smallest rank, at most ``count``, no key twice."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._heap: list[_Entry] = []
        self._keys: set[str] = set()

    def offer(self, rank: Rank, candidate: Candidate) -> None:
        if candidate.key in self._keys:
            return
        entry = _Entry(rank, candidate)
        if len(self._heap) < self._count:
            heapq.heappush(self._heap, entry)
            self._keys.add(candidate.key)
        elif rank < self._heap[0].rank:
            self._keys.add(candidate.key)
            self._keys.remove(heapq.heapreplace(self._heap, entry).candidate.key)

    def candidates(self) -> list[Candidate]:
        return [entry.candidate for entry in sorted(self._heap, reverse=True)]


@dataclass(frozen=True, slots=True)
class _Entry:
    rank: Rank
    candidate: Candidate

    def __lt__(self, other: "_Entry") -> bool:
        """Turned round: a heap gives its smallest, and here the worst candidate has to go first."""
        return self.rank > other.rank


def key_order(key: str) -> tuple[int, int, str]:
    """Return what keys are ordered by: whole numbers by value, then other texts."""
    return (0, int(key), "") if _WHOLE.fullmatch(key) else (1, 0, key)


def draw(seed: int, key: str) -> float:
    """Return a number between 0 and 1, both excluded, that depends on seed and key alone, on any machine."""
    digest = blake2b(f"{seed}\n{key}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return ((int.from_bytes(digest) >> 11) + 0.5) / (1 << 53)
