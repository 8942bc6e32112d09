"""Joins a parallel step: its shards have ended, and their summaries become the step's own."""

from typing import Any

from definitions.models import ErrorClass, Step
from engine.claims import Claim
from engine.database import Database, sql
from engine.planner import is_tolerated
from runners.base import Failed, Outcome, Succeeded


async def join(database: Database, claim: Claim, step: Step) -> Outcome:
    """Return what the shards come to: how many of each, their items, and a failure beyond what is tolerated."""
    assert step.parallel is not None
    async with database.transaction() as connection:
        cursor = await connection.execute(
            sql("summarise_shards"), {"instance": claim.instance_id, "key": claim.step_key}
        )
        total, succeeded, failed, items, failed_items, first_error = await cursor.fetchone() or (0, 0, 0, 0, 0, None)
    if not is_tolerated(failed, total, step.parallel.tolerate):
        return Failed(_why(failed, total, step, first_error), ErrorClass.DATA)
    summary: dict[str, Any] = {"shards": total, "succeeded": succeeded, "failed_shards": failed}
    return Succeeded(summary | {"items": items, "failed": failed_items})


def _why(failed: int, total: int, step: Step, first_error: str | None) -> str:
    assert step.parallel is not None
    tolerate = step.parallel.tolerate
    return (
        f"{failed} of {total} shards failed, more than is tolerated (count {tolerate.count}, percent"
        f" {tolerate.percent:g}); the first: {first_error or 'no message'}"
    )
