"""Puts the reading API into the HTTP application, where Strawberry is installed and nobody has turned it off."""

import logging
from importlib.util import find_spec

from fastapi import FastAPI

from engine.app import Engine
from services.cache.settings import CacheSettings
from services.graphql.settings import GraphqlSettings

log = logging.getLogger("batchdag")


def mount_graphql(app: FastAPI, engine: Engine) -> None:
    """Add ``/graphql``, if it can be."""
    settings = GraphqlSettings()
    if not settings.enabled:
        return
    if find_spec("strawberry") is None:
        log.info("graphql.not_installed", extra={"install": "pip install 'batchdag[graphql]'"})
        return
    from services.graphql.face import Face  # noqa: PLC0415 - an extra, and 0.3 s to import
    from services.graphql.routes import graphql_router  # noqa: PLC0415

    app.state.graphql = Face(engine, settings, CacheSettings())
    app.include_router(graphql_router(app.state.graphql))
