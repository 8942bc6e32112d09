"""The connection of the turns: what is queued is done together or not at all, and an error leaves nothing behind."""

import asyncio
from typing import Any

import psycopg
import pytest

from engine.database import Database
from engine.wire import Wire

TEXTS = ["", "NULL", None, "a,b", '{"a": "b\\"c"}', "back\\slash", "tab\tline\nend", "Grüße, 世界", "🦊"]
TABLE = "create table noted (n integer primary key)"
NOTE = "insert into noted values (cast(%(n)s as int))"


async def test_texts_come_back_as_they_were_sent(database: Database) -> None:
    wire = await database.connect_turns()
    answer = await wire.execute("select cast(%(texts)s as text[]), cast(%(one)s as text)", {"texts": TEXTS, "one": "%"})
    assert await answer.fetchone() == (TEXTS, "%")
    await wire.close()


async def test_what_is_queued_is_answered_in_order(database: Database) -> None:
    wire = await database.connect_turns()
    answers = [await wire.execute("select cast(%(n)s as int)", {"n": n}) for n in range(50)]
    assert [await answer.fetchone() for answer in answers] == [(n,) for n in range(50)]
    await wire.close()


async def test_parameters_larger_than_a_socket_takes_at_once_arrive(database: Database) -> None:
    wire = await database.connect_turns()
    text = "x" * 5_000_000
    answer = await wire.execute("select length(%(text)s), %(text)s", {"text": text})
    assert await answer.fetchone() == (5_000_000, text)
    await wire.close()


async def test_a_transaction_that_fails_keeps_nothing_and_closes_the_wire(
    database: Database, connection: psycopg.Connection[Any]
) -> None:
    connection.execute(TABLE)
    wire = await database.connect_turns()
    with pytest.raises(psycopg.errors.UniqueViolation):
        await _note_twice(wire)
    assert wire.closed
    assert connection.execute("select * from noted").fetchall() == []


async def _note_twice(wire: Wire) -> None:
    async with wire.transaction():
        await wire.execute(NOTE, {"n": 1})
        await wire.execute(NOTE, {"n": 1})


async def test_an_error_of_the_caller_keeps_nothing_even_of_what_was_answered(
    database: Database, connection: psycopg.Connection[Any]
) -> None:
    connection.execute(TABLE)
    wire = await database.connect_turns()
    with pytest.raises(ZeroDivisionError):
        await _note_and_divide(wire)
    assert wire.closed
    assert connection.execute("select * from noted").fetchall() == []


async def _note_and_divide(wire: Wire) -> float:
    async with wire.transaction():
        await (await wire.execute(NOTE + " returning n", {"n": 1})).fetchall()
        return 1 / 0


async def test_a_wire_that_is_cut_while_it_waits_says_so(
    database: Database, connection: psycopg.Connection[Any]
) -> None:
    wire = await database.connect_turns()
    row = await (await wire.execute("select pg_backend_pid()")).fetchone()
    sleeping = asyncio.create_task(_sleep(wire))
    await asyncio.sleep(0)
    connection.execute("select pg_terminate_backend(%s)", row)
    with pytest.raises(psycopg.OperationalError):
        await sleeping
    assert wire.closed


async def _sleep(wire: Wire) -> None:
    await (await wire.execute("select pg_sleep(60)")).fetchall()


async def test_a_task_that_is_cancelled_while_it_waits_closes_the_wire(database: Database) -> None:
    wire = await database.connect_turns()
    sleeping = asyncio.create_task(_sleep(wire))
    await asyncio.sleep(0)
    sleeping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sleeping
    assert wire.closed
