"""The verbs of the engine, each in a transaction of its own, over connections that may break.

A turn that was cut off is taken again: reports are guarded, so doing it twice changes nothing, and what the lost turn
had claimed is found by ``adopt``.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import NamedTuple

import psycopg

from definitions.errors import DefinitionError
from definitions.graph import StepGraph
from engine.claims import Claim, Ended, Report, Wanted
from engine.contexts import Contexts
from engine.database import Connection, Database, Session
from engine.draft_plan import DraftPlan, plan_draft
from engine.limits import Limits
from engine.planner import StepState
from engine.resetter import ResetPlan, RetryRefused, plan_retry, reset
from engine.settle import MAX_LOSSES, unstorable
from engine.starter import start_pending
from engine.store import Store, as_claim, as_instance
from engine.turn import TurnResult, take_turn
from engine.walk import Walk
from engine.wire import Wire
from runners.base import Json

log = logging.getLogger("batchdag")

MakeStore = Callable[[Session], Store]
_PATIENCE = (0.05, 0.2, 0.5, 1.0, 2.0, 5.0)


class Rescued(NamedTuple):
    """An attempt that was taken back from a worker that is gone."""

    step_id: int
    instance_id: int
    step_key: str
    shard: int
    attempt: int
    state: str
    worker: str

    def ended(self) -> Ended:
        error = f"worker {self.worker} was lost"
        return Ended(self.instance_id, self.step_key, self.shard, StepState(self.state), error)


class Orchestrator:
    """Start, claim, renew, report, advance, rescue, reset: for one worker on one database. SQL functions cancel."""

    def __init__(self, database: Database, contexts: Contexts, *, make_store: MakeStore, limits: Limits) -> None:
        self._database = database
        self._contexts = contexts
        self._make_store = make_store
        self._limits = limits
        self._lanes: dict[int, Wire] = {}
        self._leases: Connection | None = None

    async def close(self) -> None:
        for connection in (*self._lanes.values(), self._leases):
            if connection is not None:
                await connection.close()

    async def turn(self, reports: Sequence[Report], *, wanted: Wanted | None, lane: int = 0) -> TurnResult:
        """Report, advance and claim, however often the connection breaks meanwhile. Each lane has its own connection.

        A report that PostgreSQL refuses to store is found by taking the reports one by one; it becomes a failure. So is
        a late one from before an instance went on with another version: a turn knows an instance by one graph.
        """
        if _name_two_versions(reports):
            return await self._one_by_one(reports, wanted, lane)
        try:
            return await self._persist(reports, wanted, lane)
        except psycopg.Error as error:
            if len(reports) > 1:
                return await self._one_by_one(reports, wanted, lane)
            if not reports:
                raise
            log.warning("step.result_refused", extra={"step_id": reports[0].claim.step_id, "why": str(error)})
            return await self._persist([Report(reports[0].claim, unstorable(error))], wanted, lane)

    async def _one_by_one(self, reports: Sequence[Report], wanted: Wanted | None, lane: int) -> TurnResult:
        results = [await self.turn([report], wanted=None, lane=lane) for report in reports]
        results.append(await self.turn([], wanted=wanted, lane=lane))
        return TurnResult(
            claims=results[-1].claims,
            refused=[report for result in results for report in result.refused],
            finished=[instance for result in results for instance in result.finished],
        )

    async def _persist(self, reports: Sequence[Report], wanted: Wanted | None, lane: int) -> TurnResult:
        tries = 0
        while True:
            try:
                wire = await self._lane(lane)
                return await take_turn(
                    wire,
                    self._make_store(wire),
                    self._contexts,
                    reports=reports,
                    wanted=wanted,
                    within_limits=self._limits.may_exist,
                )
            except psycopg.OperationalError as error:
                log.warning("turn.cut_off", extra={"why": str(error), "tries": tries})
                await asyncio.sleep(_PATIENCE[min(tries, len(_PATIENCE) - 1)])
                tries += 1

    async def _lane(self, lane: int) -> Wire:
        known = self._lanes.get(lane)
        if known is None or known.closed:
            known = self._lanes[lane] = await self._database.connect_turns()
        return known

    async def start(self) -> int:
        """Start pending instances; return how many were taken up."""
        async with self._database.transaction() as connection:
            return await start_pending(self._make_store(connection), self._contexts)

    async def renew(self, claims: Collection[Claim]) -> Mapping[int, bool]:
        """Push out the leases of these claims; return those still held, with whether a cancel was asked for."""
        async with self._apart() as connection:
            store = self._make_store(connection)
            cursor = await store.send(
                "renew_leases",
                ids=[claim.step_id for claim in claims],
                attempts=[claim.attempt for claim in claims],
                worker=store.worker,
                lease=store.lease,
            )
            return dict(await cursor.fetchall())

    async def adopt(self, held: Collection[int]) -> list[Claim]:
        """Return the attempts that are ours in the table but unknown here: the answer to their claim was lost."""
        async with self._apart() as connection:
            store = self._make_store(connection)
            cursor = await store.send("adopt_steps", worker=store.worker, held=list(held))
            return [as_claim(row) for row in await cursor.fetchall()]

    @asynccontextmanager
    async def _apart(self) -> AsyncIterator[Connection]:
        """A transaction that waits for no runner: leases are renewed even while runners hold the whole pool."""
        if self._leases is None or self._leases.closed:
            self._leases = await self._database.connect()
        async with self._leases.transaction():
            yield self._leases

    async def release(self, claims: Collection[Claim]) -> None:
        """Hand back what a stopping worker has not finished."""
        async with self._database.transaction() as connection:
            store = self._make_store(connection)
            await store.send(
                "release_leases",
                ids=[claim.step_id for claim in claims],
                attempts=[claim.attempt for claim in claims],
                worker=store.worker,
            )

    async def rescue(self) -> int:
        """Take back the attempts whose worker has not renewed in time; return how many."""
        async with self._database.transaction() as connection:
            store = self._make_store(connection)
            found = await (await store.send("find_expired")).fetchall()
            if not found:
                return 0
            return await self._rescue(store, {row[0] for row in found}, {row[1] for row in found})

    async def _rescue(self, store: Store, steps: set[int], instances: set[int]) -> int:
        locked = [as_instance(row) for row in await (await store.lock_instances(instances)).fetchall()]
        cursor = await store.send("rescue_steps", ids=sorted(steps), max_losses=MAX_LOSSES)
        rescued = [Rescued(*row) for row in await cursor.fetchall()]
        for step in rescued:
            log.warning("step.rescued", extra=step._asdict())
        contexts = await self._contexts.many({(row.instance_id, row.version) for row in locked}, session=store.session)
        walk = Walk(store, contexts=contexts, instances=locked)
        await walk.advance([step.ended() for step in rescued if step.state != StepState.READY])
        await walk.write()
        return len(rescued)

    async def plan_retry(self, instance_id: int, *, version: int | None = None) -> ResetPlan:
        """Say what a retry would reuse and run, and change nothing."""
        async with self._database.transaction() as connection:
            return await plan_retry(self._make_store(connection), self._contexts, instance_id, version=version)

    async def plan_draft(self, draft: StepGraph, *, steps: Json) -> DraftPlan | None:
        """Say what a retry of the newest broken instance would do if the draft were saved, and change nothing."""
        async with self._database.transaction() as connection:
            return await plan_draft(self._make_store(connection), self._contexts, draft, steps=steps)

    async def retry(
        self, instance_id: int, *, version: int | None = None, agree: Callable[[ResetPlan], None] = lambda _plan: None
    ) -> ResetPlan:
        """Reset what is not done, or no longer valid, and let the instance go on.

        ``agree`` is shown the plan before it is carried out; if it raises, nothing is changed.
        """
        async with self._database.transaction() as connection:
            store = self._make_store(connection)
            plan = await plan_retry(store, self._contexts, instance_id, version=version)
            agree(plan)
            await reset(store, self._contexts, plan)
            await store.notify(f"instance:{instance_id}")
        log.info("instance.reset", extra={"instance_id": instance_id, "version": plan.version})
        return plan

    async def retry_requested(self) -> int:
        """Carry out the retries that were asked for in SQL; return how many there were."""
        async with self._database.transaction() as connection:
            rows = await (await self._make_store(connection).send("find_retries")).fetchall()
        for (instance_id,) in rows:
            await self._retry_or_say_why(instance_id)
        return len(rows)

    async def _retry_or_say_why(self, instance_id: int) -> None:
        try:
            await self.retry(instance_id)
        except (RetryRefused, DefinitionError, LookupError) as error:
            log.warning("instance.retry_refused", extra={"instance_id": instance_id, "why": str(error)})
            async with self._database.transaction() as connection:
                await self._make_store(connection).send("refuse_retry", id=instance_id, error=f"retry refused: {error}")


def _name_two_versions(reports: Sequence[Report]) -> bool:
    """Say whether two of the reports are about the same instance in different versions."""
    versions: dict[int, int] = {}
    return any(
        versions.setdefault(report.claim.instance_id, report.claim.version) != report.claim.version
        for report in reports
    )


def default_store(worker: str, lease: timedelta) -> MakeStore:
    """Return what makes the store of this worker on a connection."""
    return lambda connection: Store(connection, worker=worker, lease=lease)
