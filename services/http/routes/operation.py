"""What operators look at, and the one push they have: money, the queue, the checklist."""

from datetime import timedelta

from fastapi import APIRouter

from engine.access import Role
from services.http.checklist import checklist
from services.http.roles import needs
from services.http.routes.instances import instance_or_404
from services.http.shapes.common import InstanceId, Page
from services.http.shapes.operation import Monitoring, QueueOut, RestartOut, SpendOut
from services.http.site import TheActor, TheSite

router = APIRouter(tags=["operation"])

_DAY = timedelta(days=1)


@router.get("/instances/{instance_id}/spend", **needs(Role.VIEWER))
async def read_spend(instance_id: InstanceId, site: TheSite) -> Page[SpendOut]:
    """What each step of an instance has bought, from whom, and what it cost."""
    await instance_or_404(site, instance_id)
    return Page(data=[SpendOut.model_validate(row) for row in await site.pages.spend(instance_id)])


@router.get("/queue", **needs(Role.VIEWER))
async def read_queue(site: TheSite) -> QueueOut:
    """How much waits, how much runs, and since when."""
    return QueueOut.model_validate(await site.queue.state())


@router.post("/queue/restart", **needs(Role.OPERATOR))
async def restart_queue(site: TheSite, actor: TheActor) -> RestartOut:
    """Wake every process, and make due at once what waits to be tried again. What waits for a provider goes on waiting.

    Steps of lost workers need no push: they are taken back when their lease ends.
    """
    async with site.audit.recording(actor, action="queue.restart", subject="queue") as entry:
        entry.before = {"later": (await site.queue.state()).later}
        hurried = await site.queue.hurry()
        entry.after = {"hurried": hurried}
    return RestartOut(hurried=hurried)


@router.get("/monitoring", **needs(Role.VIEWER))
async def read_monitoring(site: TheSite) -> Monitoring:
    """The operator's checklist, answered. The thresholds are settings."""
    settings = site.settings
    load = await site.queue.load(
        window=timedelta(minutes=settings.failure_window_minutes),
        calls_window=_DAY,
        patience=timedelta(minutes=settings.stuck_minutes),
    )
    checks = checklist(await site.queue.state(), load, settings)
    return Monitoring(ok=all(check.ok for check in checks), checks=checks)
