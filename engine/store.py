"""The statements of a turn, as verbs. Knows the tables; decides nothing.

Every method runs in the transaction, and where it can in the pipeline, of the connection it is given. The first is
always ``lock_instances``: instance, then its steps, is the lock order of the engine.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, assert_never

from psycopg.types.json import Jsonb

from engine.claims import AnyDue, Claim, InstanceRow, Named, Report, StepRow
from engine.database import Rows, Session, sql
from engine.planner import StepState, Tally
from engine.shortcut import Followers, Release
from engine.step_columns import StepColumns
from runners.base import Json

_UNNAMED = ""
"""The runner of a step that was made before runners were written down: whoever has it may find out."""
_STATES = {state.value: state for state in StepState}


class Store:
    """The verbs of the state machine on one connection."""

    def __init__(self, session: Session, *, worker: str, lease: timedelta) -> None:
        self.session = session
        self.worker = worker
        self.lease = lease

    async def send(self, statement: str, **binds: Any) -> Rows:
        """Queue a statement; in a pipeline its answer is waited for only when the cursor is read."""
        return await self.session.execute(sql(statement), binds)

    async def lock_instances(self, ids: Collection[int]) -> Rows:
        return await self.send("lock_instances", ids=sorted(ids))

    async def report(self, reports: Sequence[Report]) -> Rows:
        return await self.send(
            "report_steps",
            worker=self.worker,
            ids=[report.claim.step_id for report in reports],
            attempts=[report.claim.attempt for report in reports],
            snoozes=[report.claim.snoozes for report in reports],
            states=[report.state.value for report in reports],
            reasons=[report.settlement.reason for report in reports],
            errors=[report.settlement.error for report in reports],
            results=[report.result for report in reports],
            delays=[report.delay.total_seconds() for report in reports],
            is_snooze=[report.is_snooze for report in reports],
        )

    async def release(self, releases: Sequence[Release], told: Followers, *, runs: Sequence[bool]) -> Rows:
        """Report these successes and tell their children; ``runs``: whether one is ours if it need wait no longer."""
        claims = [release.report.claim for release in releases]
        return await self.send(
            "release_steps",
            worker=self.worker,
            lease=self.lease,
            ids=[claim.step_id for claim in claims],
            attempts=[claim.attempt for claim in claims],
            snoozes=[claim.snoozes for claim in claims],
            results=[release.report.result for release in releases],
            places=[f"{{{','.join(map(str, places))}}}" for places in told.places],
            instances=[step.instance_id for step in told.steps],
            keys=[step.key for step in told.steps],
            totals=[step.parents for step in told.steps],
            ending=[step.ending for step in told.steps],
            runs=runs,
        )

    async def pass_on(self, report: Report, child: str, *, parents: int) -> Rows:
        """Report a success and run the child that waits for nothing else: the only verb that is its own transaction."""
        claim = report.claim
        return await self.send(
            "pass_on",
            worker=self.worker,
            lease=self.lease,
            id=claim.step_id,
            attempt=claim.attempt,
            snoozes=claim.snoozes,
            result=report.result,
            instance=claim.instance_id,
            child=child,
            parents=parents,
        )

    async def load_steps(self, wanted: Iterable[tuple[int, str]]) -> Rows:
        pairs = list(wanted)
        return await self.send("load_steps", instances=[pair[0] for pair in pairs], keys=[pair[1] for pair in pairs])

    async def move(self, rows: Collection[StepRow]) -> Rows:
        return await self.send(
            "move_steps",
            ids=[row.step_id for row in rows],
            states=[row.state.value for row in rows],
            reasons=[row.reason for row in rows],
            errors=[row.error for row in rows],
            waiting_on=[row.tally.open for row in rows],
            succeeded=[row.tally.succeeded for row in rows],
            failed=[row.tally.failed for row in rows],
        )

    async def update_instances(self, rows: Collection[InstanceRow]) -> Rows:
        return await self.send(
            "update_instances",
            ids=[row.instance_id for row in rows],
            statuses=[str(row.status) for row in rows],
            errors=[row.error for row in rows],
            open_steps=[row.open_steps for row in rows],
            failed_steps=[row.failed_steps for row in rows],
        )

    async def claim(self, wanted: AnyDue | Named, *, within_limits: bool) -> Rows:
        match wanted:
            case AnyDue(room, runners):
                statement = "claim_limited_steps" if within_limits else "claim_steps"
                named = None if runners is None else [*runners, _UNNAMED]
                return await self.send(statement, room=room, runners=named, worker=self.worker, lease=self.lease)
            case Named(messages):
                statement = "claim_limited_messages" if within_limits else "claim_messages"
                ids, attempts = [message.step_id for message in messages], [message.attempt for message in messages]
                return await self.send(statement, ids=ids, attempts=attempts, worker=self.worker, lease=self.lease)
            case _:
                assert_never(wanted)

    async def insert_steps(self, instances: Sequence[tuple[int, int, StepColumns]]) -> Rows:
        """Make the steps of instances that start: of each its id, its priority and its steps."""
        ids, priorities, steps = zip(*instances, strict=True)
        columns = {
            name: list(column) for name, column in zip(StepColumns._fields, zip(*steps, strict=True), strict=True)
        }
        return await self.send("insert_steps", ids=list(ids), priorities=list(priorities), **columns)

    async def insert_shards(
        self, row: StepRow, *, inputs: Sequence[Json], runner: str, ready: int, priority: int
    ) -> Rows:
        return await self.send(
            "insert_shards", instance=row.instance_id, key=row.step_key, inputs=Jsonb(inputs), runner=runner,
            ready=ready, priority=priority,
        )  # fmt: skip

    async def results(self, instance_id: int, keys: Collection[str]) -> Mapping[str, Json]:
        """Return the results of those of these steps that have succeeded."""
        if not keys:
            return {}
        cursor = await self.send("load_results", instance=instance_id, keys=sorted(keys))
        return {key: payload for _, key, payload in await cursor.fetchall()}

    async def notify(self, payload: str) -> None:
        await self.send("notify", payload=payload)


def as_claim(row: tuple[Any, ...]) -> Claim:
    return Claim(*row)


def as_instance(row: tuple[Any, ...]) -> InstanceRow:
    return InstanceRow(*row)


def as_step(row: tuple[Any, ...], *, total: int) -> StepRow:
    """Read a row of load_steps.sql; the number of parents comes from the graph."""
    instance_id, key, step_id, state, reason, waiting_on, succeeded, failed = row
    tally = Tally(total=total, open=waiting_on, succeeded=succeeded, failed=failed)
    return StepRow(instance_id, key, step_id, _STATES[state], reason, tally)
