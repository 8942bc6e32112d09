"""The live feed has seen that a step changed, and then the connection breaks: the next look tells it."""

import psycopg
import pytest

from engine.queue import Queue, QueueState
from engine.watch import Scope
from services.http.live.feed import Feed
from services.http.settings import HttpSettings
from tests.harness import Harness, step


async def test_the_next_look_tells_it(idle: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    await idle.define(step("a"))
    instance = await idle.engine.start("pipeline")
    feed = Feed(idle.engine.database, HttpSettings())
    async with feed.subscribed(Scope(), None) as subscriber:
        assert await subscriber.next(within=10) is not None
        await feed.once()
        while await subscriber.next(within=0.01) is not None:
            pass
        await idle.engine.cancel(instance)
        feed._queue_looked_at = 0.0
        with monkeypatch.context() as broken:
            broken.setattr(Queue, "state", _cut_off)
            await feed.once()
        await feed.once()
        batch = await subscriber.next(within=10)
    assert batch is not None
    assert ["cancelled" in event.body for event in batch.events if event.kind == "instance"] == [True]


async def _cut_off(_queue: Queue) -> QueueState:
    raise psycopg.OperationalError("the connection is lost")
