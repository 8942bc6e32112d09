"""Puts the HTTP API together: routes, the gate before them, and the shape of errors. Makes everything once."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI

from engine.app import Engine
from services.console.assets import BUILT
from services.console.mounting import mount_console
from services.graphql.mounting import mount_graphql
from services.http import problems
from services.http.explanations import routes as explanations
from services.http.gate import Gate
from services.http.limits import BodyLimits
from services.http.metrics import Measured
from services.http.packing import Packed
from services.http.roles import OPEN_PATHS, roles_by_route
from services.http.routes import (
    access,
    batch,
    definitions,
    details,
    document,
    health,
    instances,
    interventions,
    letters,
    live,
    operation,
    prompts,
    rehearsals,
    runners,
    watched,
    working,
)
from services.http.settings import HttpSettings
from services.http.site import Measure, Site, open_site

LOOPBACK = ("localhost", "127.0.0.1", "::1")

_ROUTERS = (
    batch, definitions, runners, rehearsals, instances, details, interventions, letters, prompts, operation, watched,
    working, explanations, live, health, access, document,
)  # fmt: skip
_ABOUT = (
    "Runs, definitions, instances, prompts and the queue of batchdag. Every route but `/healthz`, `/readyz` and"
    " `/login` needs a token: `Authorization: Bearer <token>`. Errors are problem details (RFC 9457)."
)


def build(
    engine: Engine,
    settings: HttpSettings,
    *,
    hosts: Collection[str] = (),
    measured: Measure | None = None,
    console: Path = BUILT,
) -> FastAPI:
    """Return the application for this engine.

    ``hosts`` are names it is reached by besides those of loopback; ``measured`` has more metrics than the database's;
    ``console`` is the folder of the built console.
    """
    site = open_site(engine, settings, measured=measured)
    app = FastAPI(
        title="batchdag", description=_ABOUT, version=version("batchdag"), lifespan=_lifespan,
        docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False,
        # To include the routers would compile each route a second time, longer than all the rest of a start.
        routes=[route for module in _ROUTERS for route in module.router.routes],
    )  # fmt: skip
    app.state.site = site
    mount_graphql(app, engine)
    app.state.open_paths = OPEN_PATHS | mount_console(app, console)
    problems.install(app)
    app.add_middleware(Packed)
    app.add_middleware(
        Gate,
        guests=site.guests,
        hosts={*LOOPBACK, *hosts, *settings.allowed_hosts},
        origins=settings.allowed_origins,
        open_paths=app.state.open_paths,
        limits=BodyLimits(usual=settings.max_body_bytes, upload=settings.max_upload_bytes),
    )
    app.add_middleware(Measured, metrics=site.metrics)
    roles_by_route(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    site: Site = app.state.site
    await site.reads.open()
    try:
        await site.feed.start()
        try:
            yield
        finally:
            await site.feed.stop()
    finally:
        await site.reads.close()
