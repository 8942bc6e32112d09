"""Anybody who may connect can notify on the engine's channel, and a listener may fail: the others hear all that follows."""

import asyncio
import logging

import psycopg
import pytest

from engine.database import Database
from engine.notifier import Notifier


async def test_the_others_hear_what_follows(
    database: Database, connection: psycopg.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR, "batchdag")
    finished: asyncio.Queue[str] = asyncio.Queue()
    notifier = Notifier(database)
    await notifier.start()
    notifier.subscribe(lambda _kind, about: finished.put_nowait(str(int(about))))
    notifier.subscribe(lambda _kind, about: finished.put_nowait(about))
    connection.execute("notify batchdag, 'finished'")
    connection.execute("notify batchdag, 'finished:2'")
    async with asyncio.timeout(10):
        assert [await finished.get() for _ in range(3)] == ["", "2", "2"]
    await notifier.stop()
    assert [record.message for record in caplog.records] == ["notifier.listener_failed"]
