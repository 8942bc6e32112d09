"""Sorts pending items by what is to be done: recall an answer, refuse, ask, or wait for one who asks for the same.

Decides which answers count that are there already, and what is too large to be asked for.
"""

import asyncio
import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass

from runners.generation.answers import find_answers
from runners.generation.params import Choice
from runners.generation.requests import Pending, Request
from runners.generation.rows import KnownAnswer
from runners.generation.splitting import Cap, Load
from runners.generation.work import Work
from runners.providers.tokens import upper_bound_tokens


@dataclass(frozen=True, slots=True)
class Overhead:
    """What every request has beside its prompt."""

    bytes: int
    tokens: int

    @classmethod
    def of(cls, work: Work, choice: Choice) -> "Overhead":
        frame = work.frame(choice)
        line = work.provider(choice).line(frame.ask("", key="x" * 40))
        words = (frame.system or "") + json.dumps(frame.response_schema or {})
        return cls(len(line), upper_bound_tokens(words) + 50)

    def load_of(self, prompt: str) -> Load:
        return Load(1, self.bytes + len(json.dumps(prompt)), self.tokens + upper_bound_tokens(prompt))


@dataclass(frozen=True, slots=True)
class Sorted:
    """A chunk of pending items, by what is to be done with them."""

    recalled: list[tuple[Pending, KnownAnswer]]
    refused: list[tuple[int, str]]
    asks: list[Request]
    elsewhere: int


class Sorter:
    """Sorts for one choice of provider."""

    def __init__(self, work: Work, choice: Choice, *, overhead: Overhead, by_hash: bool) -> None:
        """``by_hash``: who ask for the same at the same time wait for each other in one order; else they go by item."""
        self._work = work
        self._choice = choice
        self._requester = work.requester(choice)
        self._overhead = overhead
        self._by_hash = by_hash

    async def sort(self, pending: Sequence[Pending], *, cap: Cap) -> Sorted:
        """Sort a chunk; ``cap`` is what a job may hold."""
        made = await asyncio.to_thread(self._made, pending, cap)
        requests, known = await self._known([one for one in made if isinstance(one, Request)])
        by_seq = {item.seq: item for item in pending}
        # Within a chunk too, equal requests are one purchase: the others find the answer when it is there.
        fresh = {request.hash: request for request in reversed(requests) if request.hash not in known}
        return Sorted(
            recalled=[(by_seq[one.seq], known[one.hash]) for one in requests if one.hash in known],
            refused=[one for one in made if not isinstance(one, Request)],
            asks=sorted(fresh.values(), key=lambda request: request.hash if self._by_hash else request.seq),
            elsewhere=sum(1 for one in requests if one.hash not in known) - len(fresh),
        )

    async def _known(self, requests: Sequence[Request]) -> tuple[list[Request], dict[str, KnownAnswer]]:
        """Return the requests as they are asked, and the answers that are there already.

        Where old answers do not count, a request that has one is asked as another purchase: the first one that has none
        from before. Whoever asks for the same at the same time comes to the same purchase, and waits for its answer.
        """
        asked, known = {request.seq: request for request in requests}, dict[str, KnownAnswer]()
        unknown = list(requests)
        for again in itertools.count(1):
            async with self._work.request.transaction() as connection:
                found = await find_answers(connection, [one.hash for one in unknown], since=self._work.since)
            known |= {key: answer for key, answer in found.items() if not answer.is_old}
            unknown = [
                self._requester.renewed(one, again) for one in unknown if one.hash in found and found[one.hash].is_old
            ]
            if not unknown:
                break
            asked |= {request.seq: request for request in unknown}
        return list(asked.values()), known

    def _made(self, pending: Sequence[Pending], cap: Cap) -> list[Request | tuple[int, str]]:
        return [self._fitting(one, cap) for one in self._requester.requests(pending)]

    def _fitting(self, made: Request | tuple[int, str], cap: Cap) -> Request | tuple[int, str]:
        """Turn a request that no job could hold into a refusal."""
        if not isinstance(made, Request):
            return made
        load = self._overhead.load_of(made.prompt)
        if cap.holds(load):
            return made
        most = f"more than a job of {self._choice.provider} may have"
        return made.seq, f"too_large: the request has {load.bytes:,} bytes, {most}"
