"""Carries out a retry: reads the instance, plans with ``reset``, writes the plan, and lets the walk begin again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from psycopg.types.json import Jsonb

from definitions.graph import StepGraph
from definitions.schemas import apply_defaults, check_params
from engine.claims import InstanceRow
from engine.contexts import Contexts
from engine.planner import Status, StepState, seen_by_children
from engine.reset import Fate, PlannedStep, plan_reset
from engine.said import RetryRefusal, Said
from engine.store import Store
from engine.walk import Walk
from runners.base import Json
from runners.prompts import repin


class RetryRefused(Exception):
    """The instance cannot be retried like this; the message, and ``said``, say why and what can be done."""

    def __init__(self, code: RetryRefusal, words: str, **values: Json) -> None:
        super().__init__(words)
        self.said = Said(code, values, words)


@dataclass(frozen=True, slots=True)
class ResetPlan:
    """What a retry of an instance would do."""

    instance_id: int
    definition_id: int
    version: int
    params: Mapping[str, Json]
    graph: StepGraph
    states: Mapping[str, StepState]
    steps: Sequence[PlannedStep]
    takes_new_prompts: bool


async def plan_retry(store: Store, contexts: Contexts, instance_id: int, *, version: int | None) -> ResetPlan:
    """Lock the instance and say what a retry with this version (None: the one it had) would do.

    A retry that names a version takes the prompts as they are now, too: a prompt is what most often has to be mended.

    Raises:
        RetryRefused: it is not failed or cancelled, or its params do not fit the newer version.
    """
    row = await (await store.send("lock_instance", id=instance_id)).fetchone()
    if row is None:
        words = f"there is no instance {instance_id}; `batchdag instances` lists them"
        raise RetryRefused(RetryRefusal.NO_INSTANCE, words, instance_id=instance_id)
    definition_id, had, status, params, asked, tried, is_draft = row
    _refuse(instance_id, status, tried=tried, is_draft=is_draft)
    target = version or asked or had
    old = await contexts.former_graph(store.session, definition_id, had)
    new = await contexts.graph(store.session, definition_id, target)
    states = await states_of(store, instance_id, old)
    names_version = (version or asked) is not None
    edited = await changed_prompts(store, instance_id, version=target) if names_version else {}
    steps = plan_reset(old, new, states=states, edited=edited)
    return ResetPlan(instance_id, definition_id, target, fitted(params, new), new, states, steps, names_version)


def _refuse(instance_id: int, status: str, *, tried: str | None, is_draft: bool) -> None:
    """Raise ``RetryRefused`` unless the instance is one that can go on, and stands where it can."""
    if tried is not None:
        words = f"instance {instance_id} has only tried step {tried!r}; try it again with `rehearse --step`"
        raise RetryRefused(RetryRefusal.ONLY_TRIED, words, instance_id=instance_id, step=tried)
    if is_draft:
        words = f"instance {instance_id} has rehearsed an edit that is not saved; rehearse the edit again"
        raise RetryRefused(RetryRefusal.OF_DRAFT, words, instance_id=instance_id)
    if status not in (Status.FAILED, Status.CANCELLED):
        words = f"instance {instance_id} is {status}; only failed and cancelled ones can be retried"
        raise RetryRefused(RetryRefusal.NOT_BROKEN, words, instance_id=instance_id, status=status)


async def changed_prompts(
    store: Store, instance_id: int, *, version: int | None = None, steps: Json = None
) -> dict[str, str]:
    """Return the steps of a version, or of a draft, whose prompt was edited since the instance began, with its key."""
    draft = None if steps is None else Jsonb(steps)
    cursor = await store.send("changed_prompts", instance=instance_id, version=version, steps=draft)
    return dict(await cursor.fetchall())


async def states_of(store: Store, instance_id: int, graph: StepGraph) -> dict[str, StepState]:
    """Return how the steps of an instance stand that belong to its version."""
    cursor = await store.send("load_states", instance=instance_id)
    rows = await cursor.fetchall()
    return {key: StepState(state) for key, _, state, dropped in rows if not dropped and key in graph.steps}


def fitted(params: Mapping[str, Json], graph: StepGraph) -> Mapping[str, Json]:
    """Return the params as a version takes them.

    Raises:
        RetryRefused: they do not fit its schema.
    """
    schema = graph.definition.params_schema
    filled: Mapping[str, Json] = apply_defaults(dict(params), schema)
    if problems := check_params(filled, schema):
        found = "; ".join(map(str, problems))
        words = f"the instance's params do not fit that version: {found}"
        raise RetryRefused(RetryRefusal.PARAMS_DO_NOT_FIT, words, problems=found)
    return filled


async def reset(store: Store, contexts: Contexts, plan: ResetPlan) -> None:
    """Write the plan: the instance runs again, its steps are pending, and what waits for nobody is decided."""
    if plan.takes_new_prompts:
        await repin(store.session, instance_id=plan.instance_id)
    run = [step for step in plan.steps if step.fate in (Fate.RERUN, Fate.NEW)]
    fates = {step.key: step for step in plan.steps}
    await store.send("drop_steps", instance=plan.instance_id, keys=_keys(plan, Fate.DROPPED))
    scratch = [step.key for step in run if not step.goes_on]
    await store.send("delete_shards", instance=plan.instance_id, keys=scratch)
    rows = [_reset_row(step.key, plan, fates) for step in run]
    priority = plan.graph.definition.priority
    await store.send("reset_steps", instance=plan.instance_id, steps=json.dumps(rows), priority=priority)
    spread = [step.key for step in run if step.goes_on and plan.graph.steps[step.key].parallel]
    shards = sum([await _reset_shards(store, plan, key) for key in spread])
    await store.send(
        "restart_instance", id=plan.instance_id, version=plan.version, params=Jsonb(plan.params),
        open_steps=len(run) + shards,
    )  # fmt: skip
    await _begin(store, contexts, plan, open_steps=len(run) + shards)


def _keys(plan: ResetPlan, fate: Fate) -> list[str]:
    return [step.key for step in plan.steps if step.fate is fate]


def _reset_row(key: str, plan: ResetPlan, fates: Mapping[str, PlannedStep]) -> dict[str, Json]:
    parents = plan.graph.parents(key)
    reused = [parent for parent in parents if fates[parent].fate is Fate.REUSE]
    seen = [seen_by_children(plan.states[parent], plan.graph.steps[parent].on_failure) for parent in reused]
    return {
        "key": key,
        "runner": plan.graph.steps[key].runner_name,
        "waiting_on": len(parents) - len(reused),
        "parents_succeeded": sum(state is StepState.SUCCEEDED for state in seen),
        "parents_failed": sum(state.is_failure for state in seen),
    }


async def _reset_shards(store: Store, plan: ResetPlan, key: str) -> int:
    """Put the unfinished shards of a spread step back; return how many. The step itself waits for them again."""
    row = await (await store.send("count_shards", instance=plan.instance_id, key=key)).fetchone()
    total, succeeded = row or (0, 0)
    if total == 0:
        return 0
    await store.send("reset_shards", instance=plan.instance_id, key=key)
    await store.send("mark_spread", instance=plan.instance_id, key=key, open=total - succeeded, succeeded=succeeded)
    parallel = plan.graph.steps[key].parallel
    count = parallel.max_concurrency if parallel else 1
    await store.send("release_shards", instance=plan.instance_id, key=key, count=count)
    return int(total - succeeded)


async def _begin(store: Store, contexts: Contexts, plan: ResetPlan, *, open_steps: int) -> None:
    context = await contexts.on(store.session, plan.instance_id, plan.version)
    instance = InstanceRow(
        plan.instance_id, Status.RUNNING, open_steps, failed_steps=0, cancel_requested=False, version=plan.version
    )
    walk = Walk(store, contexts={plan.instance_id: context}, instances=[instance])
    cursor = await store.send("load_pending_steps", instance=plan.instance_id)
    await walk.begin(walk.know(await cursor.fetchall()))
    await walk.write()
