"""A worker whose broker is not there: what its operator is told, and how often."""

import asyncio
import logging
import threading

from engine.dispatch.queue.consumer import Consumer
from engine.dispatch.queue.settings import QueueSettings
from tests.ports import free_port

_PATIENCE = 30.0
_TRIES = 3


class _Heard(logging.Handler):
    """Remembers at which levels it was said that there is no connection, until it was said often enough."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.levels: list[int] = []
        self.is_enough = threading.Event()

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage() == "queue.consumer_not_connected":
            self.levels.append(record.levelno)
        if len(self.levels) >= _TRIES:
            self.is_enough.set()


async def test_a_broker_that_is_away_when_a_worker_starts_is_warned_of_once() -> None:
    log, heard = logging.getLogger("batchdag"), _Heard()
    before = log.level
    log.addHandler(heard)
    log.setLevel(logging.DEBUG)
    consumer = Consumer(
        QueueSettings(url=f"amqp://127.0.0.1:{free_port()}"), queues=["batchdag.normal"], offer=lambda _: None
    )
    try:
        await consumer.start()
        assert await asyncio.to_thread(heard.is_enough.wait, _PATIENCE)
    finally:
        await consumer.stop()
        log.removeHandler(heard)
        log.setLevel(before)
    assert heard.levels[:_TRIES] == [logging.WARNING, logging.DEBUG, logging.DEBUG]
