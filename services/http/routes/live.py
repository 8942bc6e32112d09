"""Live events: server-sent events and a WebSocket, over one feed. Both go on after a cursor that was seen before."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Annotated, TypeVar

from fastapi import APIRouter, Header, Query, WebSocket
from starlette.exceptions import HTTPException
from starlette.responses import StreamingResponse
from starlette.websockets import WebSocketDisconnect

from engine.access import Role
from engine.watch import Cursor, Scope
from services.http.live.events import Batch, nothing_new, still_there
from services.http.live.feed import Subscriber, TooManySubscribers
from services.http.problems import Wrong
from services.http.roles import needs
from services.http.shapes.common import LARGEST_ID
from services.http.site import Site, TheCaller, TheSite

router = APIRouter(tags=["live"])

Words = TypeVar("Words", bytes, str)

OfInstance = Annotated[int | None, Query(ge=1, le=LARGEST_ID, description="Only this instance.")]
OfDefinition = Annotated[str | None, Query(max_length=63, description="Only instances of this definition.")]
Since = Annotated[str | None, Query(max_length=60, description="The id of the last event seen.")]
LastEventId = Annotated[str | None, Header(max_length=60, description="As `since`; browsers send it by themselves.")]

_EXAMPLE = (
    "event: step\n"
    'data: {"instance_id":7,"id":31,"step_key":"load","state":"running","reason":null,"attempt":1,"waiting_on":0,'
    '"run_after":"2026-11-21T09:30:00+00:00","progress":{"done":500,"failed":0,"total":1319},"error":null,'
    '"started_at":"2026-11-21T09:30:00+00:00","finished_at":null,"definition":"questions"}\n'
    "id: 7451-1795253400000000\n\n"
)
_EVENT = {
    "type": "object",
    "required": ["data", "event"],
    "properties": {
        "event": {"type": "string", "enum": ["instance", "step", "queue"]},
        "data": {"type": "string", "contentMediaType": "application/json", "contentSchema": {"type": "object"}},
        "id": {"type": "string", "description": "The cursor, after the last of the events that belong together."},
    },
}


@router.get(
    "/events",
    **needs(Role.VIEWER),
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"example": _EXAMPLE, "itemSchema": _EVENT}}}},
)
async def events(
    *,
    site: TheSite,
    caller: TheCaller,
    instance: OfInstance = None,
    definition: OfDefinition = None,
    since: Since = None,
    last_event_id: LastEventId = None,
) -> StreamingResponse:
    """Server-sent events: `instance`, `step` and `queue`, each the whole of its state.

    The first events are the live instances and what has changed since the cursor. A stream that ends is opened again
    with the last id; an event may come twice.
    """
    cursor = _cursor(last_event_id or since)
    if site.feed.is_full:
        raise HTTPException(429, detail=str(TooManySubscribers(site.feed.subscribers)), headers={"Retry-After": "5"})
    stream = _stream(site, Scope(definition, instance), cursor, secret_id=caller.secret_id)
    return StreamingResponse(stream, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


def _cursor(text: str | None) -> Cursor | None:
    try:
        return None if not text else Cursor.parse(text)
    except ValueError as error:
        raise Wrong("since", str(error)) from error


async def _stream(site: Site, scope: Scope, cursor: Cursor | None, *, secret_id: int) -> AsyncIterator[bytes]:
    try:
        async with site.feed.subscribed(scope, cursor) as subscriber:
            async for batch in _told(site, subscriber, secret_id=secret_id):
                yield _silence(subscriber, still_there) if batch is None else batch.server_sent
    except TooManySubscribers:
        return  # The last place was taken, or the server stops: a stream that ends at once is opened again.


def _silence(subscriber: Subscriber, words: Callable[[Cursor], Words]) -> Words:
    assert subscriber.cursor is not None, "whoever subscribes is told at once where the feed stands"
    return words(subscriber.cursor)


async def _told(site: Site, subscriber: Subscriber, *, secret_id: int) -> AsyncIterator[Batch | None]:
    """Yield batches, and None for each silence, until the feed or the caller's right ends."""
    every = site.settings.keep_alive_seconds
    checked_at = time.monotonic()
    while True:
        batch = await subscriber.next(within=every)
        if batch is None and subscriber.is_over:
            return
        if time.monotonic() - checked_at >= every:
            checked_at = time.monotonic()
            if not await site.access.is_valid(secret_id):
                return
        yield batch


@router.websocket("/ws", **needs(Role.VIEWER))
async def socket(
    *,
    websocket: WebSocket,
    site: TheSite,
    caller: TheCaller,
    instance: OfInstance = None,
    definition: OfDefinition = None,
    since: Since = None,
) -> None:
    """The same as a WebSocket: messages ``{"cursor": ..., "events": [{"event": ..., "data": {...}}]}``."""
    await websocket.accept()
    try:
        async with site.feed.subscribed(Scope(definition, instance), _cursor(since)) as subscriber:
            await _until_gone(websocket, _send(site, websocket, subscriber, secret_id=caller.secret_id))
    except TooManySubscribers as error:
        await websocket.close(1013, str(error))
    except Wrong as error:
        await websocket.close(1008, str(error.detail)[:120])


async def _until_gone(websocket: WebSocket, sending: Coroutine[None, None, None]) -> None:
    """Send until the stream is over or the other side closes; what it sends is read and left."""
    tasks = [asyncio.create_task(sending), asyncio.create_task(_closed(websocket))]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    except WebSocketDisconnect:
        return
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _closed(websocket: WebSocket) -> None:
    while (await websocket.receive())["type"] != "websocket.disconnect":
        pass


async def _send(site: Site, websocket: WebSocket, subscriber: Subscriber, *, secret_id: int) -> None:
    async for batch in _told(site, subscriber, secret_id=secret_id):
        await websocket.send_text(_silence(subscriber, nothing_new) if batch is None else batch.message)
    await websocket.close(1012, "come again with the last cursor")
