"""The OpenAPI document: what FastAPI makes of the routes, with the role that each needs and how errors look."""

from typing import Any

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import JSONResponse, Response

from engine.access import Role
from services.http.problems import MEDIA_TYPE
from services.http.roles import needs, roles_by_route
from services.http.shapes.common import Problem

router = APIRouter(include_in_schema=False)

_REFERENCE = "#/components/schemas/{model}"


@router.get("/openapi.json", **needs(Role.VIEWER))
async def read_document(request: Request) -> Response:
    """The OpenAPI document of this API."""
    return JSONResponse(document(request.app))


def document(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document; ``x-role`` says which role a route needs."""
    made: dict[str, Any] = app.openapi()
    components = made["components"]
    if "securitySchemes" not in components:
        components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        components["schemas"] |= _problem_schemas()
        for replaced in ("HTTPValidationError", "ValidationError"):
            components["schemas"].pop(replaced, None)
        for route, role in roles_by_route(app):
            for method in getattr(route, "methods", None) or ():
                operation = made["paths"].get(route.path_format, {}).get(method.lower())
                if operation is not None:
                    _complete(operation, role)
    return made


def _problem_schemas() -> dict[str, Any]:
    schema = Problem.model_json_schema(ref_template=_REFERENCE)
    parts: dict[str, Any] = schema.pop("$defs")
    return parts | {"Problem": schema}


def _complete(operation: dict[str, Any], role: Role | None) -> None:
    operation["responses"].pop("422", None)
    content = {MEDIA_TYPE: {"schema": {"$ref": _REFERENCE.format(model="Problem")}}}
    operation["responses"]["default"] = {"description": "A problem (RFC 9457).", "content": content}
    if role is not None:
        operation["x-role"] = role
        operation["security"] = [{"token": []}]
