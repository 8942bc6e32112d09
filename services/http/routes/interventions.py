"""What operators do to instances: cancel, and retry after a look at the plan."""

import hashlib
import json
from functools import partial

from fastapi import APIRouter

from engine.access import Role
from engine.resetter import ResetPlan
from services.http.problems import Conflict
from services.http.roles import needs
from services.http.routes.instances import instance_or_404
from services.http.shapes.common import InstanceId
from services.http.shapes.instances import CancelOut, PlannedOut, PlanOut, RetryIn
from services.http.site import Site, TheActor, TheSite

router = APIRouter(prefix="/instances", tags=["instances"])


@router.post("/{instance_id}/cancel", **needs(Role.OPERATOR))
async def cancel_instance(instance_id: InstanceId, site: TheSite, actor: TheActor) -> CancelOut:
    """Cancel an instance. What runs is stopped by its workers; jobs at providers are cancelled too."""
    async with site.audit.recording(actor, action="instance.cancel", subject=str(instance_id)) as entry:
        entry.before = {"status": (await instance_or_404(site, instance_id))["status"]}
        status = await site.engine.cancel(instance_id)
        entry.after = {"status": status}
    return CancelOut(id=instance_id, status=status)


@router.post("/{instance_id}/retry/plan", **needs(Role.OPERATOR))
async def plan_retry(instance_id: InstanceId, site: TheSite, asked: RetryIn | None = None) -> PlanOut:
    """What a retry would reuse, run, and drop. Nothing is changed."""
    version = await _version(site, instance_id, asked or RetryIn())
    return _told(await site.engine.plan_retry(instance_id, version=version))


@router.post("/{instance_id}/retry", status_code=202, **needs(Role.OPERATOR))
async def retry_instance(
    instance_id: InstanceId, site: TheSite, actor: TheActor, asked: RetryIn | None = None
) -> PlanOut:
    """Continue a failed or cancelled instance: reuse what is still valid, run the rest."""
    wanted = asked or RetryIn()
    async with site.audit.recording(actor, action="instance.retry", subject=str(instance_id)) as entry:
        version = await _version(site, instance_id, wanted)
        agree = partial(_refuse_other, wanted=wanted.plan)
        plan = _told(await site.engine.retry(instance_id, version=version, agree=agree))
        entry.after = {"version": plan.version, "plan": plan.plan}
    return plan


async def _version(site: Site, instance_id: int, asked: RetryIn) -> int | None:
    row = await instance_or_404(site, instance_id)
    if asked.version == "latest":
        return int((await site.engine.catalog.find(str(row["definition"])))["version"])
    if asked.version is not None:
        await site.versions.content(str(row["definition"]), asked.version)
    return asked.version


def _refuse_other(planned: ResetPlan, *, wanted: str | None) -> None:
    """Compare what is about to be carried out, and not a plan made before: prompts are edited meanwhile."""
    plan = _told(planned).plan
    if wanted is not None and plan != wanted:
        raise Conflict(f"the plan is {plan} now, not {wanted}; nothing was changed", hint="Look at the plan again.")


def _told(plan: ResetPlan) -> PlanOut:
    steps = [PlannedOut.of(step) for step in plan.steps]
    content = json.dumps([plan.version, [[step.step, step.fate] for step in steps]])
    name = hashlib.sha256(content.encode()).hexdigest()[:16]
    return PlanOut(instance_id=plan.instance_id, version=plan.version, plan=name, steps=steps)
