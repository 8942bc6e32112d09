"""Plans what is to be bought: what was bought before is recalled, the rest becomes requests of jobs, within the budget.

One transaction for each chunk of items: the requests, the money reserved for them and the check of the budget together.
"""

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from psycopg.types.json import Jsonb

from definitions.models import ErrorClass
from runners.base import Connection, RunnerError
from runners.generation.asks import add_asks, pending_items
from runners.generation.ledger import send
from runners.generation.outcome import Outcomes, recall, refuse
from runners.generation.params import Choice
from runners.generation.requests import Pending, Request
from runners.generation.sorting import Overhead, Sorted, Sorter
from runners.generation.splitting import Cap, Load, room
from runners.generation.work import Work
from runners.providers.base import Usage
from runners.providers.tokens import upper_bound_tokens

_CHUNK = 1_000


class BudgetExceeded(RunnerError):
    """The instance may not spend what the rest of the step would cost. Nothing of it has been sent."""

    error_class = ErrorClass.BUDGET

    def __init__(self, *, budget: Decimal, spent: Decimal, reserved: Decimal, needed: Decimal, requests: int) -> None:
        super().__init__(
            f"{requests:,} requests would cost up to ${needed:,.4f}, and the budget of the instance is ${budget:,.4f}:"
            f" ${spent:,.4f} is spent, ${reserved:,.4f} is reserved for jobs under way. Nothing was sent. Raise"
            " budget_usd of the definition (or of the instance), or lower maxOutputTokens, then retry the instance:"
            " what was bought is kept"
        )
        self.budget = budget
        self.needed = needed


@dataclass(frozen=True, slots=True)
class Planned:
    """What a pass over the pending items has come to."""

    asked: int = 0
    settled: int = 0
    """Items whose answer was there already, and items that cannot be asked for."""
    elsewhere: int = 0
    """Items whose very request is open already; its answer will be theirs."""

    def plus(self, other: "Planned") -> "Planned":
        return Planned(self.asked + other.asked, self.settled + other.settled, self.elsewhere + other.elsewhere)


