"""One turn: a transaction in which finished attempts are reported, the graph is advanced and new work is claimed.

Reports of steps that finish together are written together, and a chain pays one commit for each step. The statements
travel in a pipeline: one round trip for what the decisions need, one for what they are, however many steps there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.claims import Claim, Ended, Report, Wanted
from engine.contexts import Contexts, InstanceContext
from engine.database import Rows
from engine.settle import Finish
from engine.shortcut import split
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
    """

    claims: Sequence[Claim]
    refused: Sequence[Report]
    finished: Sequence[int]


async def take_turn(
    wire: Wire, store: Store, contexts: Contexts, *, reports: Sequence[Report], wanted: Wanted | None
) -> TurnResult:
    """Report, advance, claim; all or nothing. What the shortcut leaves alone takes a second transaction."""
    known = await contexts.many({(report.claim.instance_id, report.claim.version) for report in reports})
    ways = split(known, reports)
    written: set[int] = set()
    refused: Sequence[Report] = ()
    finished: Sequence[int] = ()
    async with wire.transaction():
        locked = await store.lock_instances({report.claim.instance_id for report in reports}) if reports else None
        released = await store.release(ways.short) if ways.short else None
        if locked is not None and ways.long:
            refused, finished = await _report(store, known, ways.long, locked=locked)
        claimed = await store.claim(wanted) if wanted is not None else None
    claims = [as_claim(row) for row in await claimed.fetchall()] if claimed else []
    if released is not None:
        written = {row[0] for row in await released.fetchall()}
    left = [release.report for release in ways.short if release.report.claim.step_id not in written]
    if left:
        more_refused, more_finished = await _the_longer_way(wire, store, known, left)
        refused, finished = [*refused, *more_refused], [*finished, *more_finished]
    return TurnResult(claims, refused, finished)


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
    ours = {row[0] for row in await applied.fetchall()}
    touched = {report.claim.instance_id for report in reports}
    held = [as_instance(row) for row in await locked.fetchall()]
    walk = Walk(store, contexts=contexts, instances=[row for row in held if row.instance_id in touched])
    walk.know(await nearby.fetchall())
    await walk.advance([_ended(report) for report in reports if report.claim.step_id in ours and _is_end(report)])
    finished = await walk.write()
    return [report for report in reports if report.claim.step_id not in ours], finished


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


def _ended(report: Report) -> Ended:
    claim = report.claim
    return Ended(claim.instance_id, claim.step_key, claim.shard, report.state, report.settlement.error)
