"""What every route is handed: the engine, and the readers and writers made from it. Made once, by ``app.build``."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Annotated, TypeAlias, cast

from fastapi import Depends
from starlette.requests import HTTPConnection

from engine.access import Access, Caller
from engine.app import Engine
from engine.audit import Actor, Audit
from engine.contexts import Contexts
from engine.database import Database
from engine.listings import Listings
from engine.metrics import Metric, measure
from engine.pages import Pages
from engine.prompt_rows import PromptRowsReader
from engine.prompts import Prompts
from engine.queue import Letters, Queue
from engine.triggers import Triggers
from engine.versions import Versions
from services.http.guests import Guests
from services.http.live.feed import Feed
from services.http.metrics import Metrics
from services.http.problems import REFUSALS
from services.http.settings import HttpSettings

Measure: TypeAlias = Callable[[], Awaitable[Sequence[Metric]]]


@dataclass(frozen=True, slots=True)
class Site:
    """One process's HTTP API on one engine.

    Attributes:
        reads: connections for looks only. None takes longer than it may, nor takes a connection from work.
    """

    engine: Engine
    reads: Database
    settings: HttpSettings
    access: Access
    guests: Guests
    audit: Audit
    feed: Feed
    metrics: Metrics
    measure: Measure
    listings: Listings
    pages: Pages
    prompt_rows: PromptRowsReader
    prompts: Prompts
    queue: Queue
    letters: Letters
    triggers: Triggers
    versions: Versions


def open_site(engine: Engine, settings: HttpSettings, *, measured: Measure | None = None) -> Site:
    """Make everything that routes use; nothing of it is started yet. ``measured``: who has the engine's metrics."""
    database = engine.database
    reads = _reads_of(engine, settings)
    access = Access(database)
    return Site(
        engine=engine,
        reads=reads,
        settings=settings,
        access=access,
        guests=Guests(access, remembered=settings.token_cache_seconds),
        audit=Audit(database, refusals=REFUSALS),
        feed=Feed(database, settings),
        metrics=Metrics(),
        measure=measured or partial(measure, reads),
        listings=Listings(reads),
        pages=Pages(reads),
        prompt_rows=PromptRowsReader(database, engine.catalog, Contexts(database, engine.registry)),
        prompts=Prompts(database),
        queue=Queue(database),
        letters=Letters(database),
        triggers=Triggers(database),
        versions=Versions(reads, engine.catalog),
    )


def _reads_of(engine: Engine, settings: HttpSettings) -> Database:
    return Database(
        engine.database.url,
        application="batchdag-http",
        pool_size=engine.settings.pool_size,
        statement_timeout=timedelta(seconds=settings.read_seconds),
    )


def actor_of(caller: Caller, connection: HTTPConnection) -> Actor:
    """Return who is written into the audit log."""
    client = connection.client.host if connection.client else "unknown"
    return Actor(token_id=caller.token_id, name=caller.name, role=caller.role, client=client)


def _site(connection: HTTPConnection) -> Site:
    return cast("Site", connection.app.state.site)


def _caller(connection: HTTPConnection) -> Caller:
    return cast("Caller", connection.state.caller)


def _actor(connection: HTTPConnection) -> Actor:
    return actor_of(_caller(connection), connection)


TheSite = Annotated[Site, Depends(_site)]
TheCaller = Annotated[Caller, Depends(_caller)]
TheActor = Annotated[Actor, Depends(_actor)]
