"""A service that is stopped while it connects left its connection to the garbage collector, and open at the server."""

import asyncio

import psycopg
import pytest
from psycopg import AsyncConnection

from engine.database import Database


async def test_a_connection_that_is_given_up_while_it_is_set_up_is_closed(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[AsyncConnection[tuple[object, ...]]] = []
    is_set_up = asyncio.Event()

    async def waits_for_ever(connection: AsyncConnection[tuple[object, ...]], *_: object, **__: object) -> None:
        opened.append(connection)
        is_set_up.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(psycopg.AsyncConnection, "execute", waits_for_ever)
    connecting = asyncio.create_task(Database(database_url, pool_size=1).connect())
    await is_set_up.wait()
    connecting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await connecting
    assert [connection.closed for connection in opened] == [True]
