"""Messages that have come and wait for a lane to claim their steps. Runs on the event loop; knows no broker."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import timedelta

from engine.claims import Message, Named, Wanted


class Offers:
    """The intake of a worker that is told by messages. Implements ``engine.dispatch.lanes.Intake``."""

    def __init__(
        self,
        *,
        arrived: Callable[[], None],
        give_back: Callable[[Message], Awaitable[None]],
        patience: timedelta = timedelta(seconds=0.5),
    ) -> None:
        self._arrived = arrived
        self._give_back = give_back
        self._patience = patience.total_seconds()
        self._waiting: deque[tuple[Message, asyncio.Future[None]]] = deque()
        self._in_turn: dict[Wanted, list[tuple[Message, asyncio.Future[None]]]] = {}

    async def offer(self, message: Message) -> None:
        """Wait until a turn has claimed the step; give it back when there is no room for it for too long."""
        taken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((message, taken))
        self._arrived()
        await asyncio.wait([taken], timeout=self._patience)
        if (message, taken) in self._waiting:
            self._waiting.remove((message, taken))
            await self._give_back(message)
            return
        await taken

    def take(self, room: int) -> Wanted | None:
        offers = [self._waiting.popleft() for _ in range(min(room, len(self._waiting)))]
        if not offers:
            return None
        wanted = Named(tuple(message for message, _ in offers))
        self._in_turn[wanted] = offers
        return wanted

    def returned(self, wanted: Wanted | None, *, taken: bool) -> None:
        if wanted is None:
            return
        for message, future in self._in_turn.pop(wanted):
            if not taken:
                self._waiting.append((message, future))
            elif not future.done():
                future.set_result(None)

    def close(self) -> None:
        """Let go of everybody who waits: what they have brought is found by whoever looks for lost messages."""
        while self._waiting:
            _, future = self._waiting.popleft()
            if not future.done():
                future.set_result(None)
