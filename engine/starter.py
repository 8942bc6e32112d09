"""Starts pending instances: makes their step rows and decides on the roots. Respects ``max_active``."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from definitions.errors import DefinitionError
from definitions.graph import StepGraph
from definitions.models import FanIn
from engine.claims import InstanceRow
from engine.contexts import Contexts, draft_of
from engine.planner import Status, StepState
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

    def keys(self, graph: StepGraph) -> Sequence[str]:
        """Return the steps to run, parents first: all, or the one that is tried alone."""
        return graph.order if self._tried is None else (self._tried,)

    def roots(self, graph: StepGraph) -> Sequence[str]:
        """Return the steps that wait for nobody."""
        return graph.roots if self._tried is None else (self._tried,)

    def tally(self, graph: StepGraph, key: str) -> dict[str, Json]:
        """Return how a step's parents stand: open, or, for the one that is tried alone, as its fan-in wants them."""
        parents = len(graph.parents(key))
        if self._tried is None:
            return {"waiting_on": parents, "parents_succeeded": 0, "parents_failed": 0}
        failed = parents if graph.steps[key].fan_in is FanIn.ANY_FAILED else 0
        return {"waiting_on": 0, "parents_succeeded": parents - failed, "parents_failed": failed}

    @property
    def _tried(self) -> str | None:
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
    rows = [row for pending in admitted for row in _step_rows(pending, graphs[pending.instance_id])]
    started = [
        {"id": pending.instance_id, "open_steps": len(pending.keys(graphs[pending.instance_id]))}
        for pending in admitted
    ]
    await store.send("insert_steps", steps=json.dumps(rows))
    await store.send("start_instances", instances=json.dumps(started))
    roots = [(pending.instance_id, root) for pending in admitted for root in pending.roots(graphs[pending.instance_id])]
    cursor = await store.load_steps(roots)
    known = await contexts.many([(pending.instance_id, pending.version) for pending in admitted])
    instances = [_running(pending, graphs[pending.instance_id]) for pending in admitted]
    walk = Walk(store, contexts=known, instances=instances)
    await walk.begin(walk.know(await cursor.fetchall()))
    await walk.write()


def _step_rows(pending: Pending, graph: StepGraph) -> list[dict[str, Json]]:
    return [
        {
            "instance": pending.instance_id,
            "key": key,
            "runner": graph.steps[key].runner_name,
            "state": str(StepState.PENDING),
            "priority": pending.priority,
        }
        | pending.tally(graph, key)
        for key in pending.keys(graph)
    ]


def _running(pending: Pending, graph: StepGraph) -> InstanceRow:
    return InstanceRow(
        pending.instance_id,
        Status.RUNNING,
        open_steps=len(pending.keys(graph)),
        failed_steps=0,
        cancel_requested=False,
        version=pending.version,
    )
