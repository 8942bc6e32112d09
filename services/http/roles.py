"""Each route declares the role that it needs, and is refused at the start if it does not."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.params import Depends as DependsOn
from fastapi.routing import RouteContext, iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

from engine.access import Caller, Role

OPEN_PATHS = frozenset({"/healthz", "/readyz", "/login"})
"""The exact paths of the API that need no token. Compared whole: nothing below or beside them is open.

The application adds those of the console, and keeps all of them in ``state.open_paths``.
"""

_ROLE = "needed_role"


def needs(role: Role) -> dict[str, Any]:
    """Return what a route is declared with: ``@router.get("/x", **needs(Role.VIEWER))``."""

    async def check(connection: HTTPConnection) -> None:
        caller: Caller | None = getattr(connection.state, "caller", None)
        if caller is None or not caller.role.covers(role):
            raise HTTPException(403, detail=f"this needs the role {role}; {_stands(caller)}")

    setattr(check, _ROLE, role)
    return {"dependencies": [Depends(check)]}


def _stands(caller: Caller | None) -> str:
    return "there is no token" if caller is None else f"the token {caller.name!r} has the role {caller.role}"


def role_of(dependencies: list[DependsOn]) -> Role | None:
    """Return the role that a route's dependencies declare."""
    functions: Iterator[Callable[..., Awaitable[None]]] = (each.dependency for each in dependencies if each.dependency)
    return next((role for function in functions if (role := getattr(function, _ROLE, None)) is not None), None)


def roles_by_route(app: FastAPI) -> Sequence[tuple[RouteContext, Role | None]]:
    """Return each route, HTTP and WebSocket, with its role; None: it is open to everybody.

    Raises:
        LookupError: a route declares none, and is not one of the application's open paths.
    """
    routes = list(iter_route_contexts(app.routes))
    found = [(route, role_of(getattr(route.original_route, "dependencies", []))) for route in routes]
    for route, role in found:
        if role is None and route.path not in app.state.open_paths:
            raise LookupError(f"the route {route.path} declares no role; give it needs(Role...)")
    return found
