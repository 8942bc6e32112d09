"""Live events: nothing is missed, in any process, whatever the order of the commits."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest
from websockets.asyncio.client import connect

from engine.access import Role
from engine.queue import QueueState
from engine.watch import Cursor, Scope, Watch
from services.http.live.events import Batch, events_of, queue_event
from tests.harness import Harness, step
from tests.serving import Served, served_on


@pytest.fixture
async def served(idle: Harness) -> AsyncIterator[Served]:
    async with served_on(idle) as running:
        yield running


class Stream:
    """Server-sent events as a browser reads them."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self.lines = lines
        self.last_id = ""

    async def next(self) -> tuple[str, dict[str, Any]]:
        kind = ""
        async for line in self.lines:
            name, _, value = line.partition(": ")
            if name == "event":
                kind = value
            elif name == "id":
                self.last_id = value
            elif name == "data":
                return kind, json.loads(value)
        raise EOFError

    async def until(self, kind: str, **wanted: Any) -> list[tuple[str, dict[str, Any]]]:
        seen = []
        while True:
            event = await self.next()
            seen.append(event)
            if event[0] == kind and all(event[1][key] == value for key, value in wanted.items()):
                return seen


def states(events: list[tuple[str, dict[str, Any]]], key: str) -> list[str]:
    return [data["state"] for kind, data in events if kind == "step" and data["step_key"] == key]


async def test_a_run_is_told_from_its_start_to_its_end(served: Served) -> None:
    await served.harness.define(step("a", "b", params={"items": 3}), step("b"))
    async with served.harness.engine.working(), served.viewer.stream("GET", "/events") as opened:
        stream = Stream(opened.aiter_lines())
        await stream.until("queue")
        instance = await served.harness.engine.start("pipeline")
        seen = await stream.until("instance", id=instance, status="succeeded")
        seen += [] if "succeeded" in states(seen, "b") else await stream.until("step", step_key="b", state="succeeded")
    assert states(seen, "a")[-1] == "succeeded"
    assert states(seen, "b")[-1] == "succeeded"


async def test_a_stream_goes_on_after_its_cursor_in_another_process(served: Served) -> None:
    await served.harness.define(step("a"))
    async with served.viewer.stream("GET", "/events") as opened:
        stream = Stream(opened.aiter_lines())
        await stream.until("queue")
        await anext(stream.lines)
        cursor = stream.last_id or "missing"
        async for line in stream.lines:
            if line.startswith("id: "):
                cursor = line.removeprefix("id: ")
                break
    async with served.harness.engine.working():
        ended = await served.harness.engine.run("pipeline")
    async with (
        served_on(served.harness) as other,
        other.viewer.stream("GET", "/events", headers={"Last-Event-ID": cursor}) as opened,
    ):
        seen = await Stream(opened.aiter_lines()).until("queue")
    assert ("succeeded", ended.instance_id) in [
        (data["status"], data["id"]) for kind, data in seen if kind == "instance"
    ]
    assert states(seen, "a") == ["succeeded"]


async def test_filters_leave_out_other_instances(served: Served) -> None:
    await served.harness.define(step("a"))
    await served.harness.define(step("a"), name="other")
    async with served.harness.engine.working(), served.viewer.stream("GET", "/events?definition=other") as opened:
        stream = Stream(opened.aiter_lines())
        await served.harness.engine.run("pipeline")
        ended = await served.harness.engine.run("other")
        seen = await stream.until("instance", id=ended.instance_id, status="succeeded")
    assert {data["definition"] for kind, data in seen if kind != "queue"} == {"other"}


async def test_a_socket_tells_the_same(served: Served) -> None:
    await served.harness.define(step("a"))
    url = f"ws://127.0.0.1:{served.port}/ws"
    async with served.harness.engine.working(), connect(url, additional_headers=served.headers(Role.VIEWER)) as socket:
        first = json.loads(await socket.recv())
        instance = await served.harness.engine.start("pipeline")
        while True:
            told = json.loads(await socket.recv())
            if {"event": "instance", "id": instance, "status": "succeeded"}.items() <= told_of(told).items():
                break
    assert Cursor.parse(first["cursor"]).transaction <= Cursor.parse(told["cursor"]).transaction


