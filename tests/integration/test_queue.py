"""Queue dispatch: the rows are the truth, a message is news. What is stale, foreign or lost changes nothing."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from engine.claims import Message
from engine.dispatch.queue.broker import Addressed, Broker, BrokerUnreachable, make_app
from engine.dispatch.queue.outbox import Outbox
from engine.dispatch.queue.outlet import TASK
from engine.dispatch.queue.settings import QueueSettings
from engine.limits import Limits
from tests.brokers import queues_on, redis_server
from tests.harness import Harness, engine_on, step

FAN = [step("root", *[f"s{n}" for n in range(10)]), *[step(f"s{n}") for n in range(10)]]


@pytest.fixture(params=["amqp_url", "redis_url"])
def queues(request: pytest.FixtureRequest) -> Iterator[QueueSettings]:
    """Queues of this test's own, on each kind of broker."""
    with queues_on(request.getfixturevalue(request.param), prefix=own_prefix()) as own:
        yield own


def own_prefix() -> str:
    return f"t{uuid.uuid4().hex[:12]}"


@asynccontextmanager
async def publishing(url: str, reader: str, settings: QueueSettings, **more: Any) -> AsyncIterator[Harness]:
    """An engine that starts instances and publishes, and takes no message itself."""
    async with (
        engine_on(url, reader, broker_url=settings.url, queue_prefix=settings.prefix, **more) as harness,
        harness.engine.working(queues=()),
    ):
        yield harness


async def published(harness: Harness, count: int) -> list[int]:
    """Return the steps that are published, once there are so many."""
    while True:
        rows = await harness.rows("select id from batch_step where published_at is not null and state = 'ready'")
        if len(rows) == count:
            return [step_id for (step_id,) in rows]
        await asyncio.sleep(0.02)


@asynccontextmanager
async def worker_on(url: str, reader: str, settings: QueueSettings) -> AsyncIterator[Harness]:
    """An engine that takes from the queues of all priorities."""
    async with (
        engine_on(url, reader, broker_url=settings.url, queue_prefix=settings.prefix) as harness,
        harness.engine.working(queues=settings.consumed(())),
    ):
        yield harness


async def depths_of(broker: Broker, settings: QueueSettings, *, total: int) -> dict[str, int]:
    """Return how many messages wait in each queue, by its short name, once there are so many."""
    while True:
        depths = await asyncio.to_thread(broker.depths, settings.known)
        if sum(depths.values()) == total:
            return {name.removeprefix(f"{settings.prefix}."): count for name, count in depths.items()}
        await asyncio.sleep(0.02)


async def test_a_message_that_is_there_many_times_runs_its_step_once(
    database_url: str, test_reader_url: str, queues: QueueSettings
) -> None:
    broker = Broker(queues)
    async with publishing(database_url, test_reader_url, queues) as harness:
        await harness.define(step("a", "b"), step("b"))
        instance = await harness.engine.start("pipeline")
        [step_id] = await published(harness, 1)
    again = [Addressed(queues.full_name("normal"), Message(step_id, attempt)) for attempt in (0, 0, 0, 1, 7)]
    await asyncio.to_thread(broker.publish, again)
    async with worker_on(database_url, test_reader_url, queues) as worker:
        assert (await worker.engine.wait(instance)).is_success
        await depths_of(broker, queues, total=0)
    assert worker.noop.of(instance) == ["a", "b"]
    await asyncio.to_thread(broker.close)


async def test_what_is_no_message_of_ours_is_dropped_and_the_worker_goes_on(
    database_url: str, test_reader_url: str, queues: QueueSettings
) -> None:
    app, queue = make_app(queues), queues.full_name("normal")
    with app.connection_for_write() as connection, connection.Producer() as producer:
        for arguments in (["a", "b"], [1, None], [True, {"x": 1}], [], [1, 2, 3]):
            app.send_task(TASK, arguments, queue=queue, producer=producer)
        app.send_task("os.system", ["true"], queue=queue, producer=producer)
        producer.publish("no task at all", routing_key=queue, exchange="")
        producer.publish({"a": 1}, routing_key=queue, exchange="", serializer="pickle")
    async with worker_on(database_url, test_reader_url, queues) as worker:
        assert (await worker.run(step("a"))).is_success


