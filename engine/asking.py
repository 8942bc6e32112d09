"""What is asked of the database in its own words: its functions, and what they refuse."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg

from definitions.errors import Problem
from engine.database import Connection, Database

_PROBLEM = re.compile(r"^ +(?P<path>[^\s:]+): (?P<message>.+)$", re.MULTILINE)


class RequestRefused(Exception):
    """The database refused a request; ``hint`` says what to do next."""

    def __init__(self, error: psycopg.Error) -> None:
        super().__init__(error.diag.message_primary or str(error))
        self.hint = error.diag.message_hint
        self.sqlstate = error.sqlstate


def listed_problems(words: str) -> list[Problem]:
    """Read the problems back that a refusal of the database lists: below its first line one each, ``path: message``."""
    return [Problem(found["path"], found["message"]) for found in _PROBLEM.finditer(words)]


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
