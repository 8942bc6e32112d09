"""Which rows of a stream one walker takes: all of them, or the part of a shard, written ``"2/4"``. Pure."""

import re
from dataclasses import dataclass

from runners.base import InvalidStep, Shard

_PART = re.compile(r"([1-9][0-9]{0,5})/([1-9][0-9]{0,5})")


@dataclass(frozen=True, slots=True)
class Span:
    """Part number ``part`` of ``parts``."""

    part: int = 1
    parts: int = 1

    def rows(self, total: int) -> tuple[int, int]:
        """Return the first row, and the one behind the last; the parts differ by one row at most."""
        return total * (self.part - 1) // self.parts, total * self.part // self.parts


def span_of(shard: Shard | None) -> Span:
    """Return what a shard takes.

    Raises:
        InvalidStep: its value names no part.
    """
    if shard is None:
        return Span()
    if shard.values is None:
        raise InvalidStep(f"parallel.over: a stream has no items to cut; {_ADVICE}")
    if len(shard.values) != 1:
        raise InvalidStep(f"parallel.chunk: {len(shard.values)} parts in one shard; set parallel.chunk: 1")
    match = _PART.fullmatch(str(shard.values[0]))
    if match is None or int(match[1]) > int(match[2]):
        raise InvalidStep(f"parallel.over: {shard.values[0]!r} is no part; {_ADVICE}")
    return Span(int(match[1]), int(match[2]))


_ADVICE = "for four shards write over: \"['1/4', '2/4', '3/4', '4/4']\" and chunk: 1"
