"""Listings in pages: each goes on after the key of the last row seen, however long the list is. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, column, func, select, table, tuple_
from sqlalchemy.sql.expression import TableClause

from engine.database import Database
from engine.rows import Row, file_rows, query_rows


def _table(name: str, columns: str) -> TableClause:
    return table(name, *(column(each) for each in columns.split()))


_OVERVIEW = _table(
    "batch_instance_overview",
    "id definition version status trigger progress done_steps total_steps running_steps duration failed_step error"
    " created_at started_at finished_at cancel_requested rehearsal",
)
_STEP = _table(
    "batch_step",
    "id batch_instance_id step_key shard state reason attempt failures losses snoozes waiting_on run_after leased_by"
    " progress error started_at finished_at dropped_at",
)
_RESULT = _table(
    "batch_step_result",
    "batch_instance_id step_key shard attempt result_payload error worker started_at finished_at",
)
_ITEM = _table("batch_item", "step_id seq state payload error attempts tokens cost_usd")
_LETTER = _table("dead_letter", "id batch_instance_id step_key source payload reason state created_at updated_at")
_SPEND = _table(
    "batch_spend",
    "batch_instance_id step_key provider model mode is_simulated jobs requests succeeded failed dead lost_replies"
    " input_tokens output_tokens spent_usd reserved_usd",
)
_AUDIT = _table("audit_log", "id at token_id actor role client action subject before after outcome error")


@dataclass(frozen=True, slots=True)
class InstanceFilter:
    """Which instances; what is None does not matter."""

    definition: str | None = None
    status: str | None = None
    trigger: str | None = None
    created_from: datetime | None = None
    created_until: datetime | None = None


class Pages:
    """The paged listings of one database. ``after`` and ``before`` are keys of rows; None: from the beginning."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def instances(self, wanted: InstanceFilter, *, before: int | None, limit: int) -> list[Row]:
        """Return the newest instances first."""
        query = select(_OVERVIEW).order_by(_OVERVIEW.c.id.desc()).limit(limit)
        for value, place in (
            (wanted.definition, _OVERVIEW.c.definition),
            (wanted.status, _OVERVIEW.c.status),
            (wanted.trigger, _OVERVIEW.c.trigger),
        ):
            query = query if value is None else query.where(place == value)
        if wanted.created_from is not None:
            query = query.where(_OVERVIEW.c.created_at >= wanted.created_from)
        if wanted.created_until is not None:
            query = query.where(_OVERVIEW.c.created_at < wanted.created_until)
        return await query_rows(self._database, query if before is None else query.where(_OVERVIEW.c.id < before))

    async def instance(self, instance_id: int) -> Row | None:
        """Return one instance with what it was started with and what it may spend."""
        return next(iter(await file_rows(self._database, "read_instance", id=instance_id)), None)

    async def steps(self, instance_id: int, *, shards_of: str | None, after: int | None, limit: int) -> list[Row]:
        """Return the steps in the order in which they were made; or, of one parallel step, its shards."""
        query = select(_STEP).where(_STEP.c.batch_instance_id == instance_id, _STEP.c.dropped_at.is_(None))
        if shards_of is None:
            query = query.where(_STEP.c.shard == 0)
        else:
            query = query.where(_STEP.c.shard > 0, _STEP.c.step_key == shards_of)
        query = query if after is None else query.where(_STEP.c.id > after)
        return await query_rows(self._database, query.order_by(_STEP.c.id).limit(limit))

    async def unfinished_steps(self, instance_id: int, *, limit: int) -> list[Row]:
        """Return the first steps that are not done; what waits for nobody but a worker comes first."""
        mine = and_(_STEP.c.batch_instance_id == instance_id, _STEP.c.finished_at.is_(None))
        query = select(_STEP).where(mine, _STEP.c.shard == 0, _STEP.c.dropped_at.is_(None))
        return await query_rows(self._database, query.order_by(_STEP.c.state == "pending", _STEP.c.id).limit(limit))

    async def step(self, instance_id: int, step_key: str) -> Row | None:
        mine = and_(_STEP.c.batch_instance_id == instance_id, _STEP.c.step_key == step_key, _STEP.c.shard == 0)
        return next(iter(await query_rows(self._database, select(_STEP).where(mine))), None)

    async def results(
        self, instance_id: int, *, step_key: str | None, after: tuple[str, int, int] | None, limit: int
    ) -> list[Row]:
        """Return what each attempt gave, by step, shard and attempt; ``after`` is such a key."""
        key = (_RESULT.c.step_key, _RESULT.c.shard, _RESULT.c.attempt)
        query = select(_RESULT).where(_RESULT.c.batch_instance_id == instance_id).order_by(*key).limit(limit)
        if step_key is not None:
            query = query.where(_RESULT.c.step_key == step_key)
        if after is not None:
            query = query.where(tuple_(*key) > after)
        return await query_rows(self._database, query)

    async def items(
        self,
        instance_id: int,
        step_key: str,
        *,
        states: Sequence[str],
        reason: str | None,
        after: tuple[int, int] | None,
        limit: int,
    ) -> list[Row]:
        """Return items of one step by shard and number; ``after`` is such a key. No states: any.

        ``reason``: only failed ones whose error is of that kind, as ``fold_error`` has it.
        """
        mine = and_(_STEP.c.batch_instance_id == instance_id, _STEP.c.step_key == step_key)
        query = (
            select(_STEP.c.shard, *(each for each in _ITEM.c if each.name != "step_id"))
            .select_from(_ITEM.join(_STEP, _STEP.c.id == _ITEM.c.step_id))
            .where(mine)
            .order_by(_STEP.c.shard, _ITEM.c.seq)
        )
        if states:
            query = query.where(_ITEM.c.state.in_(states))
        if after is not None:
            query = query.where(tuple_(_STEP.c.shard, _ITEM.c.seq) > after)
        if reason is not None:
            query = query.where(_ITEM.c.state.in_(("failed", "dead")), func.fold_error(_ITEM.c.error) == reason)
        return await query_rows(self._database, query.limit(limit))

    async def letters(
        self,
        *,
        instance_id: int | None,
        source: str | None = None,
        step_key: str | None = None,
        reason: str | None = None,
        state: str | None,
        before: int | None,
        limit: int,
    ) -> list[Row]:
        """Return dead letters, the newest first; ``reason``: only those of this kind, as ``fold_error`` has it."""
        query = select(_LETTER).order_by(_LETTER.c.id.desc()).limit(limit)
        for value, place in (
            (instance_id, _LETTER.c.batch_instance_id),
            (source, _LETTER.c.source),
            (step_key, _LETTER.c.step_key),
            (state, _LETTER.c.state),
            (reason, func.fold_error(_LETTER.c.reason)),
        ):
            query = query if value is None else query.where(place == value)
        return await query_rows(self._database, query if before is None else query.where(_LETTER.c.id < before))

    async def spend(self, instance_id: int, *, step_key: str | None = None) -> list[Row]:
        """Return what the steps of an instance, or one of them, have bought."""
        query = select(_SPEND).where(_SPEND.c.batch_instance_id == instance_id)
        query = query if step_key is None else query.where(_SPEND.c.step_key == step_key)
        return await query_rows(self._database, query.order_by(_SPEND.c.step_key, _SPEND.c.provider, _SPEND.c.model))

    async def audit(self, *, actor: str | None, action: str | None, before: int | None, limit: int) -> list[Row]:
        """Return the newest entries of the audit log first."""
        query = select(_AUDIT).order_by(_AUDIT.c.id.desc()).limit(limit)
        for value, place in ((actor, _AUDIT.c.actor), (action, _AUDIT.c.action)):
            query = query if value is None else query.where(place == value)
        return await query_rows(self._database, query if before is None else query.where(_AUDIT.c.id < before))
