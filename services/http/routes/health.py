"""For machines: is the process alive, can it serve, and its metrics. The first two need no token."""

import psycopg
from fastapi import APIRouter
from starlette.responses import PlainTextResponse, Response

from engine.access import Role
from services.http.metrics import CONTENT_TYPE
from services.http.problems import problem
from services.http.roles import needs
from services.http.site import TheSite

router = APIRouter(tags=["health"])


@router.get("/healthz", response_class=PlainTextResponse)
async def healthz() -> str:
    """The process answers."""
    return "ok"


@router.get("/readyz", response_class=PlainTextResponse, responses={503: {"description": "The database is away."}})
async def readyz(site: TheSite) -> Response:
    """The process answers, and reaches its database."""
    try:
        await site.feed.position()
    except psycopg.Error:
        return problem(503, "the database did not answer", headers={"Retry-After": "5"})
    return PlainTextResponse("ready")


@router.get("/metrics", **needs(Role.VIEWER), response_class=PlainTextResponse)
async def metrics(site: TheSite) -> Response:
    """Metrics in Prometheus' text format."""
    body = site.metrics.text(await site.measure(), subscribers=site.feed.subscribers)
    return Response(body, media_type=CONTENT_TYPE)
