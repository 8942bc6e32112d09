"""What a live call means that was begun and has no answer: looked up where the provider keeps answers, else lost.

Decides when it may be made again: never while it may still be under way, unless whoever made it has seen it end.
"""

import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from runners.generation.asks import take_back
from runners.generation.desk import Desk
from runners.generation.ingest import save_replies, settle
from runners.generation.ledger import count_lost, send
from runners.generation.rows import JobRow
from runners.generation.terms import Terms
from runners.providers.base import (
    Failure,
    Finish,
    Provider,
    ProviderBusy,
    ProviderRefused,
    ProviderUnsure,
    Reply,
    Usage,
)

log = logging.getLogger("batchdag")

_CHUNK = 200
_MARGIN = 1.1
"""Of the longest call: clocks, and the end of a call, are not that exact."""
_FIRST_REST = 1 / 45
"""Of the settle time, before a call whose answer was lost is made again; four times as long after each further loss."""
_LONGEST_REST = 60.0
_NO_REPLY = Failure(code="no_reply", message="the calls broke before an answer came", is_retryable=False)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A call that was begun and not taken in. Times in seconds, by the database's clock."""

    ordinal: int
    sent_at: datetime
    begun_for: float
    broken_for: float | None
    """Since its own process saw it end without an answer; None: nobody has, so it may still be under way."""
    lost: int
    """How often its answer was lost before."""
    kept: Reply | None
    """Its answer, if that was saved."""


def rest(doubt: Doubt, *, terms: Terms, longest: float, can_be_found: bool) -> float:
    """Return for how many seconds the call must not be made again; 0: it may be made now.

    An answer that can be found shows up late, because lists lag. One that cannot is waited for no longer than an outage
    may last, which must not cost the request all its tries.
    """
    ended_for = doubt.broken_for if doubt.broken_for is not None else doubt.begun_for - longest * _MARGIN
    growing = min(terms.settle_seconds * _FIRST_REST * 4**doubt.lost, _LONGEST_REST)
    return max(0.0, (terms.settle_seconds if can_be_found else growing) - ended_for)


class Doubts:
    """The doubtful calls of live jobs."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def clear(self, job: JobRow) -> timedelta | None:
        """Settle what can be settled now; return how long to wait before the next look, None: nothing is in doubt."""
        provider = self._desk.providers.get(job.provider)
        waits: list[timedelta] = []
        async for doubts in self._chunks(job):
            await save_replies(self._desk, job, {doubt.ordinal: doubt.kept for doubt in doubts if doubt.kept})
            cleared = [await self._clear(job, provider, doubt) for doubt in doubts if doubt.kept is None]
            waits += [wait for wait in cleared if wait is not None]
        return min(waits, default=None)

    async def _chunks(self, job: JobRow) -> AsyncIterator[list[Doubt]]:
        after = -1
        while True:
            async with self._desk.transact() as connection:
                cursor = await send(connection, "doubtful_calls", job_id=job.id, after=after, size=_CHUNK)
                doubts = [_doubt(row) for row in await cursor.fetchall()]
            if not doubts:
                return
            yield doubts
            after = doubts[-1].ordinal

    async def _clear(self, job: JobRow, provider: Provider, doubt: Doubt) -> timedelta | None:
        # With store: false, OpenAI keeps no answer that could be found.
        can_be_found = provider.finds_replies and job.frame.options.get("store") is not False
        longest = provider.longest_call.total_seconds()
        left = rest(doubt, terms=job.terms, longest=longest, can_be_found=can_be_found)
        look_again = timedelta(seconds=min(left, job.terms.settle_seconds / 2) if can_be_found else left)
        try:
            reply = await provider.find_reply(job.key(doubt.ordinal), since=doubt.sent_at) if can_be_found else None
        except ProviderRefused as refused:
            log.warning("ledger.look_refused", extra={"provider_batch": job.id, "error": str(refused)})
            reply, can_be_found = None, False
        except (ProviderBusy, ProviderUnsure) as error:
            log.warning("ledger.look_failed", extra={"provider_batch": job.id, "error": str(error)})
            return timedelta(seconds=job.terms.settle_seconds / 2)
        if reply is not None:
            await save_replies(self._desk, job, {doubt.ordinal: reply})
        elif left > 0:
            return look_again
        else:
            # A provider that keeps answers, has none, and cannot be at work on it any more: then nothing is lost.
            await self._send_again(job, doubt, is_lost=not can_be_found or doubt.begun_for < longest)
        return None

    async def _send_again(self, job: JobRow, doubt: Doubt, *, is_lost: bool) -> None:
        """Let the call be made again, unless it was lost too often."""
        async with self._desk.transact() as connection:
            await take_back(connection, job, [doubt.ordinal], lost=1)
            if doubt.lost + 1 >= job.terms.max_tries:
                reply = Reply(key=job.key(doubt.ordinal), raw=None, failure=_NO_REPLY)
                await settle(connection, self._desk, job, {doubt.ordinal: reply})
            await count_lost(connection, job, int(is_lost))


def _doubt(row: Sequence[object]) -> Doubt:
    ordinal, sent_at, begun_for, broken_for, lost, raw, text, finish, inputs, outputs = row
    kept = None
    if finish is not None:
        usage = Usage(int(str(inputs)), int(str(outputs)))
        kept = Reply(
            key=None, raw=raw, text=None if text is None else str(text), finish=Finish(str(finish)), usage=usage
        )
    assert isinstance(sent_at, datetime)
    ended = None if broken_for is None else float(str(broken_for))
    return Doubt(int(str(ordinal)), sent_at, float(str(begun_for)), ended, int(str(lost)), kept)
