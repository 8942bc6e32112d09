"""Messages that have come and wait for a lane to claim their steps. Runs on the event loop; knows no broker."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import NamedTuple

from engine.claims import Message, Named, Wanted


class _Offer(NamedTuple):
    message: Message
    taken: asyncio.Future[None]


class Offers:
    """The intake of a worker that is told by messages. Implements ``engine.dispatch.lanes.Intake``.

    Args:
        changed: called when there are more offers, or fewer.
        give_back: lets another worker have a message.
        patience: how long a message waits for room.
    """

    def __init__(
        self,
        *,
        changed: Callable[[], None],
        give_back: Callable[[Message], Awaitable[None]],
        patience: timedelta = timedelta(seconds=0.5),
    ) -> None:
        self._changed = changed
        self._give_back = give_back
        self._patience = patience.total_seconds()
        self._waiting: deque[_Offer] = deque()
        self._in_turn: dict[Wanted, list[_Offer]] = {}
        self._is_closed = False

    def __len__(self) -> int:
        return len(self._waiting) + sum(map(len, self._in_turn.values()))

    @property
    def are_waiting(self) -> bool:
        return bool(self._waiting)

    async def offer(self, message: Message) -> None:
        """Wait until a turn has claimed the step; give it back when there is no room for it for too long."""
        if self._is_closed:
            return
        offer = _Offer(message, asyncio.get_running_loop().create_future())
        self._waiting.append(offer)
        self._changed()
        await asyncio.wait([offer.taken], timeout=self._patience)
        if offer in self._waiting:
            self._waiting.remove(offer)
            await self._give_back(message)
            self._changed()
            return
        await offer.taken

    def take(self, room: int) -> Wanted | None:
        offers = [self._waiting.popleft() for _ in range(min(room, len(self._waiting)))]
        if not offers:
            return None
        wanted = Named(tuple(offer.message for offer in offers))
        self._in_turn[wanted] = offers
        return wanted

    def returned(self, wanted: Wanted | None, *, taken: bool) -> None:
        if wanted is None:
            return
        offers = self._in_turn.pop(wanted)
        if taken or self._is_closed:
            _let_go(offers)
        else:
            self._waiting.extend(offers)
        # The lane first counts what it has claimed as running.
        asyncio.get_running_loop().call_soon(self._changed)

    def close(self) -> None:
        """Let go of everybody who waits: what they have brought is found by whoever looks for lost messages."""
        self._is_closed = True
        _let_go(self._waiting)
        self._waiting.clear()


def _let_go(offers: "deque[_Offer] | list[_Offer]") -> None:
    for offer in offers:
        if not offer.taken.done():
            offer.taken.set_result(None)
