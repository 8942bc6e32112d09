"""Finds real rows for a draft of a prompt: what a step of the newest instance was or would be asked for. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from definitions.errors import did_you_mean
from definitions.files import normal
from definitions.graph import StepGraph
from definitions.models import Definition, Step
from definitions.schemas import apply_defaults
from engine.catalog import Catalog, editable
from engine.contexts import Contexts
from engine.database import Database, sql
from engine.inputs import InputResolver
from engine.prompt_trials import no_instance
from runners.base import Json


class UnknownStep(LookupError):
    """The definition has no such step, or none that asks for anything."""

    def __init__(self, definition: str, step: str | None, known: Sequence[str]) -> None:
        which = "step that asks for anything" if step is None else f"step {step!r}{did_you_mean(step, list(known))}"
        super().__init__(f"definition {definition!r} has no {which}; it has {', '.join(known[:30])}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptRows:
    """Items of one step, and what else its prompt may read. No instance: none has made any yet."""

    step: Step
    instance_id: int | None
    items: Sequence[Json]
    values: Mapping[str, Json]


class PromptRowsReader:
    """Reads the rows that steps of one database's definitions ask about."""

    def __init__(self, database: Database, catalog: Catalog, contexts: Contexts) -> None:
        self._database = database
        self._catalog = catalog
        self._contexts = contexts

    async def of(self, name: str, step_key: str | None, *, limit: int) -> PromptRows:
        """Return the first items of a step, by default the first step that asks, of the newest instance that has some.

        Raises:
            UnknownDefinition, UnknownStep: there is none.
        """
        row = await self._catalog.find(name)
        graph = StepGraph(Definition.model_validate(normal(editable(row))))
        step = _step(graph, step_key)
        found = await self._newest(graph, step)
        if found is None:
            return PromptRows(
                step=step, instance_id=None, items=(), values=_values_of_none(graph, version=row["version"])
            )
        instance_id, version = found
        return PromptRows(
            step=step,
            instance_id=instance_id,
            items=await self._items(graph, step, instance_id=instance_id, limit=limit),
            values=await self._values(graph, step, instance_id=instance_id, version=version),
        )

    async def _newest(self, graph: StepGraph, step: Step) -> tuple[int, int] | None:
        before = [] if _reads_a_table(step) else sorted(graph.ancestors(step.key))
        binds = {"name": graph.definition.name, "step": step.key, "ancestors": before}
        async with self._database.transaction() as connection:
            row = await (await connection.execute(sql("newest_with_items"), binds)).fetchone()
        return None if row is None else (row[0], row[1])

    async def _items(self, graph: StepGraph, step: Step, *, instance_id: int, limit: int) -> list[Json]:
        """The items before the step; its own, which are the rows, where it reads a table."""
        inputs = InputResolver(self._database, graph, instance_id=instance_id, step_key=step.key, shard=None)
        before = () if _reads_a_table(step) else (await inputs.items()).ranges
        binds = {"instance": instance_id, "step": step.key, "ids": [part.step_id for part in before], "limit": limit}
        async with self._database.transaction() as connection:
            cursor = await connection.execute(sql("first_items"), binds)
            return [payload for (payload,) in await cursor.fetchall()]

    async def _values(self, graph: StepGraph, step: Step, *, instance_id: int, version: int) -> Mapping[str, Json]:
        context = await self._contexts.get(instance_id, version)
        binds = {"instance": context.reads_from, "keys": sorted(graph.ancestors(step.key))}
        async with self._database.transaction() as connection:
            rows = await (await connection.execute(sql("load_results"), binds)).fetchall()
        return context.values({key: payload for _, key, payload in rows}) | {"shard": None}


def _step(graph: StepGraph, key: str | None) -> Step:
    if key is not None and key in graph.steps:
        return graph.steps[key]
    asking = [step for step in graph.definition.steps if {"prompt", "template"} & step.params.keys()]
    if key is not None or not asking:
        raise UnknownStep(graph.definition.name, key, list(graph.steps))
    return asking[0]


def _reads_a_table(step: Step) -> bool:
    """Whether the step asks about rows of a user's table, as ``explain`` does, and not about items."""
    return "table" in step.params


def _values_of_none(graph: StepGraph, *, version: int) -> dict[str, Json]:
    params = apply_defaults({}, graph.definition.params_schema)
    about = no_instance(definition=graph.definition.name, version=version)
    return {"params": params, "instance": about, "steps": {}, "shard": None}
