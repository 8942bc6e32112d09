"""The statements of a turn, as verbs. Knows the tables; decides nothing.

Every method runs in the transaction, and where it can in the pipeline, of the connection it is given. The first is
always ``lock_instances``: instance, then its steps, is the lock order of the engine.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from psycopg import AsyncCursor
from psycopg.types.json import Jsonb

from engine.claims import Claim, InstanceRow, Report, StepRow, delay_of
from engine.database import Connection, sql
from engine.planner import StepState, Tally
from engine.settle import Again, Finish
from runners.base import Json

Cursor = AsyncCursor[tuple[Any, ...]]


class Store:
    """The verbs of the state machine on one connection."""

    def __init__(self, connection: Connection, *, worker: str, lease: timedelta) -> None:
        self.connection = connection
        self.worker = worker
        self.lease = lease

    async def send(self, statement: str, **binds: Any) -> Cursor:
        """Queue a statement; in a pipeline its answer is waited for only when the cursor is read."""
        return await self.connection.execute(sql(statement), binds)

    async def lock_instances(self, ids: Collection[int]) -> Cursor:
        return await self.send("lock_instances", ids=sorted(ids))

    async def report(self, reports: Sequence[Report]) -> Cursor:
        rows = ",".join(_report_row(report) for report in reports)
        return await self.send("report_steps", reports=f"[{rows}]", worker=self.worker)

    async def load_steps(self, wanted: Iterable[tuple[int, str]]) -> Cursor:
        pairs = list(wanted)
        return await self.send("load_steps", instances=[pair[0] for pair in pairs], keys=[pair[1] for pair in pairs])

    async def move(self, rows: Iterable[StepRow]) -> Cursor:
        return await self.send("move_steps", moves=json.dumps([_move_row(row) for row in rows]))

    async def update_instances(self, rows: Iterable[InstanceRow]) -> Cursor:
        changes = [
            {
                "id": row.instance_id,
                "open_steps": row.open_steps,
                "failed_steps": row.failed_steps,
                "status": row.status,
                "error": row.error,
            }
            for row in rows
        ]
        return await self.send("update_instances", changes=json.dumps(changes))

    async def claim(self, room: int) -> Cursor:
        return await self.send("claim_steps", room=room, worker=self.worker, lease=self.lease)

    async def insert_shards(self, row: StepRow, *, inputs: Sequence[Json], ready: int, priority: int) -> Cursor:
        return await self.send(
            "insert_shards", instance=row.instance_id, key=row.step_key, inputs=Jsonb(inputs), ready=ready,
            priority=priority,
        )  # fmt: skip

    async def results(self, instance_id: int, keys: Collection[str]) -> Mapping[str, Json]:
        """Return the results of those of these steps that have succeeded."""
        if not keys:
            return {}
        cursor = await self.send("load_results", instance=instance_id, keys=sorted(keys))
        return {key: payload for _, key, payload in await cursor.fetchall()}

    async def notify(self, payload: str) -> None:
        await self.send("notify", payload=payload)


def _report_row(report: Report) -> str:
    claim, settlement = report.claim, report.settlement
    is_snooze = isinstance(settlement, Again) and settlement.is_snooze
    is_failure = report.state in (StepState.FAILED, StepState.READY) and not is_snooze
    head = json.dumps(
        {
            "id": claim.step_id,
            "attempt": claim.attempt,
            "snoozes": claim.snoozes,
            "state": str(report.state),
            "reason": settlement.reason,
            "error": settlement.error,
            "delay": f"{delay_of(settlement).total_seconds():.6f} seconds",
            "snooze": int(is_snooze),
            "failure": int(is_failure),
        }
    )
    result = settlement.result if isinstance(settlement, Finish) else None
    return f'{head[:-1]}, "result": {result}}}' if result is not None else head


def _move_row(row: StepRow) -> dict[str, Json]:
    return {
        "id": row.step_id,
        "state": str(row.state),
        "reason": row.reason,
        "error": row.error,
        "waiting_on": row.tally.open,
        "parents_succeeded": row.tally.succeeded,
        "parents_failed": row.tally.failed,
    }


def as_claim(row: tuple[Any, ...]) -> Claim:
    return Claim(*row)


def as_instance(row: tuple[Any, ...]) -> InstanceRow:
    return InstanceRow(*row)


def as_step(row: tuple[Any, ...], *, total: int) -> StepRow:
    """Read a row of load_steps.sql; the number of parents comes from the graph."""
    instance_id, key, step_id, state, reason, waiting_on, succeeded, failed = row
    tally = Tally(total=total, open=waiting_on, succeeded=succeeded, failed=failed)
    return StepRow(instance_id, key, step_id, StepState(state), reason, tally)
