"""What is asked of the database in its own words: its functions, and what they refuse."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg

from engine.database import Connection, Database


class RequestRefused(Exception):
    """The database refused a request; ``hint`` says what to do next."""

    def __init__(self, error: psycopg.Error) -> None:
        super().__init__(error.diag.message_primary or str(error))
        self.hint = error.diag.message_hint
        self.sqlstate = error.sqlstate


@asynccontextmanager
async def asking(database: Database) -> AsyncIterator[Connection]:
    """Open a transaction whose refusals are the engine's own.

    Raises:
        RequestRefused: what was asked for is against the rules; SQLSTATE BD....
    """
    try:
        async with database.transaction() as connection:
            yield connection
    except psycopg.Error as error:
        if (error.sqlstate or "").startswith("BD"):
            raise RequestRefused(error) from error
        raise
