"""One run of live calls, a few at once. A call is written down before it is made, its raw answer before it is read.

Decides when to go on calling and when to stop; what a call means that broke is for ``doubts``.
"""

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeAlias

from runners.base import Connection, InvalidStep
from runners.generation.answers import keep_answers
from runners.generation.asks import begin_calls, break_calls, take_back
from runners.generation.desk import Desk
from runners.generation.ingest import save_replies
from runners.generation.ledger import abandon, close_books, load_job, send
from runners.generation.outcome import bought
from runners.generation.pace import Pace
from runners.generation.room import seconds_to_room
from runners.generation.rows import BegunCall, JobRow
from runners.generation.shift import Shift
from runners.generation.trouble import Trouble, end_trouble, find_trouble, note_trouble
from runners.providers.base import (
    Failure,
    Provider,
    ProviderBusy,
    ProviderDenied,
    ProviderGone,
    ProviderRefused,
    ProviderUnsure,
    Reply,
    Tier,
)

log = logging.getLogger("batchdag")

_LAST_WORDS = 3.0
"""Seconds for which calls under way are waited for when the run is cut off: their answers are paid for. A process that
stops waits for its runners a little longer; what came later would be refused."""

Said: TypeAlias = Reply | ProviderBusy | ProviderRefused | ProviderUnsure


@dataclass(frozen=True, slots=True)
class Rest:
    """What a run has left."""

    unsent: int
    """Requests that wait to be sent; what else is open is in doubt."""
    pause: timedelta
    """Before anything may be sent."""
    has_called: bool


@dataclass(slots=True)
class _Heard:
    """What has come back and is not written yet."""

    replies: dict[int, Reply] = field(default_factory=dict)
    hashes: dict[int, str] = field(default_factory=dict)
    not_accepted: list[int] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.replies or self.not_accepted or self.broken)


