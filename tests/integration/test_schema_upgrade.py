"""A database that is empty, older or newer than the program that opens it."""

import asyncio
from typing import Any

import psycopg
import pytest

from engine.app import open_engine
from engine.cli.failures import explain
from engine.database import Database
from engine.embedded import reader_url
from engine.schema import SchemaOutdated, ensure_schema, revision
from engine.settings import Settings
from tests.typing_commands import Type

Connection = psycopg.Connection[tuple[Any, ...]]

EMPTY = "drop schema public cascade; create schema public"
OLDER = "drop function schema_revision()"
NEWER = "create or replace function schema_revision() returns integer language sql immutable return 1000000"


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(database_url=database_url, reader_url=reader_url(database_url), scheduler=False)


async def opened(settings: Settings) -> list[str]:
    async with open_engine(settings) as engine:
        return await engine.catalog.names()


async def test_processes_that_open_an_empty_database_at_once_find_it_set_up(
    settings: Settings, connection: Connection
) -> None:
    connection.execute(EMPTY)
    assert await asyncio.gather(*(opened(settings) for _ in range(4))) == [[], [], [], []]
    assert connection.execute("select schema_revision()").fetchall() == [(revision(),)]


async def test_an_older_database_is_refused_with_what_to_do(settings: Settings, connection: Connection) -> None:
    connection.execute(OLDER)
    with pytest.raises(SchemaOutdated, match=f"revision 0; this one needs {revision()}.*`batchdag init`") as refused:
        await opened(settings)
    assert str(explain(refused.value)) == f"error: {refused.value}"


def test_init_brings_an_older_database_up_to_date(command: Type, connection: Connection) -> None:
    connection.execute(OLDER)
    refused = command("instances")
    assert (refused.exit_code, "`batchdag init`" in refused.err) == (1, True), refused.err
    assert command("init").exit_code == 0
    assert command("instances").exit_code == 0


async def test_an_older_database_of_our_own_server_is_brought_up_to_date_by_whoever_opens_it(
    database_url: str, connection: Connection
) -> None:
    connection.execute(OLDER)
    async with await Database(database_url).reach() as reached:
        await ensure_schema(reached, is_own=True)
    assert connection.execute("select schema_revision()").fetchall() == [(revision(),)]


async def test_an_older_program_goes_on_with_a_newer_database_and_leaves_it_alone(
    settings: Settings, database_url: str, connection: Connection
) -> None:
    connection.execute(NEWER)
    assert await opened(settings) == []
    async with await Database(database_url).reach() as reached:
        await ensure_schema(reached, is_own=True)
    assert connection.execute("select schema_revision()").fetchall() == [(1_000_000,)]
