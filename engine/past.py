"""Reads what an estimate of an instance's end rests on: its steps, and those of earlier instances."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from definitions.files import normal
from definitions.graph import StepGraph
from definitions.models import Definition
from engine.database import Connection, Database, sql
from engine.eta import Course, Estimate, StepTimes, estimate, unknown_steps

_MOST_RUNS = 20
_MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Outlook:
    """When an instance will end; or why nobody can say: ``unknown`` steps never ran to their end."""

    at: datetime
    estimate: Estimate | None
    unknown: Sequence[str]


async def outlook(database: Database, instance_id: int) -> Outlook | None:
    """Estimate when an instance ends; None if it is not running."""
    async with database.transaction() as connection:
        head = await (await connection.execute(sql("running_instance"), {"id": instance_id})).fetchone()
        if head is None:
            return None
        now, started_at, content = head
        graph = StepGraph(Definition.model_validate(normal(content)))
        course = Course(started_at, await _current(connection, instance_id))
        runs = min(_MOST_RUNS, max(2, _MOST_ROWS // max(1, len(graph.order))))
        past = await _past(connection, instance_id, runs=runs)
    return Outlook(now, estimate(graph, course, past, now=now), unknown_steps(graph, course, past))


async def _current(connection: Connection, instance_id: int) -> dict[str, StepTimes]:
    cursor = await connection.execute(sql("current_steps"), {"instance": instance_id})
    return {
        key: StepTimes(finished_at, _count(items), done, total, started_at)
        for key, finished_at, items, done, total, started_at in await cursor.fetchall()
    }


async def _past(connection: Connection, instance_id: int, *, runs: int) -> list[Course]:
    cursor = await connection.execute(sql("past_steps"), {"instance": instance_id, "runs": runs})
    began: dict[int, datetime] = {}
    steps: dict[int, dict[str, StepTimes]] = defaultdict(dict)
    for past_id, started_at, key, finished_at, items in await cursor.fetchall():
        began[past_id] = started_at
        steps[past_id][key] = StepTimes(finished_at, _count(items))
    return [Course(began[past_id], found) for past_id, found in steps.items()]


def _count(items: Any) -> int | None:
    return None if items is None else int(items)
