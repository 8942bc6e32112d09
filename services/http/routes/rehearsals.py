"""Rehearsals: of a definition as it is saved or of a draft; and what they say of the real run, while they go on too."""

from fastapi import APIRouter
from starlette.exceptions import HTTPException

from engine.access import Role
from engine.app import Engine
from engine.audit import Actor
from services.http.problems import Missing, Wrong
from services.http.roles import needs
from services.http.routes.instances import instance_or_404
from services.http.shapes.common import Name
from services.http.shapes.definitions import DefinitionIn
from services.http.shapes.rehearsals import RehearsalId, RehearsalOut, RehearseIn, RehearsingOut
from services.http.site import Site, TheActor, TheSite

router = APIRouter(tags=["rehearsals"])


@router.post("/definitions/{name}/rehearse", status_code=202, **needs(Role.OPERATOR))
async def rehearse_definition(
    name: Name, site: TheSite, actor: TheActor, asked: RehearseIn | None = None
) -> RehearsingOut:
    """Rehearse a definition, a draft of it, or one step: nothing is paid for, no table but the engine's is changed."""
    wanted = asked or RehearseIn()
    if (wanted.step is None) != (wanted.using is None):
        raise Wrong("body", "step and using go together: a step is tried on what an instance has made")
    if wanted.definition is not None:
        _check_draft(name, wanted.definition, actor)
    async with site.audit.recording(actor, action="definition.rehearse", subject=name) as entry:
        instance_id = await _start(site, name, wanted)
        entry.after = {"instance_id": instance_id, **wanted.model_dump(exclude_none=True, exclude_unset=True)}
    return RehearsingOut(instance_id=instance_id)


def _check_draft(name: str, draft: DefinitionIn, actor: Actor) -> None:
    """What a draft has its steps do, nobody but an editor could have them do."""
    if not Role(actor.role).covers(Role.EDITOR):
        raise HTTPException(
            403, detail=f"a draft needs the role {Role.EDITOR}; the token {actor.name!r} has the role {actor.role}"
        )
    if draft.name not in (None, name):
        raise Wrong("body.definition.name", f"must be {name!r}, as in the path, or left out")


async def _start(site: Site, name: str, wanted: RehearseIn) -> int:
    try:
        return await _started(site.engine, name, wanted)
    except LookupError as error:
        raise Missing(str(error), hint=f"See /definitions/{name} and /instances?definition={name}.") from error


async def _started(engine: Engine, name: str, wanted: RehearseIn) -> int:
    if wanted.definition is not None:
        row = wanted.definition.model_dump(exclude_unset=True, exclude={"version"}) | {"name": name}
        return await engine.rehearse_draft(
            row, params=wanted.params, sample=wanted.sample, step=wanted.step, using=wanted.using
        )
    if wanted.step is None or wanted.using is None:
        return await engine.rehearse(name, params=wanted.params, sample=wanted.sample)
    return await engine.rehearse_step(name, wanted.step, using=wanted.using, params=wanted.params, sample=wanted.sample)


@router.get("/instances/{instance_id}/rehearsal", **needs(Role.VIEWER))
async def read_rehearsal(instance_id: RehearsalId, site: TheSite) -> RehearsalOut:
    """What a rehearsal says of the real run: problems first, then what each step would ask, load and cost."""
    row = await instance_or_404(site, instance_id)
    if row["rehearsal"] is None:
        raise Missing(f"instance {instance_id} is no rehearsal", hint=f"See /instances/{instance_id}.")
    return RehearsalOut.model_validate(await site.engine.rehearsal(instance_id))