class Planner:
    """Plans for one choice of provider and one mode."""

    def __init__(self, work: Work, choice: Choice, *, mode: str) -> None:
        self._work = work
        self._choice = choice
        self._mode = mode
        self._frame = work.frame(choice)
        self._terms = work.terms(choice, mode=mode)
        self._cap = Cap.of(work.provider(choice).limits, requests=None, tokens=work.params.job_tokens)
        self._overhead = Overhead.of(work, choice)
        self._sorter = Sorter(work, choice, overhead=self._overhead, by_hash=mode == "batch")

    async def plan(self) -> Planned:
        """Plan for every item that waits.

        Raises:
            BudgetExceeded: it would cost more than the instance may spend; what this pass has planned is taken back.
        """
        await self._lower_cap()
        after, planned = -1, Planned()
        while True:
            pending = await self._pending(after)
            if not pending:
                return planned
            after = pending[-1].seq
            planned = planned.plus(await self._plan_chunk(pending))

    async def at_most(self) -> tuple[int, Decimal]:
        """Return how many requests all pending items would need, and what they would cost at most."""
        after, requests, cost = -1, 0, Decimal(0)
        while pending := await self._pending(after):
            after = pending[-1].seq
            asks = (await self._sorter.sort(pending, cap=self._cap)).asks
            requests += len(asks)
            cost += await asyncio.to_thread(self._cost, asks)
        return requests, cost

    async def _lower_cap(self) -> None:
        async with self._work.request.transaction() as connection:
            cursor = await send(connection, "job_limit", step_id=self._work.items.step_id)
            (limit,) = await cursor.fetchone() or (None,)
        limits = self._work.provider(self._choice).limits
        tokens = self._work.params.job_tokens if self._mode == "batch" else None
        self._cap = Cap.of(limits, requests=limit, tokens=tokens)

    async def _pending(self, after: int) -> list[Pending]:
        items = self._work.items
        async with self._work.request.transaction() as connection:
            return await pending_items(connection, step_id=items.step_id, build=items.build, after=after, size=_CHUNK)

    async def _plan_chunk(self, pending: Sequence[Pending]) -> Planned:
        chunk = await self._sorter.sort(pending, cap=self._cap)
        outcomes = await asyncio.to_thread(self._settled, chunk)
        asked = 0
        async with self._work.request.transaction() as connection:
            await self._work.items.settle(connection, outcomes)
            if chunk.recalled:
                await send(connection, "count_cached", step_id=self._work.items.step_id, count=len(chunk.recalled))
            if chunk.asks:
                asked = await self._ask(connection, chunk.asks)
                await self._check_budget(connection)
        elsewhere = chunk.elsewhere + len(chunk.asks) - asked
        return Planned(asked, len(chunk.recalled) + len(chunk.refused), elsewhere)

    def _settled(self, chunk: Sorted) -> Outcomes:
        recalled = recall(
            chunk.recalled,
            schema=self._frame.response_schema,
            max_tries=self._terms.max_tries,
            merger=self._work.items.merger,
        )
        refused = refuse(chunk.refused)
        return replace(recalled, items=recalled.items + refused.items, given_up=recalled.given_up + refused.given_up)

    async def _ask(self, connection: Connection, asks: Sequence[Request]) -> int:
        """Put requests into jobs, a new one where the last is full; return how many are asked now."""
        loads = await asyncio.to_thread(lambda: [self._overhead.load_of(ask.prompt) for ask in asks])
        done, asked = 0, 0
        while done < len(asks):
            job_id, held, first = await self._growing_job(connection, tried=asks[done].tried)
            taken = room(loads[done:], cap=self._cap, held=held)
            if taken == 0:
                await self._insert_job(connection, tried=asks[done].tried)
                continue
            part = slice(done, done + taken)
            asked += await self._add(connection, job_id, first=first, asks=asks[part], loads=loads[part])
            done += taken
        await send(connection, "drop_empty_jobs", step_id=self._work.items.step_id)
        return asked

    async def _growing_job(self, connection: Connection, *, tried: int) -> tuple[int, Load, int]:
        items = self._work.items
        cursor = await send(
            connection,
            "growing_job",
            step_id=items.step_id,
            build=items.build,
            provider=self._choice.provider,
            model=self._choice.model,
            mode=self._mode,
        )
        row = await cursor.fetchone()
        if row is None:
            return await self._insert_job(connection, tried=tried), Load(), 0
        job_id, requests, size, tokens, first = row
        return job_id, Load(requests, size, tokens), first

    async def _insert_job(self, connection: Connection, *, tried: int) -> int:
        items = self._work.items
        pause = 0.0 if self._mode == "batch" else self._work.params.retry_seconds * tried
        cursor = await send(
            connection,
            "insert_job",
            intent=f"bd-{uuid.uuid4().hex[:20]}",
            instance_id=items.instance_id,
            step_id=items.step_id,
            step_key=items.step_key,
            build=items.build,
            attempt=self._work.request.attempt,
            provider=self._choice.provider,
            model=self._choice.model,
            mode=self._mode,
            request=Jsonb(self._frame.to_json()),
            terms=Jsonb(self._terms.to_json()),
            is_simulated=self._choice.provider == "simulated",
            wait=timedelta(seconds=pause),
        )
        (job_id,) = await cursor.fetchone() or (0,)
        return int(job_id)

    async def _add(
        self, connection: Connection, job_id: int, *, first: int, asks: Sequence[Request], loads: Sequence[Load]
    ) -> int:
        step_id = self._work.items.step_id
        written = await add_asks(connection, job_id, step_id=step_id, first=first, asks=asks)
        added = [ask for ordinal, ask in enumerate(asks, first) if ordinal in written]
        cost = await asyncio.to_thread(self._cost, added)
        size, tokens = sum(load.bytes for load in loads), sum(load.tokens for load in loads)
        await send(connection, "grow_job", job_id=job_id, items=len(added), bytes=size, tokens=tokens, usd=cost)
        await self._work.items.asked(connection, [ask.seq for ask in added])
        return len(added)

    def _cost(self, asks: Sequence[Request]) -> Decimal:
        """Return what these requests cost at most: every token of output that they may have."""
        most, shared = self._frame.max_output_tokens, self._overhead.tokens
        price = self._terms.price
        return sum((price.cost(Usage(shared + upper_bound_tokens(ask.prompt), most)) for ask in asks), Decimal(0))

    async def _check_budget(self, connection: Connection) -> None:
        if self._work.request.rehearsal is not None:
            return
        instance = self._work.items.instance_id
        row = await (await send(connection, "lock_budget", instance_id=instance)).fetchone()
        budget = row[0] if row else None
        if budget is None:
            return
        spent, reserved = await (await send(connection, "count_spend", instance_id=instance)).fetchone() or (0, 0)
        if spent + reserved > budget:
            raise BudgetExceeded(budget=budget, spent=spent, reserved=reserved, needed=reserved, requests=0)
