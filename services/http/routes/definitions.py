"""Definitions: list, read, history, and edits that are checked, shown and guarded before they are made."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from definitions.errors import DefinitionError
from engine.access import Role
from engine.audit import Entry
from engine.catalog import UnknownDefinition, editable
from services.http.definition_texts import definition_in, text_of
from services.http.preconditions import IfMatch, IfNoneMatch, expected_version
from services.http.previews import changes_of, preview_of
from services.http.problems import Wrong
from services.http.roles import needs
from services.http.shapes.common import Name, Page, ProblemAt, Version
from services.http.shapes.definitions import (
    AppliedOut,
    Checked,
    DefinitionIn,
    DefinitionOut,
    DefinitionSummary,
    Diff,
    ParsedOut,
    Preview,
    RestoreIn,
    TextIn,
    TextOut,
    VersionSummary,
)
from services.http.site import Site, TheActor, TheSite

router = APIRouter(prefix="/definitions", tags=["definitions"])

Number = Annotated[int | None, Query(ge=1, le=2**31 - 1)]


@router.get("", **needs(Role.VIEWER))
async def list_definitions(site: TheSite) -> Page[DefinitionSummary]:
    """Every definition, by name."""
    rows = await site.versions.overview()
    return Page(data=[DefinitionSummary.model_validate(row) for row in rows])


@router.post("/validate", **needs(Role.VIEWER))
async def validate_definition(asked: DefinitionIn, site: TheSite) -> Checked:
    """Everything that is wrong with a definition. Nothing is changed."""
    problems = site.engine.catalog.check(_row(asked, name=asked.name))
    found = [ProblemAt.at(one.path, one.message) for one in problems]
    return Checked(is_valid=not found, problems=found)


@router.post("/preview", **needs(Role.VIEWER))
async def preview_definition(asked: DefinitionIn, site: TheSite) -> Preview:
    """The graph, the fire times, what would change, what a retry would reuse, the cost. Nothing is changed."""
    row = _row(asked, name=asked.name)
    if problems := site.engine.catalog.check(row):
        raise DefinitionError(problems, name=asked.name)
    known = await _known(site, str(row["name"]))
    return await preview_of(site, row, known=None if known is None else editable(known))


@router.post("/text", **needs(Role.VIEWER))
async def write_definition(asked: DefinitionIn) -> TextOut:
    """A definition as YAML, as `batchdag export` writes it. It may be wrong: nothing is checked or changed."""
    return TextOut(text=await asyncio.to_thread(text_of, _row(asked, name=asked.name)))


@router.post("/parse", **needs(Role.VIEWER))
async def parse_definition(asked: TextIn) -> ParsedOut:
    """The definition in YAML or JSON text. What cannot be read is refused with line and column; nothing is checked."""
    return ParsedOut(definition=await asyncio.to_thread(definition_in, asked.text))


@router.get("/{name}", **needs(Role.VIEWER))
async def read_definition(name: Name, site: TheSite, response: Response) -> DefinitionOut:
    """A definition as it stands; `ETag` is its version."""
    row = await site.engine.catalog.find(name)
    response.headers["ETag"] = f'"{row["version"]}"'
    return DefinitionOut.model_validate(row)


@router.put("/{name}", **needs(Role.EDITOR))
async def put_definition(
    *,
    name: Name,
    asked: DefinitionIn,
    site: TheSite,
    actor: TheActor,
    if_match: IfMatch = None,
    if_none_match: IfNoneMatch = None,
) -> AppliedOut:
    """Make or replace a definition. Say which version was edited: if it is not the one that stands, 409."""
    if asked.name not in (None, name):
        raise Wrong("body.name", f"must be {name!r}, as in the path, or left out")
    expected = expected_version(version=asked.version, if_match=if_match, if_none_match=if_none_match)
    async with site.audit.recording(actor, action="definition.put", subject=name) as entry:
        return await _apply(site, entry, _row(asked, name=name), expected=expected, editor=actor.name)


@router.post("/{name}/restore", **needs(Role.EDITOR))
async def restore_definition(
    name: Name, asked: RestoreIn, site: TheSite, actor: TheActor, if_match: IfMatch = None
) -> AppliedOut:
    """Make what the definition was at a version its newest version. Say which one stands: if it is another, 409."""
    expected = expected_version(version=asked.expected, if_match=if_match, if_none_match=None)
    async with site.audit.recording(actor, action="definition.restore", subject=name) as entry:
        content = await site.versions.content(name, asked.version)
        return await _apply(site, entry, content | {"name": name}, expected=expected, editor=actor.name)


@router.get("/{name}/versions", **needs(Role.VIEWER))
async def list_versions(name: Name, site: TheSite) -> Page[VersionSummary]:
    """The versions of a definition, newest first: who made each, from which client, and when."""
    return Page(data=[VersionSummary.model_validate(row) for row in await site.versions.of(name)])


@router.get("/{name}/versions/{version}", **needs(Role.VIEWER))
async def read_version(name: Name, version: Version, site: TheSite) -> DefinitionOut:
    """A definition as it was at a version."""
    return DefinitionOut.model_validate(await site.versions.content(name, version) | {"version": version})


@router.get("/{name}/diff", **needs(Role.VIEWER))
async def diff_versions(
    name: Name,
    site: TheSite,
    from_version: Annotated[Number, Query(alias="from", description="Default: the one before.")] = None,
    to_version: Annotated[Number, Query(alias="to", description="Default: the one that stands.")] = None,
) -> Diff:
    """What differs between two versions, by path; steps are matched by key."""
    last = to_version or int((await site.engine.catalog.find(name))["version"])
    first = from_version or max(1, last - 1)
    before, after = [await site.versions.content(name, version) for version in (first, last)]
    return Diff(name=name, from_version=first, to_version=last, changes=changes_of(before, after))


def _row(asked: DefinitionIn, *, name: str | None) -> dict[str, Any]:
    row = asked.model_dump(exclude_unset=True, exclude={"version"})
    return row if name is None else row | {"name": name}


async def _apply(site: Site, entry: Entry, row: dict[str, Any], *, expected: int | None, editor: str) -> AppliedOut:
    """Save a definition, and write down for the audit log what was there and what is."""
    name = str(row["name"])
    known = await _known(site, name)
    entry.before = None if known is None else _audited(known)
    guard = {} if expected is None else {name: expected}
    (applied,) = await site.engine.catalog.apply([row], expected=guard, editor=editor)
    entry.after = _audited(await site.engine.catalog.find(name))
    return AppliedOut(name=name, before=applied.before, version=applied.after, changed=applied.is_changed)


async def _known(site: Site, name: str) -> dict[str, Any] | None:
    try:
        return await site.engine.catalog.find(name)
    except UnknownDefinition:
        return None


def _audited(row: dict[str, Any]) -> dict[str, Any]:
    return DefinitionOut.model_validate(row).model_dump(mode="json")
