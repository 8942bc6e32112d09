"""Choices that look random and are not: drawn from a seed, with words of the prompt. Knows nothing of schemas."""

import re
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

_WORD = re.compile(r"[^\W_][^\s\x00-@\[-`{-\xbf\u2000-\u206f\u3000-\u303f\ud800-\udfff\uff00-\uff0f]{0,15}")
_LOOKED_AT = 800
"""Characters of the prompt that words are taken from: the last ones, where templates put what differs."""
_WITHOUT_WORDS = ("sample", "answer", "made", "without", "words")
_SHALLOW_DEPTH = 3
_MOST_VALUES = 300

_MULTIPLIER = 6364136223846793005
_INCREMENT = 1442695040888963407
_MASK = (1 << 64) - 1
_LOW_BITS = 33
"""The low bits of such a generator repeat soon, so they are not used; the rest are enough for ``_FEW`` choices."""
_FEW = 1 << 31


class Draw:
    """The source of every choice in one answer: equal seeds and prompts give equal choices.

    A linear congruential generator (Knuth's MMIX constants): seeding ``random.Random`` costs more than a whole answer.
    """

    __slots__ = ("_prompt", "_state", "_words", "depth", "distinct", "made")

    def __init__(self, seed: bytes, prompt: str) -> None:
        self._state = int.from_bytes(seed[:8], "big")
        self._prompt = prompt
        self._words: Sequence[str] = ()
        self.depth = 0
        """How many recursive references the value that is being made lies below."""
        self.made = 0
        """Containers so far; a schema that branches into itself is cut short by it."""
        self.distinct = 0
        """Not 0: the last value was there already; put this number into the next one."""

    @property
    def is_shallow(self) -> bool:
        """Whether it is time to finish: only what is required from here on."""
        return self.depth >= _SHALLOW_DEPTH or self.made >= _MOST_VALUES

    def below(self, count: int) -> int:
        """Return a number from 0 to below ``count``."""
        self._state = (self._state * _MULTIPLIER + _INCREMENT) & _MASK
        drawn = self._state >> _LOW_BITS
        if count > _FEW:
            drawn = drawn << 2 * _LOW_BITS | self.below(_FEW) << _LOW_BITS | self.below(_FEW)
        return drawn % count

    def between(self, low: int, high: int) -> int:
        """Return a number from ``low`` to ``high``, both included."""
        return low + self.below(high - low + 1)

    def one_in(self, count: int) -> bool:
        """Say yes once in ``count`` times."""
        return self.below(count) == 0

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of the choices."""
        return choices[self.below(len(choices))]

    def words(self, count: int) -> str:
        """Return this many words of the prompt that follow each other, from anywhere in it."""
        known = self._known()
        first = self.below(len(known))
        if first + count <= len(known):
            return " ".join(known[first : first + count])
        return " ".join([known[(first + offset) % len(known)] for offset in range(count)])

    def _known(self) -> Sequence[str]:
        if not self._words:
            self._words = _WORD.findall(self._prompt[-_LOOKED_AT:]) or _WITHOUT_WORDS
        return self._words
