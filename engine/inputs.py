"""Which items a step may read: those of its ancestors, as relations with columns. Reads the database when asked."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from definitions.graph import StepGraph
from engine.database import Database, sql
from runners.base import Column, ItemRange, Relation

_WORD = re.compile(r"[a-z_][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class ShardInput:
    """The slice of items that one shard of a parallel step reads."""

    step_key: str
    ranges: tuple[ItemRange, ...]


class InputResolver:
    """Finds the item relations of one step of one instance."""

    def __init__(
        self, database: Database, graph: StepGraph, *, instance_id: int, step_key: str, shard: ShardInput | None
    ) -> None:
        self._database = database
        self._graph = graph
        self._instance_id = instance_id
        self._step_key = step_key
        self._shard = shard

    async def items(self) -> Relation:
        if self._shard is not None:
            found = await self._load([self._shard.step_key])
            return self._sliced(found)
        wave = self._graph.parents(self._step_key)
        while wave:
            found = await self._load(wave)
            if found:
                return merge("items", [found[key] for key in wave if key in found])
            wave = list(dict.fromkeys(parent for key in wave for parent in self._graph.parents(key)))
        return Relation("items", (), (), 0)

    async def relations(self, *, named_in: str) -> Mapping[str, Relation]:
        words = set(_WORD.findall(named_in.lower()))
        ancestors = [key for key in self._graph.ancestors(self._step_key) if key in words]
        found = dict(await self._load(ancestors)) if ancestors else {}
        found |= await self._absent([key for key in ancestors if key not in found])
        if self._shard is not None and self._shard.step_key in found:
            found[self._shard.step_key] = self._sliced(found)
        if "items" in words:
            found["items"] = await self.items()
        return found

    async def _absent(self, keys: Sequence[str]) -> dict[str, Relation]:
        """Return what stands for the items that steps have not made, so that SQL which reads them is told why."""
        if not keys:
            return {}
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                sql("states_of_steps"), {"instance": self._instance_id, "keys": list(keys)}
            )
            states = dict(await cursor.fetchall())
        return {key: Relation(key, (), (), 0, absence=_why_absent(key, states.get(key))) for key in keys}

    def _sliced(self, found: Mapping[str, Relation]) -> Relation:
        assert self._shard is not None
        whole = found.get(self._shard.step_key)
        columns = whole.columns if whole else ()
        count = sum((part.last or part.first) - part.first for part in self._shard.ranges)
        return Relation("items", columns, self._shard.ranges, count)

    async def _load(self, keys: Sequence[str]) -> dict[str, Relation]:
        binds = {"instance": self._instance_id, "keys": list(keys)}
        async with self._database.transaction() as connection:
            cursor = await connection.execute(sql("load_item_outputs"), binds)
            rows = await cursor.fetchall()
        parts: dict[str, list[Relation]] = {}
        for step_key, step_id, columns, items in rows:
            described = tuple(Column(column["name"], column["type"]) for column in columns)
            parts.setdefault(step_key, []).append(Relation(step_key, described, (ItemRange(step_id),), items))
        return {key: merge(key, shards) for key, shards in parts.items()}


def merge(key: str, relations: Iterable[Relation]) -> Relation:
    """Put relations one after the other; a column with two types becomes jsonb."""
    types: dict[str, str] = {}
    ranges: list[ItemRange] = []
    items = 0
    for relation in relations:
        for column in relation.columns:
            known = types.setdefault(column.name, column.type)
            types[column.name] = known if known == column.type else "jsonb"
        ranges.extend(relation.ranges)
        items += relation.items
    return Relation(key, tuple(Column(name, kind) for name, kind in types.items()), tuple(ranges), items)


def _why_absent(key: str, state: str | None) -> str:
    """Say why there are no items of a step, and what to do in the step that reads them."""
    skip = f"to skip this step then, give it the condition `steps.{key} is defined`"
    match state:
        case "failed":
            return f'step "{key}" has failed and so made no items: mend it, or, {skip}'
        case "skipped" | "upstream_failed" | "cancelled":
            return f'step "{key}" did not run and so made no items: {skip}'
        case "succeeded":
            return (
                f'step "{key}" makes no items: read those of a step that does, or its result as steps.{key} in `bind`'
            )
    return f'step "{key}" has not ended: with the fanIn `all_done` this step waits for all that come before it'


def shard_input(stored: Mapping[str, Any] | None) -> ShardInput | None:
    """Read ``batch_step.shard_input`` back; None where the shard has a list of values, or there is no shard."""
    if stored is None or "ranges" not in stored:
        return None
    return ShardInput(stored["step_key"], tuple(ItemRange(*part) for part in stored["ranges"]))
