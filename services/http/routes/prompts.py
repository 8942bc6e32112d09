"""Prompts: list, read, history, and edits guarded by their version."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from engine.access import Role
from engine.prompts import UnknownPrompt
from services.http.preconditions import IfMatch, IfNoneMatch, expected_version
from services.http.prompt_previews import preview_prompt
from services.http.roles import needs
from services.http.shapes.common import Name, Page, Version
from services.http.shapes.definitions import AppliedOut
from services.http.shapes.operation import PromptIn, PromptOut, PromptSummary, PromptVersion
from services.http.shapes.prompts import PromptPreviewIn, PromptPreviewOut
from services.http.site import Site, TheActor, TheSite

router = APIRouter(prefix="/prompts", tags=["prompts"])


@router.get("", **needs(Role.VIEWER))
async def list_prompts(site: TheSite) -> Page[PromptSummary]:
    """Every prompt by key, with the definitions that name it."""
    return Page(data=[PromptSummary.model_validate(row) for row in await site.prompts.overview()])


@router.post("/preview", **needs(Role.VIEWER))
async def preview_draft(asked: PromptPreviewIn, site: TheSite) -> PromptPreviewOut:
    """What a draft would say to real rows: of a step, or of the uploaded questions. Nothing is sent or saved."""
    return await preview_prompt(site, asked)


@router.get("/{name}", **needs(Role.VIEWER))
async def read_prompt(name: Name, site: TheSite, response: Response) -> PromptOut:
    """A prompt as it stands; `ETag` is its version."""
    found = PromptOut.model_validate(await site.prompts.find(name))
    response.headers["ETag"] = f'"{found.version}"'
    return found


@router.put("/{name}", **needs(Role.EDITOR))
async def put_prompt(
    *,
    name: Name,
    asked: PromptIn,
    site: TheSite,
    actor: TheActor,
    if_match: IfMatch = None,
    if_none_match: IfNoneMatch = None,
) -> AppliedOut:
    """Make or replace a prompt. Say which version was edited: if it is not the one that stands, 409."""
    expected = expected_version(version=asked.version, if_match=if_match, if_none_match=if_none_match)
    row = asked.model_dump(exclude={"version"}) | {"key": name}
    async with site.audit.recording(actor, action="prompt.put", subject=name) as entry:
        entry.before = await _audited(site, name)
        guard = {} if expected is None else {name: expected}
        (applied,) = await site.prompts.apply([row], expected=guard, editor=actor.name)
        entry.after = row
    return AppliedOut(name=name, before=applied.before, version=applied.after, changed=applied.is_changed)


async def _audited(site: Site, name: str) -> dict[str, Any] | None:
    try:
        return PromptOut.model_validate(await site.prompts.find(name)).model_dump(mode="json")
    except UnknownPrompt:
        return None


@router.get("/{name}/versions", **needs(Role.VIEWER))
async def list_prompt_versions(name: Name, site: TheSite) -> Page[PromptVersion]:
    """The history of a prompt, oldest first."""
    rows = await site.prompts.versions(name)
    if not rows:
        raise UnknownPrompt(name)
    return Page(data=[PromptVersion.model_validate(row) for row in rows])


@router.get("/{name}/versions/{version}", **needs(Role.VIEWER))
async def read_prompt_version(name: Name, version: Version, site: TheSite) -> PromptOut:
    """A prompt as it was at a version."""
    return PromptOut.model_validate(await site.prompts.find(name, version=version))
