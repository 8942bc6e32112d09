"""What a process remembers about running instances: their graph, their params. Reads the database once for each.

An instance keeps its version, so nothing here goes stale but by a reset; hence the version is part of the key. The
draft that a rehearsal runs in place of its version never changes.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import ValidationError

from definitions.errors import DefinitionError
from definitions.graph import StepGraph
from definitions.models import Definition
from definitions.validation import load
from engine.database import Database, Session, sql
from runners.base import Json, Rehearsal
from runners.registry import Registry

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class InstanceContext:
    """One instance of one version, as the planner and the executor need it."""

    instance_id: int
    definition: str
    graph: StepGraph
    params: Mapping[str, Json]
    about: Mapping[str, Json]
    """What templates see as ``instance``."""
    rehearsal: Rehearsal | None = None
    using: int | None = None
    """The instance whose results and items are the input of the one step that this one tries."""
    refusal: DefinitionError | None = None
    """Why none of its steps can be run here. What became of them is reported, and walked on from, all the same."""

    @property
    def reads_from(self) -> int:
        """The instance that made what the steps of this one read."""
        return self.instance_id if self.using is None else self.using

    def values(self, results: Mapping[str, Json]) -> dict[str, Json]:
        """Return what expressions and templates may name."""
        return {"params": self.params, "instance": self.about, "steps": results}


class Built(NamedTuple):
    """The graph of a version, and why it cannot be run (any more) where it cannot."""

    graph: StepGraph
    refusal: DefinitionError | None

    @property
    def accepted(self) -> StepGraph:
        """The graph; raises ``DefinitionError`` if it cannot be run."""
        if self.refusal is not None:
            raise self.refusal.with_traceback(None)
        return self.graph


class Recent(Generic[K, V]):
    """A mapping that keeps the entries used last."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._entries: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        if key in self._entries:
            self._entries.move_to_end(key)
        return self._entries.get(key)

    def put(self, key: K, value: V) -> None:
        self._entries[key] = value
        self._entries.move_to_end(key)
        if len(self._entries) > self._size:
            self._entries.popitem(last=False)


class Contexts:
    """Finds the context of an instance, and the graph of a version."""

    def __init__(self, database: Database, registry: Registry) -> None:
        self._database = database
        self._registry = registry
        self._contexts: Recent[tuple[int, int], InstanceContext] = Recent(5_000)
        self._graphs: Recent[tuple[int, int, int | None], Built] = Recent(100)
        self._building = asyncio.Lock()

    async def get(self, instance_id: int, version: int) -> InstanceContext:
        """Return the context that a step is executed in.

        Raises:
            DefinitionError: the version can no longer be run.
            LookupError: there is no such instance.
        """
        known = self._contexts.get((instance_id, version)) or (await self.many([(instance_id, version)]))[instance_id]
        if known.refusal is not None:
            raise known.refusal.with_traceback(None)
        return known

    async def many(
        self, wanted: Collection[tuple[int, int]], *, session: Session | None = None
    ) -> dict[int, InstanceContext]:
        """Return the contexts of ``(instance, version)`` pairs, by instance; of those that cannot be run, too.

        One that a runner's new schema refuses must keep no other from being reported or rescued beside it. ``session``:
        that of a transaction which holds instances, and so must not wait for a connection of the pool.
        """
        found = {key: context for key in wanted if (context := self._contexts.get(key)) is not None}
        missing = [key for key in wanted if key not in found]
        if missing and session is not None:
            found |= await self._load(session, missing)
        elif missing:
            async with self._database.transaction() as connection:
                found |= await self._load(connection, missing)
        return {instance_id: context for (instance_id, _), context in found.items()}

    async def on(self, session: Session, instance_id: int, version: int) -> InstanceContext:
        """Return the context as this transaction sees it; it is not remembered, for it may be rolled back."""
        cursor = await session.execute(sql("load_instances"), {"ids": [instance_id]})
        [row] = await cursor.fetchall()
        return _context(row, await self._built(session, (row[1], version, draft_of(row[0], row[-1]))))

    async def _load(
        self, session: Session, missing: Collection[tuple[int, int]]
    ) -> dict[tuple[int, int], InstanceContext]:
        cursor = await session.execute(sql("load_instances"), {"ids": [key[0] for key in missing]})
        loaded = {}
        for row in await cursor.fetchall():
            built = await self._built(session, (row[1], row[2], draft_of(row[0], row[-1])))
            context = _context(row, built)
            loaded[row[0], row[2]] = context
            self._contexts.put((row[0], row[2]), context)
        return loaded

    async def graph(
        self, session: Session, definition_id: int, version: int, *, draft_of: int | None = None
    ) -> StepGraph:
        """Return the graph of a version; or of the draft that the instance ``draft_of`` rehearses in its place.

        Raises:
            DefinitionError: it can no longer be run. An unknown runner is no reason: its steps fail alone.
        """
        return (await self._built(session, (definition_id, version, draft_of))).accepted

    async def former_graph(self, session: Session, definition_id: int, version: int) -> StepGraph:
        """Return the graph of a version that has run, to compare with another; it need not run again."""
        return (await self._built(session, (definition_id, version, None))).graph

    async def _built(self, session: Session, key: tuple[int, int, int | None]) -> Built:
        if (known := self._graphs.get(key)) is not None:
            return known
        async with self._building:  # a hundred steps that are claimed at once need it built once
            if (known := self._graphs.get(key)) is not None:
                return known
            built = await asyncio.to_thread(self._build, await _content(session, *key))
            self._graphs.put(key, built)
        return built

    def _build(self, content: Mapping[str, Json]) -> Built:
        """Check and build: seconds of work for tens of thousands of steps, so it is done in a thread."""
        try:
            return Built(StepGraph(load(content, runners=self._known(content))), None)
        except DefinitionError as refusal:
            return Built(StepGraph(_as_saved(content, refusal)), refusal)

    def _known(self, content: Mapping[str, Json]) -> dict[str, Mapping[str, Json]]:
        """Return the runners' schemas, an open one where this process lacks the runner: another one may have it."""
        named = {step.get("runner") or step["key"] for step in content["steps"]}
        return {name: {} for name in named} | dict(self._registry.schemas())