def told_of(message: dict[str, Any]) -> dict[str, Any]:
    instances = [event["data"] | {"event": "instance"} for event in message["events"] if event["event"] == "instance"]
    return instances[-1] if instances else {}


async def test_a_change_that_is_committed_late_is_not_missed(idle: Harness, database_url: str) -> None:
    """A transaction begins, another look passes, and only then it commits: its row is older than the cursor's time."""
    await idle.define(step("a"))
    async with idle.engine.working():
        ended = await idle.engine.run("pipeline")
    watch = Watch(idle.engine.database)
    before = await watch.position()
    async with await psycopg.AsyncConnection.connect(database_url) as slow:
        await slow.execute("update batch_step set progress = '{\"done\": 7}'")
        await slow.execute("update batch_instance set error = 'late'")
        await idle.rows("insert into stream_checkpoint values ('x', '{}') returning 1")
        passed = await watch.look(before)
        assert passed.steps == []
        await slow.commit()
    found = await watch.look(passed.cursor)
    assert [row.progress for row in found.steps if row.instance_id == ended.instance_id] == [{"done": 7}]
    assert [row.error for row in found.instances] == ["late"]


async def test_what_was_seen_is_not_read_again(idle: Harness) -> None:
    await idle.define(step("a"), step("b"))
    async with idle.engine.working():
        await idle.engine.run("pipeline")
    watch = Watch(idle.engine.database)
    assert len(events_of(await watch.look(Cursor(0, (await watch.position()).at)))) == 3
    found = await watch.look(await watch.position())
    assert (found.instances, found.steps) == ([], [])


@pytest.mark.parametrize("cursor", ["0-0", "99999999999999-1795253400000000"])
async def test_a_cursor_of_another_time_gives_everything_live(idle: Harness, cursor: str) -> None:
    await idle.define(step("a"))
    instance = await idle.engine.start("pipeline")
    found = await Watch(idle.engine.database).look(Cursor.parse(cursor))
    assert [row.id for row in found.instances] == [instance]


@pytest.mark.parametrize("text", ["", "x", "1", "1-", "-1", "1-9999999999999999999", "1-2-3", "١-١"])
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no cursor"):
        Cursor.parse(text)


async def test_a_bad_cursor_is_refused_over_http(served: Served) -> None:
    assert (await served.viewer.get("/events", params={"since": "yesterday"})).status_code == 422


async def test_who_lags_behind_is_let_go_and_comes_again(served: Served) -> None:
    feed = served.app.state.site.feed
    event = queue_event(QueueState(0, 0, None, 0, None, 0, 0, 0, 0))
    async with feed.subscribed(Scope(), None) as subscriber:
        for _ in range(2_000):
            subscriber.tell(Batch([event], subscriber.cursor))
        assert subscriber.is_over
        got = 0
        while await subscriber.next(within=1) is not None:
            got += 1
        assert got == 1_000


async def test_there_is_room_for_so_many_and_no_more(idle: Harness) -> None:
    async with served_on(idle, max_subscribers=1) as served, served.viewer.stream("GET", "/events") as opened:
        stream = Stream(opened.aiter_lines())
        await stream.until("queue")
        assert (await served.viewer.get("/events")).status_code == 429
        assert await stream.lines.__anext__() is not None


async def test_a_stop_ends_the_streams(idle: Harness) -> None:
    async with served_on(idle) as served:
        ended = asyncio.Event()

        async def follow() -> None:
            async with served.as_(Role.ADMIN).stream("GET", "/events") as opened:
                opening.set()
                async for _ in opened.aiter_lines():
                    pass
            ended.set()

        opening = asyncio.Event()
        task = asyncio.create_task(follow())
        await opening.wait()
        served.app.state.site.feed.let_go()
        await ended.wait()
        await task
