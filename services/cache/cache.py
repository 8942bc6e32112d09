"""Answers from what is kept, and reads what is not: once, however many ask, and never under a generation it is not of.

Whoever reads does so in one snapshot of the database together with the generations, and says which they were. So an
answer that a write overtakes is kept under the generation that it is of, where nobody looks any more.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from runners.base import Json
from services.cache.generations import Generations, Stamp
from services.cache.memory import Memory, Place
from services.cache.shared import Shared

_MOST_QUESTIONS = 3


@dataclass(frozen=True, slots=True)
class Computed:
    """What was read, by key, and the generations of the collections in the same snapshot."""

    stamp: Stamp
    values: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What came of being told: the generation that is served from now on, and how many entries were dropped."""

    generation: int
    entries: int


Compute: TypeAlias = Callable[[Sequence[str]], Awaitable[Computed]]
"""Reads the values of these keys; a key that it leaves out has the value None."""


class Cache:
    """Two levels over the database. ``look`` asks the database which generations count."""

    def __init__(
        self,
        generations: Generations,
        memory: Memory,
        shared: Shared,
        *,
        look: Callable[[Sequence[str]], Awaitable[None]],
    ) -> None:
        self._generations = generations
        self._memory = memory
        self._shared = shared
        self._look = look
        self._flights: dict[Place, asyncio.Future[Json]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def get(self, collections: Sequence[str], key: str, compute: Compute) -> Json:
        """Return the value of one key."""
        return (await self.get_many(collections, [key], compute))[key]

    async def get_many(self, collections: Sequence[str], keys: Sequence[str], compute: Compute) -> dict[str, Json]:
        """Return the values of these keys, which are made of what is in these collections."""
        named = tuple(collections)
        stamp = await self._stamp(named)
        if stamp is None:
            read = (await compute(keys)).values
            return {key: read.get(key) for key in keys}
        places = {key: Place(named, stamp, key) for key in keys}
        found = {key: hit[0] for key, place in places.items() if (hit := self._memory.get(place)) is not None}
        missing = {key: place for key, place in places.items() if key not in found}
        return found | await self._from_flights(missing, compute) if missing else found

    async def forget_keys(self, collection: str, keys: frozenset[str]) -> int:
        """Drop single answers of a collection, on both levels."""
        generation = self._generations.current(collection)
        if generation is not None:
            await self._shared.forget([Place((collection,), (generation,), key) for key in sorted(keys)])
        return self._memory.forget(collection, keys=keys)

    async def aclose(self) -> None:
        """Give up what is being read."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._shared.aclose()

    async def _stamp(self, collections: tuple[str, ...]) -> Stamp | None:
        """Return the generations that count; None: they change faster than they can be asked about."""
        for _ in range(_MOST_QUESTIONS):
            current = [self._generations.current(collection) for collection in collections]
            known = tuple(generation for generation in current if generation is not None)
            if len(known) == len(collections):
                return known
            await self._look(collections)
        return None

    async def _from_flights(self, missing: Mapping[str, Place], compute: Compute) -> dict[str, Json]:
        """Join who is reading the same of the same generation, and read the rest."""
        mine = {key: place for key, place in missing.items() if place not in self._flights}
        for place in mine.values():
            self._flights[place] = asyncio.get_running_loop().create_future()
        flights = {key: self._flights[place] for key, place in missing.items()}
        if mine:
            task = asyncio.create_task(self._fly(mine, compute), name="cache.flight")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        # Shielded: who goes away must not take the answer from the others.
        answers = await asyncio.gather(*(asyncio.shield(flight) for flight in flights.values()))
        return dict(zip(flights, answers, strict=True))

    async def _fly(self, mine: Mapping[str, Place], compute: Compute) -> None:
        try:
            texts = await self._read(mine, compute)
        except BaseException as error:
            for place in mine.values():
                self._land(place, error=error)
            if not isinstance(error, Exception):
                raise
        else:
            await self._shared.put(texts)

    async def _read(self, mine: Mapping[str, Place], compute: Compute) -> dict[Place, str]:
        """Land every flight; return what is new to the second level."""
        shared = await self._shared.get(list(mine.values()))
        for place, value in shared.items():
            self._keep(place, value)
            self._land(place, value)
        wanted = [key for key, place in mine.items() if place not in shared]
        if not wanted:
            return {}
        computed = await compute(wanted)
        texts = {}
        for key in wanted:
            place = Place(mine[key].collections, computed.stamp, key)
            texts[place] = self._keep(place, computed.values.get(key))
            self._land(mine[key], computed.values.get(key))
        return texts

    def _keep(self, place: Place, value: Json) -> str:
        text = json.dumps(value, separators=(",", ":"))
        self._memory.put(place, value, size=len(text))
        return text

    def _land(self, place: Place, value: Json = None, *, error: BaseException | None = None) -> None:
        flight = self._flights.pop(place, None)
        if flight is None or flight.done():
            return
        if error is None:
            flight.set_result(value)
        elif isinstance(error, Exception):
            flight.set_exception(error)
            flight.exception()  # seen, even if everybody who asked has gone
        else:
            flight.cancel()
