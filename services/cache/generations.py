"""Decides which generation of a collection counts, and for how long that may be believed. Pure but for a clock.

What the database answers is the truth as of the moment it was asked. What is only heard (a call, a notification) is
never believed: it makes us ask again.
"""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Generation:
    """A state of a collection; ``stamp`` tells one from another of the same number, as after a restore."""

    number: int
    stamp: str


Stamp: TypeAlias = tuple[Generation, ...]
"""The generations of several collections in one snapshot, in the order of the collections."""

NEVER_CHANGED = Generation(0, "")


@dataclass(frozen=True, slots=True)
class _Known:
    generation: Generation
    asked_at: float


@dataclass(frozen=True, slots=True)
class _Heard:
    number: int
    heard_at: float


class Generations:
    """What is known of each collection; ``trusted`` seconds after the database was asked it is not known any more."""

    def __init__(
        self, *, trusted: float, changed: Callable[[str], object], now: Callable[[], float] = time.monotonic
    ) -> None:
        self._trusted = trusted
        self._changed = changed
        self._now = now
        self._known: dict[str, _Known] = {}
        self._heard: dict[str, _Heard] = {}

    def current(self, collection: str) -> Generation | None:
        """Return the generation that counts; None: the database has to be asked."""
        known = self._known.get(collection)
        return known.generation if known and self._now() - known.asked_at <= self._trusted else None

    def known(self) -> list[str]:
        """Return the collections that anybody has asked about."""
        return sorted(self._known)

    def learn(self, seen: Mapping[str, Generation], *, of: Collection[str], asked_at: float) -> None:
        """Take in what the database answered to a question that was sent at ``asked_at``."""
        for collection in of:
            self._learn(collection, seen.get(collection, NEVER_CHANGED), asked_at)

    def _learn(self, collection: str, generation: Generation, asked_at: float) -> None:
        heard = self._heard.get(collection)
        if heard and generation.number < heard.number and asked_at <= heard.heard_at:
            return  # the answer is older than what was heard
        known = self._known.get(collection)
        if known and known.asked_at > asked_at:
            return  # a later question was answered before this one
        self._heard.pop(collection, None)
        self._known[collection] = _Known(generation, asked_at)
        if known and known.generation != generation:
            self._changed(collection)

    def hear(self, collection: str, number: int) -> bool:
        """Take in that somebody speaks of this generation; say whether it is news.

        It is not believed, only asked about: a number that is made up costs one question and nothing else.
        """
        known = self._known.get(collection)
        heard = self._heard.get(collection)
        if known is None and heard is None:
            return False  # nobody reads it here
        if (known and number <= known.generation.number) or (heard and number <= heard.number):
            return False
        self._heard[collection] = _Heard(number, self._now())
        self._forget(collection)
        return True

    def distrust(self) -> None:
        """Ask about everything again: something may have been missed."""
        for collection in self.known():
            self._known[collection] = _Known(self._known[collection].generation, float("-inf"))

    def _forget(self, collection: str) -> None:
        known = self._known.get(collection)
        if known:
            self._known[collection] = _Known(known.generation, float("-inf"))
            self._changed(collection)
