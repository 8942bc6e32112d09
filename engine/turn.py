"""One turn: a transaction in which finished attempts are reported, the graph is advanced and new work is claimed.

Reports of steps that finish together are written together, and a chain pays one commit for each step. The statements
travel in a pipeline: one round trip for what the decisions need, one for what they are, however many steps there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from definitions.models import ErrorClass
from engine.claims import AnyDue, Claim, Ended, Released, Report, Wanted
from engine.contexts import Contexts, InstanceContext
from engine.database import Rows
from engine.planner import StepState
from engine.settle import Finish
from engine.shortcut import Followers, Release, Split, followers, split
from engine.store import Store, as_claim, as_instance
from engine.walk import Walk
from engine.wire import Wire


@dataclass(frozen=True, slots=True)
class TurnResult:
    """What a turn did.

    Attributes:
        claims: attempts that are now ours.
        refused: reports that changed nothing, because the attempt was no longer ours.
        finished: instances that ended.
        has_left_ready: whether it made steps ready that it did not look for.
    """

    claims: Sequence[Claim]
    refused: Sequence[Report] = ()
    finished: Sequence[int] = ()
    has_left_ready: bool = False


class Written(NamedTuple):
    """An attempt whose report was written. The same step may have a late report of an earlier one in the same turn."""

    step_id: int
    attempt: int
    snoozes: int

    @classmethod
    def of(cls, report: Report) -> "Written":
        """Return the attempt that a report is about."""
        return cls(report.claim.step_id, report.claim.attempt, report.claim.snoozes)


async def take_turn(
    wire: Wire,
    store: Store,
    contexts: Contexts,
    *,
    reports: Sequence[Report],
    wanted: Wanted | None,
    within_limits: bool,
) -> TurnResult:
    """Report, advance, claim; all or nothing. What the shortcut leaves alone takes a second transaction.

    Not ``within_limits``: there are none, so what is claimed is not counted.
    """
    known = await contexts.many({(report.claim.instance_id, report.claim.version) for report in reports})
    ways = split(known, reports)
    if isinstance(wanted, Released):
        if ways.long or within_limits:
            wanted = AnyDue(wanted.room, wanted.runners)
        elif len(ways.short) == 1 and (claim := await _pass_on(store, known, ways.short[0], wanted)):
            return TurnResult([claim])
    return await _take_turn(wire, store, known, ways, wanted=wanted, within_limits=within_limits)


async def _pass_on(
    store: Store, contexts: Mapping[int, InstanceContext], release: Release, wanted: Released
) -> Claim | None:
    """Report a success and claim the one step that it releases; None: nothing was changed."""
    if len(release.children) != 1:
        return None
    [child] = release.children
    graph = contexts[release.report.claim.instance_id].graph
    if not wanted.may_run(graph.steps[child].runner_name):
        return None
    row = await (await store.pass_on(release.report, child, parents=len(graph.parents(child)))).fetchone()
    return None if row is None or row[0] is None else as_claim(row)


async def _take_turn(
    wire: Wire,
    store: Store,
    contexts: Mapping[int, InstanceContext],
    ways: Split,
    *,
    wanted: Wanted | None,
    within_limits: bool,
) -> TurnResult:
    sought = None if isinstance(wanted, Released) else wanted
    told = followers(contexts, ways.short)
    runs = _ours(told, wanted) if isinstance(wanted, Released) else [False] * len(told.steps)
    refused: Sequence[Report] = ()
    finished: Sequence[int] = ()
    async with wire.transaction():
        locked = await store.lock_instances(ways.instances) if ways.instances else None
        released = await store.release(ways.short, told, runs=runs) if ways.short else None
        if locked is not None and ways.long:
            refused, finished = await _report(store, contexts, ways.long, locked=locked)
        claimed = await store.claim(sought, within_limits=within_limits) if sought is not None else None
    written, claims = await _released(released)
    claims += [as_claim(row) for row in await claimed.fetchall()] if claimed else []
    left = [release.report for release in ways.short if Written.of(release.report) not in written]
    if left:
        more_refused, more_finished = await _the_longer_way(wire, store, contexts, left)
        refused, finished = [*refused, *more_refused], [*finished, *more_finished]
    has_left_ready = bool(left) or (sought is None and bool(ways.long or not all(runs)))
    return TurnResult(claims, refused, finished, has_left_ready)


def _ours(told: Followers, wanted: Released) -> list[bool]:
    """Say of each step whether this worker runs it if it need wait no longer: as many as there is room for."""
    room = wanted.room
    ours = []
    for step in told.steps:
        ours.append(room > 0 and wanted.may_run(step.runner))
        room -= ours[-1]
    return ours


async def _released(rows: Rows | None) -> tuple[set[Written], list[Claim]]:
    """Return the attempts that release_steps.sql has reported, and what it has claimed."""
    written: set[Written] = set()
    claims: list[Claim] = []
    for row in await rows.fetchall() if rows else ():
        if row[1] is None:
            written.add(Written(row[0], row[4], row[5]))
        else:
            claims.append(as_claim(row))
    return written, claims


async def _the_longer_way(
    wire: Wire, store: Store, contexts: Mapping[int, InstanceContext], reports: Sequence[Report]
) -> tuple[list[Report], list[int]]:
    async with wire.transaction():
        locked = await store.lock_instances({report.claim.instance_id for report in reports})
        return await _report(store, contexts, reports, locked=locked)


async def _report(
    store: Store, contexts: Mapping[int, InstanceContext], reports: Sequence[Report], *, locked: Rows
) -> tuple[list[Report], list[int]]:
    applied = await store.report(reports)
    nearby = await store.load_steps(_nearby(contexts, reports))
    written = {Written(*row) for row in await applied.fetchall()}
    ours = {report.claim.step_id: report for report in reports if Written.of(report) in written}
    if stopped := [step_id for step_id, report in ours.items() if _is_stopped_by_budget(report)]:
        await store.send("alert_budget", ids=stopped)
    touched = {report.claim.instance_id for report in reports}
    held = [as_instance(row) for row in await locked.fetchall()]
    walk = Walk(store, contexts=contexts, instances=[row for row in held if row.instance_id in touched])
    walk.know(await nearby.fetchall())
    await walk.advance([_ended(report) for report in ours.values() if _is_end(report)])
    finished = await walk.write()
    return [report for report in reports if Written.of(report) not in written], finished


def _nearby(contexts: Mapping[int, InstanceContext], reports: Sequence[Report]) -> set[tuple[int, str]]:
    """Return the steps that the reports may decide on, to load them in the same round trip."""
    nearby: set[tuple[int, str]] = set()
    for report in reports:
        claim = report.claim
        keys = [claim.step_key] if claim.shard else contexts[claim.instance_id].graph.children(claim.step_key)
        if _is_end(report):
            nearby.update((claim.instance_id, key) for key in keys)
    return nearby


def _is_end(report: Report) -> bool:
    return isinstance(report.settlement, Finish)


def _is_stopped_by_budget(report: Report) -> bool:
    return report.state is StepState.FAILED and report.settlement.reason == ErrorClass.BUDGET


def _ended(report: Report) -> Ended:
    claim = report.claim
    return Ended(claim.instance_id, claim.step_key, claim.shard, report.state, report.settlement.error)
