"""What runs now and what holds it back, and the one push there is for it: closing a circuit breaker."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query

from engine import in_flight
from engine.access import Role
from engine.spending import spending
from services.http.paging import by, read_page
from services.http.roles import needs
from services.http.shapes.common import LARGEST_ID, Before, Limit, Page
from services.http.shapes.working import (
    BreakerClosedOut,
    BreakerCloseIn,
    BreakerOut,
    BudgetOut,
    CacheReaderOut,
    DaySpendOut,
    DefinitionSpendOut,
    LeaseOut,
    LimitOut,
    ProviderBatchOut,
    WorkerOut,
)
from services.http.site import TheActor, TheSite

router = APIRouter(tags=["operation"])

AfterId = Annotated[int | None, Query(ge=0, le=LARGEST_ID, description="`next` of the page before.")]
AfterText = Annotated[str | None, Query(max_length=500, description="`next` of the page before.")]
OfWorker = Annotated[str | None, Query(max_length=500, description="Only of this worker.")]
OfInstance = Annotated[int | None, Query(ge=1, le=LARGEST_ID, description="Only of this instance.")]
BreakerName = Annotated[
    str, Path(max_length=500, description="The name of a circuit breaker.", examples=["embeddings:localhost:50051"])
]


@router.get("/workers", **needs(Role.VIEWER))
async def list_workers(site: TheSite, after: AfterText = None, limit: Limit = 200) -> Page[WorkerOut]:
    """Workers that hold steps, by name. One that holds none has no row anywhere, and is not seen here."""
    read = partial(in_flight.workers, site.reads, after=after)
    return await read_page(read, WorkerOut, limit=limit, key=by("worker"))


@router.get("/leases", **needs(Role.VIEWER))
async def list_leases(
    site: TheSite, worker: OfWorker = None, after: AfterId = None, limit: Limit = 200
) -> Page[LeaseOut]:
    """The steps and shards that run, with their leases."""
    read = partial(in_flight.leases, site.reads, worker=worker, after=after)
    return await read_page(read, LeaseOut, limit=limit, key=by("id"))


@router.get("/limits", **needs(Role.VIEWER))
async def list_limits(site: TheSite) -> Page[LimitOut]:
    """The limits, and how each is used now. They are rows of `batch_limit`."""
    return Page(data=[LimitOut.model_validate(row) for row in await in_flight.limits(site.reads)])


@router.get("/provider-batches", **needs(Role.VIEWER))
async def list_provider_batches(
    *,
    site: TheSite,
    is_open: Annotated[bool, Query(alias="open", description="Only those whose books are open.")] = False,
    instance: OfInstance = None,
    before: Before = None,
    limit: Limit = 50,
) -> Page[ProviderBatchOut]:
    """Jobs at providers, newest first."""
    read = partial(in_flight.provider_batches, site.reads, is_open=is_open, instance_id=instance, before=before)
    return await read_page(read, ProviderBatchOut, limit=limit, key=by("id"))


@router.get("/circuit-breakers", **needs(Role.VIEWER))
async def list_breakers(site: TheSite) -> Page[BreakerOut]:
    """The servers that embeddings come from, those first that are left alone. One that never failed is not here."""
    return Page(data=[BreakerOut.model_validate(row) for row in await in_flight.breakers(site.reads)])


@router.get("/cache-readers", **needs(Role.VIEWER))
async def list_cache_readers(site: TheSite) -> Page[CacheReaderOut]:
    """The processes that keep what they have read of collections, and whether they know of every change."""
    return Page(data=[CacheReaderOut.model_validate(row) for row in await in_flight.cache_readers(site.reads)])


@router.post("/circuit-breakers/close", **needs(Role.OPERATOR))
async def close_named_breaker(asked: BreakerCloseIn, site: TheSite, actor: TheActor) -> BreakerClosedOut:
    """Call a server again at once. Steps that rest because of it go on when their time comes, or by a restart."""
    return await close_breaker(asked.name, site, actor)


@router.post("/circuit-breakers/{name}/close", **needs(Role.OPERATOR))
async def close_breaker(name: BreakerName, site: TheSite, actor: TheActor) -> BreakerClosedOut:
    """The same for a name without a slash, in the path."""
    async with site.audit.recording(actor, action="breaker.close", subject=name) as entry:
        before = await in_flight.breaker(site.reads, name)
        entry.before = {"state": before["state"], "failures": before["failures"]}
        changed = await in_flight.close_breaker(site.engine.database, name)
        entry.after = {"state": "closed", "failures": 0}
    return BreakerClosedOut(name=name, changed=changed)


@router.get("/budget", **needs(Role.VIEWER))
async def read_budget(
    site: TheSite, days: Annotated[int, Query(ge=1, le=366, description="How many days back.")] = 30
) -> BudgetOut:
    """What was spent by day and by definition, beside what may be spent. Rehearsals do not count."""
    found = await spending(site.reads, days=days)
    return BudgetOut(
        days=[DaySpendOut.model_validate(row) for row in found.days],
        limit_usd_per_day=site.settings.usd_per_day,
        definitions=[DefinitionSpendOut.model_validate(row) for row in found.definitions],
    )