async def test_what_a_broker_has_lost_is_published_again(
    database_url: str, test_reader_url: str, queues: QueueSettings
) -> None:
    async with publishing(database_url, test_reader_url, queues) as harness:
        await harness.define(*FAN)
        instance = await harness.engine.start("pipeline")
        await published(harness, 1)
    with make_app(queues).connection_for_write() as connection:
        channel: Any = connection.channel()
        channel.queue_purge(queues.full_name("normal"))
    async with worker_on(database_url, test_reader_url, queues) as worker:
        assert (await worker.engine.wait(instance)).is_success


async def test_messages_that_merely_wait_are_not_sent_twice(
    database_url: str, test_reader_url: str, queues: QueueSettings
) -> None:
    broker = Broker(queues)
    async with publishing(database_url, test_reader_url, queues, rescue_seconds=0.1) as harness:
        await harness.define(*[step(f"s{n}") for n in range(10)])
        await harness.engine.start("pipeline")
        await depths_of(broker, queues, total=10)
        aged = "update batch_step set published_at = published_at - interval '1 hour' where published_at is not null"
        await harness.rows(aged + " returning id")
        looked = await Outbox(harness.engine.database, Limits()).published()
        await asyncio.sleep(0.5)  # five passes of whoever looks for lost messages
        assert len(looked) == 10
        assert await depths_of(broker, queues, total=10) == {"high": 0, "normal": 10, "low": 0}
    await asyncio.to_thread(broker.close)


async def test_no_more_messages_wait_than_the_window_holds(
    database_url: str, test_reader_url: str, queues: QueueSettings
) -> None:
    async with publishing(database_url, test_reader_url, queues, queue_window=3) as harness:
        await harness.define(*[step(f"s{n}") for n in range(10)])
        instance = await harness.engine.start("pipeline")
        await published(harness, 3)
        ready = await harness.rows("select count(*) from batch_step where state = 'ready'")
        assert ready == [(10,)]
        async with worker_on(database_url, test_reader_url, queues) as worker:
            assert (await worker.engine.wait(instance)).is_success


async def test_a_step_goes_to_the_queue_of_its_runner_or_of_its_priority(
    database_url: str, test_reader_url: str, redis_url: str
) -> None:
    routes = {"process": "databases"}
    settings = QueueSettings(url=redis_url, prefix=own_prefix(), routes=routes)
    broker = Broker(settings)
    async with publishing(database_url, test_reader_url, settings, queue_routes=routes) as harness:
        for name, priority in (("urgent", 5), ("usual", 0), ("idle", -5)):
            await harness.define(step("a"), name=name, priority=priority)
            await harness.engine.start(name)
        await harness.define(step("a", runner="process", params={"sql": "select 1 as n"}), name="routed", priority=9)
        await harness.engine.start("routed")
        await published(harness, 4)
        depths = await depths_of(broker, settings, total=4)
    assert depths == {"high": 1, "normal": 1, "low": 1, "databases": 1}
    await asyncio.to_thread(broker.close)


async def test_a_worker_that_takes_from_the_table_may_run_what_is_published(
    database_url: str, test_reader_url: str, queues: QueueSettings
) -> None:
    async with publishing(database_url, test_reader_url, queues) as harness:
        await harness.define(*FAN)
        instance = await harness.engine.start("pipeline")
        await published(harness, 1)
        async with engine_on(database_url, test_reader_url) as direct, direct.engine.working():
            assert (await direct.engine.wait(instance)).is_success


async def test_steps_wait_in_their_rows_while_the_broker_is_away(
    database_url: str, test_reader_url: str, tmp_path: Path
) -> None:
    server = redis_server(tmp_path)
    settings = QueueSettings(url=server.url)
    async with worker_on(database_url, test_reader_url, settings) as harness:
        await harness.define(*FAN)
        instance = await harness.engine.start("pipeline")
        await waiting_unpublished(harness)
        with pytest.raises(BrokerUnreachable):
            await asyncio.to_thread(Broker(settings).publish, [Addressed("batchdag.normal", Message(1, 0))])
        await asyncio.to_thread(server.start)
        assert (await harness.engine.wait(instance)).is_success
    await asyncio.to_thread(server.stop)


async def waiting_unpublished(harness: Harness) -> None:
    """Return when a step is ready and no message of it counts as sent."""
    while True:
        if await harness.rows("select 1 from batch_step where state = 'ready' and published_at is null"):
            return
        await asyncio.sleep(0.02)
