"""How the command line prints: tables for people, JSON for programs, and small words for times and sizes."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from rich.console import Console
from rich.table import Table
from rich.text import Text

from engine.app import Engine, open_engine
from engine.logs import set_up_logs
from engine.settings import Settings

T = TypeVar("T")

out = Console(highlight=False, soft_wrap=False)
err = Console(stderr=True, highlight=False)

_NO_SCREEN = 10_000
"""Into a file or a pipe each row goes on one line: there is no width to fit."""

COLOURS = {
    "pending": "dim",
    "ready": "cyan",
    "running": "blue",
    "succeeded": "green",
    "failed": "red",
    "skipped": "yellow",
    "upstream_failed": "magenta",
    "cancelled": "yellow",
}


def with_engine(task: Callable[[Engine], Coroutine[Any, Any, T]], *, initialise_schema: bool = True) -> T:
    """Open the engine, do one thing, close it. Commands show progress themselves, so only errors are logged.

    A command that is here for a moment fires no cron: that is for ``worker`` and ``serve``.
    """

    settings = Settings().model_copy(update={"scheduler": False})

    async def run() -> T:
        async with open_engine(settings, initialise_schema=initialise_schema) as engine:
            return await task(engine)

    set_up_logs("ERROR", form=settings.log_format)
    return asyncio.run(run())


def print_json(value: Any) -> None:
    """Print to standard output, never wrapped or coloured."""
    out.file.write(json.dumps(value, default=_plain, ensure_ascii=False, indent=2) + "\n")


def _plain(value: Any) -> Any:
    match value:
        case datetime() | date():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case Decimal():
            return float(value)
        case _:
            raise TypeError(f"{type(value).__name__} is not JSON")


def print_table(rows: Sequence[Mapping[str, Any]], *, columns: Mapping[str, str], empty: str) -> None:
    """Print rows under these headings (column → heading); say ``empty`` when there are none."""
    if not rows:
        out.print(empty)
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in columns.values():
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(cell(row.get(column)) for column in columns))
    (out if out.is_terminal else Console(file=out.file, width=_NO_SCREEN, highlight=False)).print(table)


def cell(value: Any) -> Text:
    """Return a value as a table shows it."""
    match value:
        case None:
            return Text("")
        case datetime():
            return Text(value.astimezone().strftime("%Y-%m-%d %H:%M:%S"))
        case timedelta():
            return Text(duration(value))
        case dict() | list():
            return Text(shorten(json.dumps(value, default=_plain, ensure_ascii=False)))
        case _:
            word = str(value)
            return Text(shorten(word), style=COLOURS.get(word, ""))


def shorten(text: str, *, limit: int = 160) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def duration(value: timedelta) -> str:
    seconds = value.total_seconds()
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 120:
        return f"{seconds:.1f} s"
    minutes, seconds = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {seconds:02} s"
