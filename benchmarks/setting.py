"""What every measurement needs: a fresh database, an engine on it, a runner that does nothing, a table to print."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from rich.console import Console
from rich.table import Table

from engine.app import Engine, open_engine
from engine.embedded import EmbeddedServer, reader_url
from engine.settings import Settings
from runners.base import Outcome, Params, StepRequest, Succeeded


class Noop:
    """Succeeds at once with an empty result."""

    name = "noop"
    version = "1"
    description = "Does nothing."
    Params = Params

    async def run(self, request: StepRequest) -> Outcome:  # noqa: ARG002
        return Succeeded()


def fresh_database(server: EmbeddedServer, name: str) -> str:
    """Make an empty database and return its URL."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    return server.url.replace("/postgres?", f"/{name}?")


@asynccontextmanager
async def engine_on(url: str, **settings: Any) -> AsyncIterator[Engine]:
    """An engine that works on this database, with the noop runner."""
    async with open_engine(Settings(database_url=url, reader_url=reader_url(url), **settings)) as engine:
        await engine.register(Noop())
        async with engine.working():
            yield engine


def peak_memory() -> float:
    """Return this program's peak in MB. Not by getrusage: its peak counts what the process was before its exec."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def print_table(title: str, headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    table.add_column(headings[0])
    for heading in headings[1:]:
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(*(f"{cell:,.2f}" if isinstance(cell, float) else f"{cell}" for cell in row))
    Console(width=120).print(table, "")
