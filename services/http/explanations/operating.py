"""What operators of explanations do besides uploading: edit the prompts, and push the queue."""

from fastapi import APIRouter
from starlette.responses import Response

from engine.access import Role
from services.http.explanations.handed import TheSets
from services.http.explanations.shapes import Data, RestartedOut
from services.http.preconditions import IfMatch, IfNoneMatch
from services.http.roles import needs
from services.http.routes import operation, prompts
from services.http.shapes.common import Name
from services.http.shapes.definitions import AppliedOut
from services.http.shapes.operation import PromptIn, PromptOut, PromptSummary
from services.http.site import TheActor, TheSite

router = APIRouter()


@router.get("/system-prompts", **needs(Role.VIEWER))
async def list_system_prompts(site: TheSite) -> Data[list[PromptSummary]]:
    """Every prompt by key: the same as `/prompts`."""
    return Data(data=list((await prompts.list_prompts(site)).data))


@router.get("/system-prompts/{name}", **needs(Role.VIEWER))
async def read_system_prompt(name: Name, site: TheSite, response: Response) -> Data[PromptOut]:
    """A prompt as it stands; `ETag` is its version."""
    return Data(data=await prompts.read_prompt(name, site, response))


@router.put("/system-prompts/{name}", **needs(Role.EDITOR))
async def put_system_prompt(
    *,
    name: Name,
    asked: PromptIn,
    site: TheSite,
    actor: TheActor,
    if_match: IfMatch = None,
    if_none_match: IfNoneMatch = None,
) -> Data[AppliedOut]:
    """Make or replace a prompt. Say which version was edited: if it is not the one that stands, 409."""
    applied = await prompts.put_prompt(
        name=name, asked=asked, site=site, actor=actor, if_match=if_match, if_none_match=if_none_match
    )
    return Data(data=applied)


@router.post("/restart-queue", **needs(Role.OPERATOR))
async def restart_explanations(site: TheSite, sets: TheSets, actor: TheActor) -> Data[RestartedOut]:
    """Push the queue, and start an instance for each definition that has questions waiting and none at work."""
    pushed = await operation.restart_queue(site, actor)
    async with site.audit.recording(actor, action="explanations.restart", subject="queue") as entry:
        started = await sets.restart()
        entry.after = {"instance_ids": [job.instance_id for job in started]}
    return Data(data=RestartedOut(hurried=pushed.hurried, background_jobs=started))