def _as_saved(content: Mapping[str, Json], refusal: DefinitionError) -> Definition:
    """Return a definition that is refused today as it was accepted when it was saved.

    Raises:
        DefinitionError: it is none at all.
    """
    try:
        return Definition.model_validate(content)
    except ValidationError:
        raise refusal from None


def draft_of(instance_id: int, rehearsal: Mapping[str, Json] | None) -> int | None:
    """Return the instance if it rehearses a draft: for whom a graph is that of its draft."""
    return instance_id if rehearsal is not None and rehearsal.get("draft") else None


async def _content(session: Session, definition_id: int, version: int, draft_of: int | None) -> Mapping[str, Json]:
    if draft_of is None:
        cursor = await session.execute(sql("load_version"), {"definition": definition_id, "version": version})
    else:
        cursor = await session.execute(sql("load_draft"), {"instance": draft_of})
    row = await cursor.fetchone()
    if row is None:
        raise LookupError(_nothing_there(definition_id, version, draft_of))
    content: Mapping[str, Json] = row[0]
    return content


def _context(row: tuple[Any, ...], built: Built) -> InstanceContext:
    instance_id, _, version, name, params, trigger, scheduled_at, created_at, rehearsal = row
    about = {
        "id": instance_id,
        "definition": name,
        "version": version,
        "trigger": trigger,
        "scheduled_at": scheduled_at.isoformat() if scheduled_at else None,
        "created_at": created_at.isoformat(),
    }
    asked = None if rehearsal is None else Rehearsal(sample=rehearsal.get("sample"))
    using = None if rehearsal is None else rehearsal.get("using")
    return InstanceContext(
        instance_id, name, built.graph, params, about, rehearsal=asked, using=using, refusal=built.refusal
    )


def _nothing_there(definition_id: int, version: int, draft_of: int | None) -> str:
    if draft_of is not None:
        return f"the draft that instance {draft_of} rehearses was deleted; rehearse it anew"
    versions = "batch_definition_version has those that there are, and `latest` is the newest of them"
    return f"the definition with id {definition_id} has no version {version}; {versions}"
