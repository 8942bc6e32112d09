"""Messages that have come and wait for a lane to claim their steps. Runs on the event loop; knows no broker."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import NamedTuple

from engine.claims import Message, Named, Wanted
from engine.turn import TurnResult


class Offer(NamedTuple):
    """A message that has come; ``done`` says that it is not needed any more."""

    message: Message
    done: Callable[[], None]


class Offers:
    """The intake of a worker that is told by messages. Implements ``engine.dispatch.lanes.Intake``.

    Args:
        changed: called when there are more offers, or fewer.
        unwanted: called with what there was no room for within the patience.
    """

    def __init__(
        self,
        *,
        changed: Callable[[], None],
        unwanted: Callable[[Offer], None],
        patience: timedelta = timedelta(seconds=0.5),
    ) -> None:
        self._changed = changed
        self._unwanted = unwanted
        self._patience = patience.total_seconds()
        self._waiting: deque[Offer] = deque()
        self._in_turn: dict[Wanted, list[Offer]] = {}

    @property
    def are_waiting(self) -> bool:
        return bool(self._waiting)

    def offer(self, offer: Offer) -> None:
        """Let the next turn with room claim the step."""
        self._waiting.append(offer)
        asyncio.get_running_loop().call_later(self._patience, self._lose_patience, offer)
        self._changed()

    def _lose_patience(self, offer: Offer) -> None:
        if offer in self._waiting:
            self._waiting.remove(offer)
            self._unwanted(offer)

    def take(self, room: int, *, reporting: bool) -> Wanted | None:  # noqa: ARG002
        offers = [self._waiting.popleft() for _ in range(min(room, len(self._waiting)))]
        if not offers:
            return None
        wanted = Named(tuple(offer.message for offer in offers))
        self._in_turn[wanted] = offers
        return wanted

    def returned(self, wanted: Wanted | None, result: TurnResult | None) -> bool:
        if wanted is None:
            return False
        offers = self._in_turn.pop(wanted)
        if result is not None:
            # Only when the lane counts what it has claimed as running is it known whether there is room for more.
            asyncio.get_running_loop().call_soon(self._done, offers)
        else:
            for offer in offers:
                self.offer(offer)
        return False

    def _done(self, offers: Iterable[Offer]) -> None:
        self._changed()
        for offer in offers:
            offer.done()
