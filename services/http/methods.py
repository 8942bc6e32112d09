"""Which methods a path has. Starlette names those of one route only, and a path has a route for each method."""

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.requests import Request
from starlette.routing import compile_path


def methods_at(request: Request) -> str:
    """Return the methods of the path that was asked for, as ``Allow`` lists them."""
    app: FastAPI = request.app
    path = str(request.scope["path"])
    routes = {(str(route.path), method) for route in iter_route_contexts(app.routes) for method in route.methods or ()}
    # As in OpenAPI, a path that is written out comes before one with a parameter in its place.
    written = {method for pattern, method in routes if pattern == path}
    return ", ".join(sorted(written or {method for pattern, method in routes if _fits(pattern, path)}))


def _fits(pattern: str, path: str) -> bool:
    return compile_path(pattern)[0].match(path) is not None
