"""Makes live calls, a few at once. A call is written down before it is made, its raw answer before it is read.

Decides what a call that was cut off means: looked up where the provider keeps answers, counted as lost where not.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from runners.base import InvalidStep
from runners.generation.desk import Desk
from runners.generation.ingest import save_replies
from runners.generation.ledger import (
    Bought,
    JobRow,
    State,
    abandon,
    begin_calls,
    close_books,
    keep_answers,
    load_job,
    move,
    send,
    take_back,
)
from runners.generation.pace import Pace
from runners.generation.room import seconds_to_room
from runners.providers.base import (
    Failure,
    Finish,
    Provider,
    ProviderBusy,
    ProviderDenied,
    ProviderGone,
    ProviderRefused,
    ProviderUnsure,
    Reply,
    Tier,
    Usage,
)
from runners.storable import safe_text, to_json

log = logging.getLogger("batchdag")

_SLICE = 300.0
"""Seconds after which a long run of calls gives its worker back; it goes on at once, in its turn."""
_DOUBTS = 200
_FIRST_REST = 1 / 45
"""Of the settle time, before a call whose answer was lost is made again; four times as long after each further loss."""
_LONGEST_REST = 60.0
_LONGEST_CALL = 900.0
"""Seconds that a live call may take; a provider answers nothing later."""

Said: TypeAlias = Reply | ProviderBusy | ProviderRefused | ProviderUnsure


@dataclass(frozen=True, slots=True)
class Call:
    """A call that was begun."""

    ordinal: int
    prompt: str
    hash: str


@dataclass(slots=True)
class Heard:
    """What has come back and is not written yet."""

    replies: dict[int, Reply] = field(default_factory=dict)
    hashes: dict[int, str] = field(default_factory=dict)
    not_accepted: list[int] = field(default_factory=list)


class LiveCaller:
    """Makes the calls of live jobs."""

    def __init__(self, desk: Desk, *, concurrency: int) -> None:
        self._desk = desk
        self._pace = Pace(concurrency)

    async def follow(self, job_id: int) -> timedelta | None:
        """Make calls for a while; return how long to wait before going on, or None when the books are closed."""
        async with self._desk.transact() as connection:
            job = await load_job(connection, job_id)
            if job.state is State.PLANNED:
                await move(connection, job, State.SUBMITTED)
        if job.state is State.PLANNED:
            return await self.follow(job_id)
        if job.state.is_closed:
            return None
        if wait := await self.clear_doubts(job):
            return wait
        provider = self._desk.providers.get(job.provider)
        return await _Run(self._desk, job, provider, pace=self._pace).run()

    async def clear_doubts(self, job: JobRow) -> timedelta | None:
        """Settle what a crash or a broken call has left; return how long to wait for what may still come."""
        provider = self._desk.providers.get(job.provider)
        doubts = await self._doubts(job)
        known = {doubt.ordinal: doubt.kept for doubt in doubts if doubt.kept is not None}
        await save_replies(self._desk, job, ordinals=sorted(known), replies=known)
        unknown = [doubt for doubt in doubts if doubt.kept is None]
        waits = [await self._clear(job, provider, doubt) for doubt in unknown]
        return max((wait for wait in waits if wait is not None), default=None)

    async def _doubts(self, job: JobRow) -> list["_Doubt"]:
        async with self._desk.transact() as connection:
            cursor = await send(connection, "doubtful_calls", job_id=job.id, size=_DOUBTS)
            return [_doubt(row) for row in await cursor.fetchall()]

    async def _clear(self, job: JobRow, provider: Provider, doubt: "_Doubt") -> timedelta | None:
        # With store: false, OpenAI keeps no answer that could be found.
        if not provider.finds_replies or job.frame.options.get("store") is False:
            return await self._after_a_rest(job, doubt)
        look_again = timedelta(seconds=job.terms.settle_seconds / 2)
        try:
            reply = await provider.find_reply(job.key(doubt.ordinal), since=doubt.sent_at)
        except ProviderRefused as refused:
            log.warning("ledger.look_refused", extra={"provider_batch": job.id, "error": str(refused)})
            await self._send_again(job, doubt, is_lost=True)
            return None
        except (ProviderBusy, ProviderUnsure) as error:
            log.warning("ledger.look_failed", extra={"provider_batch": job.id, "error": str(error)})
            return look_again
        if reply is not None:
            await save_replies(self._desk, job, ordinals=[doubt.ordinal], replies={doubt.ordinal: reply})
        elif doubt.seconds < job.terms.settle_seconds:
            return look_again
        else:
            # It may still be at work on it: only then nothing can be lost, when no call takes longer.
            await self._send_again(job, doubt, is_lost=doubt.seconds < _LONGEST_CALL)
        return None

    async def _after_a_rest(self, job: JobRow, doubt: "_Doubt") -> timedelta | None:
        """Send a lost call again, after a rest that grows with each loss: an outage must not cost it all its tries."""
        rest = min(job.terms.settle_seconds * _FIRST_REST * 4**doubt.lost, _LONGEST_REST)
        if doubt.seconds < rest:
            return timedelta(seconds=rest - doubt.seconds)
        await self._send_again(job, doubt, is_lost=True)
        return None

    async def _send_again(self, job: JobRow, doubt: "_Doubt", *, is_lost: bool) -> None:
        if doubt.lost + 1 >= job.terms.max_tries:
            failure = Failure(code="no_reply", message="the calls broke before an answer came", is_retryable=False)
            reply = Reply(key=job.key(doubt.ordinal), raw=None, failure=failure)
            await save_replies(self._desk, job, ordinals=[doubt.ordinal], replies={doubt.ordinal: reply})
        async with self._desk.transact() as connection:
            await take_back(connection, job, [doubt.ordinal], lost=1)
            if is_lost:
                await send(connection, "count_lost", job_id=job.id, lost=1)


@dataclass(frozen=True, slots=True)
class _Doubt:
    """A call that was begun and not taken in; ``kept`` is its answer if that was saved."""

    ordinal: int
    sent_at: datetime
    seconds: float
    lost: int
    kept: Reply | None


def _doubt(row: Sequence[object]) -> _Doubt:
    ordinal, sent_at, seconds, lost, raw, text, finish, inputs, outputs = row
    kept = None
    if finish is not None:
        usage = Usage(int(str(inputs)), int(str(outputs)))
        kept = Reply(
            key=None, raw=raw, text=None if text is None else str(text), finish=Finish(str(finish)), usage=usage
        )
    assert isinstance(sent_at, datetime)
    return _Doubt(int(str(ordinal)), sent_at, float(str(seconds)), int(str(lost)), kept)


class _Run:
    """One run of calls: turn by turn, what has come back is written and the next calls are begun."""

    def __init__(self, desk: Desk, job: JobRow, provider: Provider, *, pace: Pace) -> None:
        self._desk = desk
        self._job = job
        self._provider = provider
        self._pace = pace
        self._tier = Tier.FLEX if job.mode == "flex" else Tier.STANDARD
        self._calls: dict[asyncio.Task[Said], Call] = {}
        self._denied: str | None = None
        self._found_no_room = False

    async def run(self) -> timedelta | None:
        loop = asyncio.get_running_loop()
        end = loop.time() + _SLICE
        heard = Heard()
        try:
            while True:
                await self._turn(heard, may_begin=loop.time() < end, now=loop.time())
                await self._take_in(heard)
                if not self._calls:
                    break
                heard = await self._hear(loop)
        finally:
            await self._save_the_last()
        return await self._close(loop)

    async def _turn(self, heard: Heard, *, may_begin: bool, now: float) -> None:
        """In one transaction keep the raw answers that have come and begin the next calls, as many as may be."""
        free = self._pace.free
        begin = may_begin and free > 0 and self._pace.pause(now) == 0 and self._denied is None
        if not (begin or heard.replies or heard.not_accepted):
            return
        async with self._desk.transact() as connection:
            await keep_answers(connection, self._job, _bought(self._job, heard))
            await take_back(connection, self._job, heard.not_accepted)
            calls = await begin_calls(connection, self._job, free) if begin else []
        self._found_no_room = begin and not calls
        for ordinal, prompt, hashed in calls:
            call = Call(ordinal, prompt, hashed)
            self._calls[asyncio.create_task(self._call(call))] = call
        self._pace.under_way += len(calls)

    async def _call(self, call: Call) -> Said:
        ask = self._job.frame.ask(call.prompt, key=self._job.key(call.ordinal))
        try:
            return await self._provider.generate(ask, tier=self._tier)
        except (ProviderBusy, ProviderRefused, ProviderUnsure) as error:
            return error

    async def _hear(self, loop: asyncio.AbstractEventLoop) -> Heard:
        done, _ = await asyncio.wait(self._calls, return_when=asyncio.FIRST_COMPLETED)
        heard = Heard()
        self._pace.under_way -= len(done)
        for task in done:
            self._sort(self._calls.pop(task), task.result(), heard, now=loop.time())
        return heard

    def _sort(self, call: Call, said: Said, heard: Heard, *, now: float) -> None:
        match said:
            case Reply():
                heard.replies[call.ordinal] = said
                heard.hashes[call.ordinal] = call.hash
                self._pace.went_well()
            case ProviderBusy():
                heard.not_accepted.append(call.ordinal)
                self._pace.was_refused(now=now, retry_after=said.retry_after)
            case ProviderDenied() | ProviderGone():
                # Not the item, but the key, the model or the account: no other call would do.
                heard.not_accepted.append(call.ordinal)
                self._denied = str(said)
            case ProviderRefused():
                heard.replies[call.ordinal] = self._refusal(call.ordinal, str(said))
            case ProviderUnsure():
                self._pace.was_in_doubt(now=now)
                # It stays as begun, in doubt, and is looked up when the others are done.
                log.warning("ledger.call_in_doubt", extra={"provider_batch": self._job.id, "error": str(said)})

    async def _take_in(self, heard: Heard) -> None:
        """Settle what has been heard; the next calls are under way meanwhile."""
        await save_replies(self._desk, self._job, ordinals=sorted(heard.replies), replies=heard.replies)

    def _refusal(self, ordinal: int, why: str) -> Reply:
        failure = Failure(code="refused_request", message=why, is_retryable=False)
        return Reply(key=self._job.key(ordinal), raw=None, failure=failure)

    async def _save_the_last(self) -> None:
        """Cut off with calls under way: their answers are paid for, so wait a little for them."""
        if not self._calls:
            return
        await asyncio.wait(self._calls, timeout=5)
        heard = Heard()
        now = asyncio.get_running_loop().time()
        for task in [task for task in self._calls if task.done()]:
            self._sort(self._calls.pop(task), task.result(), heard, now=now)
        self._pace.under_way -= len(heard.replies) + len(heard.not_accepted) + len(self._calls)
        for task in self._calls:
            task.cancel()
        await self._turn(heard, may_begin=False, now=now)
        await self._take_in(heard)

    async def _close(self, loop: asyncio.AbstractEventLoop) -> timedelta | None:
        """Close the books if every request has its end."""
        if self._denied is not None:
            await self._give_up(self._denied)
            return None
        async with self._desk.transact() as connection:
            (left,) = await (await send(connection, "unfinished_calls", job_id=self._job.id)).fetchone() or (0,)
            if left == 0:
                await close_books(connection, self._job)
                return None
            room = await seconds_to_room(connection, self._job) if self._found_no_room else 0.0
        return timedelta(seconds=max(room, self._pace.pause(loop.time())))

    async def _give_up(self, why: str) -> None:
        """Leave what is not answered to a retry; a job that has bought nothing yet can go to the second provider."""
        async with self._desk.transact() as connection:
            job = await load_job(connection, self._job.id)
        if job.is_begun:
            raise InvalidStep(f"{why} (what was answered before is kept; retry the instance when it is mended)")
        log.error("ledger.abandoned", extra={"provider_batch": self._job.id, "error": why})
        async with self._desk.transact() as connection:
            await abandon(connection, job, error=why)


def _bought(job: JobRow, heard: Heard) -> list[Bought]:
    return [
        Bought(
            heard.hashes[ordinal],
            to_json(reply.raw),
            None if reply.text is None else safe_text(reply.text),
            reply.finish,
            reply.usage.input_tokens,
            reply.usage.output_tokens,
            job.terms.price.cost(reply.usage),
        )
        for ordinal, reply in heard.replies.items()
        if reply.failure is None
    ]
