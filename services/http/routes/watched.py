"""What is watched over time: the calendar of crons, the passes that load embeddings, the collections. Reads only."""

from datetime import datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query

from engine import embeddings
from engine.access import Role
from engine.cron_calendar import Span, fires, upcoming
from engine.fire_words import known_reason
from engine.rows import Row
from services.http.marks import mark, number_of, numbers, time_of
from services.http.paging import by, read_page, read_some
from services.http.roles import needs
from services.http.shapes.common import KEY, After, Limit, Moment, Page
from services.http.shapes.watched import Calendar, CollectionOut, FireOut, PassOut, UnusableCron, UpcomingOut
from services.http.site import TheSite

router = APIRouter(tags=["operation"])

OfDefinition = Annotated[str | None, Query(pattern=KEY, description="Only of this definition.")]
AfterStream = Annotated[str | None, Query(max_length=1_000, description="`next` of the page before.")]


@router.get("/cron", **needs(Role.VIEWER))
async def read_calendar(
    *,
    site: TheSite,
    from_: Annotated[Moment | None, Query(alias="from", description="Default: a week ago.")] = None,
    until: Annotated[Moment | None, Query(description="Default: no end.")] = None,
    definition: OfDefinition = None,
    after: After = None,
    limit: Limit = 500,
) -> Calendar:
    """What became of each instant of each cron, oldest first, and what comes next."""
    span = Span(definition, from_, until)
    read = partial(fires, site.reads, span, after=_instant(after))
    rows, following = await read_some(read, limit=limit, key=_fire_key)
    coming = await upcoming(site.reads, definition)
    return Calendar(
        data=[FireOut.model_validate(_with_why(row)) for row in rows],
        next=following,
        upcoming=[
            UpcomingOut.model_validate(_with_why(row) | {"is_due": row["outcome"] == "due"})
            for row in coming
            if row["outcome"] != "unusable"
        ],
        problems=[
            UnusableCron(definition=row["definition"], problem=row["reason"])
            for row in coming
            if row["outcome"] == "unusable"
        ],
    )


def _with_why(row: Row) -> Row:
    return row | {"why": known_reason(row["reason"])}


def _fire_key(row: Row) -> str:
    return mark(number_of(row["fire_at"]), row["definition"])


def _instant(after: str | None) -> tuple[datetime, str] | None:
    if after is None:
        return None
    micros, _, definition = after.partition(":")
    (number,) = numbers(micros, count=1)
    return time_of(number), definition


@router.get("/streams", **needs(Role.VIEWER))
async def list_streams(site: TheSite, after: AfterStream = None, limit: Limit = 100) -> Page[PassOut]:
    """The passes that load embeddings, and where each of their parts stands."""
    read = partial(embeddings.passes, site.reads, after=after)
    return await read_page(read, PassOut, limit=limit, key=by("stream"))


@router.get("/collections", **needs(Role.VIEWER))
async def list_collections(site: TheSite) -> Page[CollectionOut]:
    """The collections of embeddings: what their vectors are, how many there are, and how they are indexed."""
    return Page(data=[CollectionOut.model_validate(row) for row in await embeddings.collections(site.reads)])
