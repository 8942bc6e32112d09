"""Rehearsals: started for a definition as it is saved, and what they say of the real run, while they go on too."""

from fastapi import APIRouter

from engine.access import Role
from services.http.problems import Missing, Wrong
from services.http.roles import needs
from services.http.routes.instances import instance_or_404
from services.http.shapes.common import Name
from services.http.shapes.rehearsals import RehearsalId, RehearsalOut, RehearseIn, RehearsingOut
from services.http.site import Site, TheActor, TheSite

router = APIRouter(tags=["rehearsals"])


@router.post("/definitions/{name}/rehearse", status_code=202, **needs(Role.OPERATOR))
async def rehearse_definition(
    name: Name, site: TheSite, actor: TheActor, asked: RehearseIn | None = None
) -> RehearsingOut:
    """Rehearse a definition, or one step of it: nothing is paid for, and no table but the engine's is changed."""
    wanted = asked or RehearseIn()
    if (wanted.step is None) != (wanted.using is None):
        raise Wrong("body", "step and using go together: a step is tried on what an instance has made")
    async with site.audit.recording(actor, action="definition.rehearse", subject=name) as entry:
        instance_id = await _start(site, name, wanted)
        entry.after = {"instance_id": instance_id, **wanted.model_dump(exclude_none=True)}
    return RehearsingOut(instance_id=instance_id)


async def _start(site: Site, name: str, wanted: RehearseIn) -> int:
    if wanted.step is None or wanted.using is None:
        return await site.engine.rehearse(name, params=wanted.params, sample=wanted.sample)
    try:
        return await site.engine.rehearse_step(
            name, wanted.step, using=wanted.using, params=wanted.params, sample=wanted.sample
        )
    except LookupError as error:
        raise Missing(str(error), hint=f"See /definitions/{name} and /instances?definition={name}.") from error


@router.get("/instances/{instance_id}/rehearsal", **needs(Role.VIEWER))
async def read_rehearsal(instance_id: RehearsalId, site: TheSite) -> RehearsalOut:
    """What a rehearsal says of the real run: problems first, then what each step would ask, load and cost."""
    row = await instance_or_404(site, instance_id)
    if row["rehearsal"] is None:
        raise Missing(f"instance {instance_id} is no rehearsal", hint=f"See /instances/{instance_id}.")
    return RehearsalOut.model_validate(await site.engine.rehearsal(instance_id))
