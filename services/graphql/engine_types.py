"""How the engine looks to clients: definitions, instances, steps, results. What is below many is loaded at once."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Annotated, Any, TypeAlias

import strawberry
from strawberry.scalars import JSON

from engine.rows import Row, file_rows
from services.graphql.context import Context, ContextInfo
from services.graphql.cursors import checked_first
from services.graphql.fields import described

_WEIGHT_OF_RESULT = 10
"""A payload may have a megabyte."""

Below: TypeAlias = Callable[[list[Any]], Awaitable[Sequence[list[Row]]]]
First: TypeAlias = Annotated[int, strawberry.argument(description="At most 200.")]


@strawberry.type(name="Result", description="What one attempt of a step gave.")
class ResultOut:
    step_key: str
    shard: int
    attempt: int
    payload: JSON | None
    error: str | None
    started_at: datetime
    finished_at: datetime

    @classmethod
    def of(cls, row: Row) -> "ResultOut":
        return cls(
            step_key=row["step_key"],
            shard=row["shard"],
            attempt=row["attempt"],
            payload=row["result_payload"],
            error=row["error"],
            started_at=row["started_at"],
            finished_at=row["finished_at"],
        )


@strawberry.type(name="Step", description="A step of an instance.")
class StepOut:
    instance_id: strawberry.ID
    key: str
    state: str
    reason: str | None
    attempt: int
    progress: JSON | None
    error: str | None
    started_at: datetime | None
    finished_at: datetime | None

    @classmethod
    def of(cls, row: Row) -> "StepOut":
        return cls(
            instance_id=strawberry.ID(str(row["batch_instance_id"])),
            key=row["step_key"],
            state=row["state"],
            reason=row["reason"],
            attempt=row["attempt"],
            progress=row["progress"],
            error=row["error"],
            started_at=row["started_at"],
            finished_at=row["finished_at"],
        )

    @described("What its attempts gave, those of its shards among them.")
    async def results(self, info: ContextInfo, first: First = 20) -> list[ResultOut]:
        return await _results(info, self.instance_id, step=self.key, first=first)


@strawberry.type(name="Instance", description="One execution of a definition.")
class InstanceOut:
    id: strawberry.ID
    definition_name: str
    version: int
    status: str
    trigger: str
    progress: float | None = strawberry.field(description="Percent of the steps that are done.")
    error: str | None
    failed_step: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @classmethod
    def of(cls, row: Row) -> "InstanceOut":
        return cls(
            id=strawberry.ID(str(row["id"])),
            definition_name=row["definition"],
            version=row["version"],
            status=row["status"],
            trigger=row["trigger"],
            progress=None if row["progress"] is None else float(row["progress"]),
            error=row["error"],
            failed_step=row["failed_step"],
            created_at=row["created_at"],
            started_at=row["started_at"],
            finished_at=row["finished_at"],
        )

    @described("Its definition as it is now.")
    async def definition(self, info: ContextInfo) -> "DefinitionOut | None":
        row = await definition_named(info.context, self.definition_name)
        return None if row is None else DefinitionOut.of(row)

    @described("Its steps in the order in which they were made.")
    async def steps(self, info: ContextInfo, first: First = 100) -> list[StepOut]:
        info.context.budget.ask(checked_first(first))
        read = _file(info.context, "steps_of_instances", "batch_instance_id", limit=first)
        rows = await info.context.load("steps", first, int(self.id), read)
        return [StepOut.of(row) for row in rows]

    @described("What the attempts of its steps gave.")
    async def results(self, info: ContextInfo, step: str | None = None, first: First = 20) -> list[ResultOut]:
        return await _results(info, self.id, step=step, first=first)


@strawberry.type(name="Definition", description="A pipeline.")
class DefinitionOut:
    name: str
    description: str
    version: int
    enabled: bool
    cron: str | None
    timezone: str
    next_fire_at: datetime | None
    steps: JSON
    params_schema: JSON

    @classmethod
    def of(cls, row: Row) -> "DefinitionOut":
        return cls(
            name=row["name"],
            description=row["description"],
            version=row["version"],
            enabled=row["enabled"],
            cron=row["cron"],
            timezone=row["timezone"],
            next_fire_at=row["next_fire_at"],
            steps=row["steps"],
            params_schema=row["params_schema"],
        )

    @described("Its newest instances.")
    async def instances(self, info: ContextInfo, first: First = 10) -> list[InstanceOut]:
        info.context.budget.ask(checked_first(first))
        read = _file(info.context, "instances_of_definitions", "definition", limit=first)
        rows = await info.context.load("instances", first, self.name, read)
        return [InstanceOut.of(row) for row in rows]


async def definitions_after(context: Context, *, after: str | None, limit: int) -> list[Row]:
    """Return definitions by name."""
    return await file_rows(context.database, "page_definitions", after=after, names=None, limit=limit)


async def definition_named(context: Context, name: str) -> Row | None:
    """Return one definition."""
    context.budget.ask(1)
    found: Row | None = await context.load("definitions", None, name, _definitions_named(context))
    return found


async def _results(info: ContextInfo, instance_id: str, *, step: str | None, first: int) -> list[ResultOut]:
    info.context.budget.ask(_WEIGHT_OF_RESULT * checked_first(first))
    read = _file(info.context, "results_of_instances", "batch_instance_id", step=step, limit=first)
    rows = await info.context.load("results", [step, first], int(instance_id), read)
    return [ResultOut.of(row) for row in rows]


def _file(context: Context, statement: str, parent: str, **binds: Any) -> Below:
    """Return what reads the rows below many parents by a statement that names their keys in the column ``parent``."""
    keys = "names" if parent == "definition" else "ids"

    async def read(parents: list[Any]) -> Sequence[list[Row]]:
        rows = await file_rows(context.database, statement, **{keys: parents}, **binds)
        by_parent = {key: list(group) for key, group in groupby(sorted(rows, key=_of(parent)), key=_of(parent))}
        return [by_parent.get(one, []) for one in parents]

    return read


def _of(column: str) -> Callable[[Row], Any]:
    return lambda row: row[column]


def _definitions_named(context: Context) -> Callable[[list[str]], Awaitable[Sequence[Row | None]]]:
    async def read(names: list[str]) -> Sequence[Row | None]:
        rows = await file_rows(context.database, "page_definitions", after=None, names=names, limit=len(names))
        by_name = {row["name"]: row for row in rows}
        return [by_name.get(name) for name in names]

    return read