class Run:
    """Turn by turn, what has come back is written and the next calls are begun."""

    def __init__(self, desk: Desk, job: JobRow, provider: Provider, *, pace: Pace, shift: Shift) -> None:
        self._desk = desk
        self._job = job
        self._provider = provider
        self._pace = pace
        self._shift = shift
        self._tier = Tier.FLEX if job.mode == "flex" else Tier.STANDARD
        self._calls: dict[asyncio.Task[Said], BegunCall] = {}
        self._heard = _Heard()
        self._has_called = False
        self._has_trouble = False
        self._why = ""
        """The latest trouble, in the provider's words."""
        self._denied: str | None = None
        self._found_no_room = False

    async def run(self) -> Rest | None:
        """Make calls while the shift lasts; None: the job's books are closed, or it is given up.

        Raises:
            InvalidStep: the provider refuses every call, after some were answered.
        """
        await self._recall_trouble()
        try:
            while True:
                await self._turn()
                await self._take_in()
                if not self._calls or _now() >= self._shift.end:
                    break
                await self._hear()
        finally:
            await self._save_the_last()
        return await self._close()

    async def _turn(self) -> None:
        """In one transaction keep the raw answers that have come and begin the next calls, as many as may be."""
        now = _now()
        may_begin = now < self._shift.last_call and self._pace.pause(now) == 0 and self._denied is None
        free = self._pace.free if may_begin else 0
        if free == 0 and self._heard.is_empty:
            return
        async with self._desk.transact() as connection:
            await self._write(connection)
            calls = await begin_calls(connection, self._job, free) if free else []
        self._found_no_room = free > 0 and not calls
        # Written. To do it again at the end would take back calls that have begun anew.
        self._heard.not_accepted, self._heard.broken = [], []
        for call in calls:
            self._calls[asyncio.create_task(self._call(call))] = call
        self._pace.under_way += len(calls)
        self._has_called = self._has_called or bool(calls)

    async def _write(self, connection: Connection) -> None:
        await take_back(connection, self._job, self._heard.not_accepted)
        await break_calls(connection, self._job, self._heard.broken)
        answers = {ordinal: reply for ordinal, reply in self._heard.replies.items() if reply.failure is None}
        kept = [bought(self._job, self._heard.hashes[ordinal], reply) for ordinal, reply in answers.items()]
        await keep_answers(connection, self._job, kept)

    async def _call(self, call: BegunCall) -> Said:
        ask = self._job.frame.ask(call.prompt, key=self._job.key(call.ordinal))
        try:
            return await self._provider.generate(ask, tier=self._tier)
        except (ProviderBusy, ProviderRefused, ProviderUnsure) as error:
            return error

    async def _hear(self) -> None:
        left = max(0.0, self._shift.end - _now())
        done, _ = await asyncio.wait(self._calls, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        self._pace.under_way -= len(done)
        for task in done:
            self._sort(self._calls.pop(task), task.result())

    def _sort(self, call: BegunCall, said: Said) -> None:
        heard = self._heard
        match said:
            case Reply():
                heard.replies[call.ordinal] = said
                heard.hashes[call.ordinal] = call.hash
                self._pace.went_well()
            case ProviderBusy():
                heard.not_accepted.append(call.ordinal)
                self._why = str(said)
                self._pace.was_refused(now=_now(), retry_after=said.retry_after)
            case ProviderDenied() | ProviderGone():
                # Not the item, but the key, the model or the account: no other call would do.
                heard.not_accepted.append(call.ordinal)
                self._denied = str(said)
            case ProviderRefused():
                heard.replies[call.ordinal] = self._refusal(call.ordinal, str(said))
            case ProviderUnsure():
                heard.broken.append(call.ordinal)
                self._why = str(said)
                self._pace.was_in_doubt(now=_now())
                log.warning("ledger.call_in_doubt", extra={"provider_batch": self._job.id, "error": str(said)})

    async def _take_in(self) -> None:
        """Settle what has been heard; the next calls are under way meanwhile."""
        await save_replies(self._desk, self._job, self._heard.replies)
        if self._heard.replies and self._has_trouble:
            self._has_trouble = False
            await end_trouble(self._desk, self._job)
        self._heard = _Heard()

    def _refusal(self, ordinal: int, why: str) -> Reply:
        failure = Failure(code="refused_request", message=why, is_retryable=False)
        return Reply(key=self._job.key(ordinal), raw=None, failure=failure)

    # The end of a run

    async def _save_the_last(self) -> None:
        """Cut off with calls under way: keep what they still say, and write down of the others that they broke."""
        if self._calls and _now() < self._shift.end:
            await asyncio.wait(self._calls, timeout=_LAST_WORDS)
        for task, call in self._calls.items():
            if _has_answered(task):
                self._sort(call, task.result())
            else:
                task.cancel()
                self._heard.broken.append(call.ordinal)
        self._pace.under_way -= len(self._calls)
        self._calls = {}
        if not self._heard.is_empty:
            async with self._desk.transact() as connection:
                await self._write(connection)
            await self._take_in()

    async def _close(self) -> Rest | None:
        """Close the books if every request has its end."""
        if self._denied is not None:
            await self._give_up(self._denied)
            return None
        pause = self._pace.pause(_now())
        if pause > 0:
            await note_trouble(self._desk, self._job, Trouble(self._pace.in_a_row, pause), why=self._why)
        async with self._desk.transact() as connection:
            cursor = await send(connection, "unfinished_calls", job_id=self._job.id)
            left, unsent = await cursor.fetchone() or (0, 0)
            if left == 0:
                await close_books(connection, self._job)
                return None
            room = await seconds_to_room(connection, self._job) if self._found_no_room and unsent else 0.0
        return Rest(unsent=unsent, pause=timedelta(seconds=max(room, pause)), has_called=self._has_called)

    async def _give_up(self, why: str) -> None:
        """Leave what is not answered to a retry; a job that has bought nothing yet can go to the second provider."""
        async with self._desk.transact() as connection:
            job = await load_job(connection, self._job.id)
        if job.is_begun:
            raise InvalidStep(f"{why} (what was answered before is kept; retry the instance when it is mended)")
        log.error("ledger.abandoned", extra={"provider_batch": self._job.id, "error": why})
        async with self._desk.transact() as connection:
            await abandon(connection, job, error=why)

    async def _recall_trouble(self) -> None:
        """Heed what another run, attempt or process has met: an outage is not learned again by each of them."""
        trouble = await find_trouble(self._desk, self._job)
        if trouble is not None:
            self._has_trouble = True
            self._pace.recall(now=_now(), in_a_row=trouble.in_a_row, pause=trouble.pause)


def _has_answered(call: asyncio.Task[Said]) -> bool:
    """Say whether a call has ended as calls do. One that nobody foresaw must not cost what the others were told."""
    if not call.done() or call.cancelled():
        return False
    if (error := call.exception()) is not None:
        log.error("ledger.call_failed", exc_info=error)
    return error is None


def _now() -> float:
    return asyncio.get_running_loop().time()
