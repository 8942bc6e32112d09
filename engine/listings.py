"""What people and programs look at: instances, steps, items. Reads only; built with SQLAlchemy Core."""

from typing import Any

from sqlalchemy import Select, and_, column, func, select, table

from engine.database import Database
from engine.rows import Row, file_rows, query_rows
from engine.said import Said

_OVERVIEW = table("batch_instance_overview", *(column(name) for name in (
    "id", "definition", "version", "status", "trigger", "progress", "done_steps", "total_steps",
    "running_steps",
        "duration", "failed_step", "error", "created_at", "started_at", "finished_at", "cancel_requested",
    "rehearsal",
)))  # fmt: skip
_STEP = table("batch_step", *(column(name) for name in (
    "id", "batch_instance_id", "step_key", "shard", "state", "reason", "attempt", "failures", "losses", "snoozes",
    "waiting_on", "run_after", "leased_by", "progress", "error", "started_at", "finished_at", "dropped_at",
)))  # fmt: skip
_RESULT = table("batch_step_result", *(column(name) for name in (
    "batch_instance_id", "step_key", "shard", "attempt", "result_payload", "error", "worker", "started_at",
    "finished_at",
)))  # fmt: skip
_ITEM = table("batch_item", *(column(name) for name in (
    "step_id", "seq", "state", "payload", "error", "attempts", "tokens", "cost_usd",
)))  # fmt: skip


class Listings:
    """Read-only listings of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def instances(
        self, *, definition: str | None = None, status: str | None = None, limit: int = 20
    ) -> list[Row]:
        """Return the newest instances first."""
        query = select(_OVERVIEW).order_by(_OVERVIEW.c.id.desc()).limit(limit)
        if definition is not None:
            query = query.where(_OVERVIEW.c.definition == definition)
        if status is not None:
            query = query.where(_OVERVIEW.c.status == status)
        return await self._rows(query)

    async def instance(self, instance_id: int) -> Row | None:
        rows = await self._rows(select(_OVERVIEW).where(_OVERVIEW.c.id == instance_id))
        return rows[0] if rows else None

    async def steps(self, instance_id: int, *, limit: int = 1000) -> list[Row]:
        """Return the steps (not their shards) in the order in which they were made, with their current result."""
        same = and_(
            _RESULT.c.batch_instance_id == _STEP.c.batch_instance_id,
            _RESULT.c.step_key == _STEP.c.step_key,
            _RESULT.c.shard == _STEP.c.shard,
            _RESULT.c.attempt == _STEP.c.attempt,
        )
        query = (
            select(_STEP, _RESULT.c.result_payload)
            .select_from(_STEP.outerjoin(_RESULT, same))
            .where(_STEP.c.batch_instance_id == instance_id, _STEP.c.shard == 0, _STEP.c.dropped_at.is_(None))
            .order_by(_STEP.c.id)
            .limit(limit)
        )
        return await self._rows(query)

    async def shards(self, instance_id: int) -> list[Row]:
        """Return how the shards of parallel steps stand: step, state, how many."""
        query = (
            select(_STEP.c.step_key, _STEP.c.state, func.count().label("shards"))
            .where(_STEP.c.batch_instance_id == instance_id, _STEP.c.shard > 0)
            .group_by(_STEP.c.step_key, _STEP.c.state)
            .order_by(_STEP.c.step_key, _STEP.c.state)
        )
        return await self._rows(query)

    async def failed_shards(
        self, instance_id: int, step_key: str | None = None, *, inputs: int, limit: int
    ) -> list[Row]:
        """Return the shards that failed, tolerated or not, with their error and the first ``inputs`` of their input."""
        return await file_rows(
            self._database, "failed_shards", instance=instance_id, step=step_key, inputs=inputs, limit=limit
        )

    async def items(self, instance_id: int, step_key: str, *, failed: bool, limit: int, offset: int = 0) -> list[Row]:
        """Return items of one step in order; ``failed`` only those that failed, with the reason."""
        query = (
            select(_STEP.c.shard, _ITEM.c.seq, _ITEM.c.state, _ITEM.c.payload, _ITEM.c.error)
            .select_from(_ITEM.join(_STEP, _STEP.c.id == _ITEM.c.step_id))
            .where(_STEP.c.batch_instance_id == instance_id, _STEP.c.step_key == step_key)
            .order_by(_STEP.c.shard, _ITEM.c.seq)
            .limit(limit)
            .offset(offset)
        )
        if failed:
            query = query.where(_ITEM.c.state.in_(("failed", "dead")))
        return await self._rows(query)

    async def dead_letters(self, instance_id: int, step_key: str, *, limit: int) -> list[Row]:
        """Return the rows that targets have refused, with the database's reason."""
        letters = table("dead_letter", *(column(name) for name in (
            "id", "batch_instance_id", "step_key", "source", "payload", "reason", "state", "created_at",
        )))  # fmt: skip
        # Those of generating steps are the step's own items, which `items` lists with the same reasons.
        foreign = letters.c.source.not_like("generate:%")
        mine = and_(letters.c.batch_instance_id == instance_id, letters.c.step_key == step_key, foreign)
        query = select(letters).where(mine).order_by(letters.c.id).limit(limit)
        return await self._rows(query)

    async def explain(self, instance_id: int, step_key: str) -> Said:
        """Say why a step is, or is not, running."""
        [row] = await file_rows(self._database, "explain_step", instance=instance_id, step=step_key)
        return Said(**row)

    async def _rows(self, query: Select[Any]) -> list[Row]:
        return await query_rows(self._database, query)
