"""Starts pending instances: makes their step rows and decides on the roots. Respects ``max_active``."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from definitions.errors import DefinitionError
from definitions.graph import StepGraph
from engine.claims import InstanceRow
from engine.contexts import Contexts, draft_of
from engine.planner import Status
from engine.step_columns import step_columns
from engine.store import Store
from engine.walk import Walk
from runners.base import Json

BATCH = 100


@dataclass(frozen=True, slots=True)
class Pending:
    """A pending instance that this process has locked."""

    instance_id: int
    definition_id: int
    version: int
    priority: int
    rehearsal: Mapping[str, Json] | None

    def step_count(self, graph: StepGraph) -> int:
        """Return how many steps there are to run: all, or the one that is tried alone."""
        return len(graph.steps) if self.tried is None else 1

    def roots(self, graph: StepGraph) -> Sequence[str]:
        """Return the steps that wait for nobody."""
        return graph.roots if self.tried is None else (self.tried,)

    @property
    def tried(self) -> str | None:
        """The step that this rehearsal tries alone, if it does."""
        return None if self.rehearsal is None else self.rehearsal.get("step")


async def start_pending(store: Store, contexts: Contexts) -> int:
    """Start up to ``BATCH`` pending instances in the store's transaction; return how many were taken up."""
    cursor = await store.send("find_pending_instances", limit=BATCH)
    found = [Pending(*row) for row in await cursor.fetchall()]
    admitted = await _within_limits(store, found)
    graphs = {}
    for pending in admitted:
        graph = await _graph(store, contexts, pending)
        if graph is not None:
            graphs[pending.instance_id] = graph
    if graphs:
        await _start(store, contexts, [pending for pending in admitted if pending.instance_id in graphs], graphs)
    return len(admitted)


async def _within_limits(store: Store, found: Sequence[Pending]) -> list[Pending]:
    ids = sorted({pending.definition_id for pending in found})
    limits: dict[int, int] = dict(await (await store.send("lock_limited_definitions", ids=ids)).fetchall())
    if not limits:
        return list(found)
    active: Counter[int] = Counter(dict(await (await store.send("count_active", ids=list(limits))).fetchall()))
    admitted = []
    for pending in found:
        limit = limits.get(pending.definition_id)
        if pending.rehearsal is not None:
            admitted.append(pending)
        elif limit is None or active[pending.definition_id] < limit:
            active[pending.definition_id] += 1
            admitted.append(pending)
    return admitted


async def _graph(store: Store, contexts: Contexts, pending: Pending) -> StepGraph | None:
    try:
        return await contexts.graph(
            store.session,
            pending.definition_id,
            pending.version,
            draft_of=draft_of(pending.instance_id, pending.rehearsal),
        )
    except DefinitionError as error:
        await store.send("refuse_instance", id=pending.instance_id, error=str(error)[:10_000])
        await store.notify(f"finished:{pending.instance_id}")
        return None


async def _start(store: Store, contexts: Contexts, admitted: Sequence[Pending], graphs: dict[int, StepGraph]) -> None:
    started = [
        {"id": pending.instance_id, "open_steps": pending.step_count(graphs[pending.instance_id])}
        for pending in admitted
    ]
    await store.insert_steps(
        [
            (pending.instance_id, pending.priority, step_columns(graphs[pending.instance_id], pending.tried))
            for pending in admitted
        ]
    )
    await store.send("start_instances", instances=json.dumps(started))
    roots = [(pending.instance_id, root) for pending in admitted for root in pending.roots(graphs[pending.instance_id])]
    cursor = await store.load_steps(roots)
    known = await contexts.many([(pending.instance_id, pending.version) for pending in admitted], session=store.session)
    instances = [_running(pending, graphs[pending.instance_id]) for pending in admitted]
    walk = Walk(store, contexts=known, instances=instances)
    await walk.begin(walk.know(await cursor.fetchall()))
    await walk.write()


def _running(pending: Pending, graph: StepGraph) -> InstanceRow:
    return InstanceRow(
        pending.instance_id,
        Status.RUNNING,
        open_steps=pending.step_count(graph),
        failed_steps=0,
        cancel_requested=False,
        version=pending.version,
    )
