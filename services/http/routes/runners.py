"""The runners of this process: what a step may name, and the JSON Schema that a form for its params is made of."""

from fastapi import APIRouter

from engine.access import Role
from services.http.roles import needs
from services.http.shapes.common import Page
from services.http.shapes.definitions import RunnerOut
from services.http.site import TheSite

router = APIRouter(prefix="/runners", tags=["definitions"])


@router.get("", **needs(Role.VIEWER))
async def list_runners(site: TheSite) -> Page[RunnerOut]:
    """Every runner that a step may name here, by name, with the JSON Schema of its params."""
    registry = site.engine.registry
    rows = [row | {"rehearses": registry.rehearses(row["name"])} for row in registry.describe()]
    return Page(data=[RunnerOut.model_validate(row) for row in rows])
