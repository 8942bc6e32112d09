"""Commands about definitions: init, apply, export, validate."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer
from psycopg import ConnectionInfo
from psycopg.errors import Diagnostic

from definitions.errors import DefinitionError
from definitions.files import dump_definition, parse_documents
from definitions.validation import check
from engine.analyst_sql import ReaderMissing, ReaderUnsafe
from engine.app import Engine
from engine.catalog import editable
from engine.cli.console import out, print_json, print_table, with_engine
from engine.cli.files import read_text
from engine.schema import initialise
from engine.settings import Settings
from runners.base import TransientFailure
from runners.registry import Registry

_SAID_BY_US = "exec_stmt_raise"
"""Where PostgreSQL's source sends a RAISE of ours: ``already exists, skipping`` and its like come from elsewhere."""


def init() -> None:
    async def task(engine: Engine) -> None:
        connection = await engine.database.connect()
        async with connection:
            connection.add_notice_handler(_print_notice)
            await initialise(connection)
            where = _place(engine.settings, connection.info)
        await engine.catalog.register_runners()
        await _check_reader(engine)
        runners = ", ".join(sorted(engine.registry.schemas()))
        out.print(f"ready: the tables are in {where}; runners: {runners}", markup=False, soft_wrap=True)

    with_engine(task, initialise_schema=False)


async def _check_reader(engine: Engine) -> None:
    """Say now what would otherwise be said by the first step with SQL; that there is no reader may be meant."""
    try:
        await engine.check_reader()
    except ReaderMissing:
        return
    except (ReaderUnsafe, TransientFailure) as error:
        out.print(f"note: {error}", markup=False, soft_wrap=True)


def _place(settings: Settings, info: ConnectionInfo) -> str:
    """Say where the tables are, without user and password."""
    if settings.database_url is None:
        return f"{settings.home}/postgres"
    return f"the database {info.dbname} at {info.host}:{info.port}"


def _print_notice(notice: Diagnostic) -> None:
    if notice.source_function == _SAID_BY_US or notice.severity_nonlocalized == "WARNING":
        out.print(f"note: {notice.message_primary}", markup=False, soft_wrap=True)


def apply(files: Sequence[Path], *, as_json: bool) -> None:
    rows = read(files)

    async def task(engine: Engine) -> None:
        applied = await engine.apply(rows)
        lines = [{"name": one.name, "before": one.before, "version": one.after, "did": _did(one)} for one in applied]
        if as_json:
            print_json(lines)
        else:
            print_table(lines, columns={"name": "DEFINITION", "version": "VERSION", "did": ""}, empty="")

    with_engine(task)


def _did(applied: Any) -> str:
    if applied.before == 0:
        return "created"
    return "edited" if applied.is_changed else "unchanged"


def export(names: Sequence[str], *, as_json: bool) -> None:
    async def task(engine: Engine) -> None:
        wanted = names or await engine.catalog.names()
        rows = [editable(await engine.catalog.find(name)) for name in wanted]
        if as_json:
            print_json(rows)
        else:
            typer.echo("---\n".join(dump_definition(row) for row in rows), nl=False)

    with_engine(task)


def validate(files: Sequence[Path], *, as_json: bool) -> None:
    """Needs no database: the runners of this process are what it knows."""
    schemas = Registry.load().schemas()
    found = {str(row.get("name")): check(row, runners=schemas) for row in read(files)}
    if as_json:
        print_json({name: [[one.path, one.message] for one in problems] for name, problems in found.items()})
    else:
        for name, problems in found.items():
            out.print(str(DefinitionError(problems, name=name)) if problems else f"{name}: no problems", markup=False)
    if any(found.values()):
        raise typer.Exit(1)


def read(files: Sequence[Path]) -> list[dict[str, Any]]:
    """Return the definitions in these files and folders, in order.

    Raises:
        LookupError: there is none: a file that was cut off must not look like one that has been applied.
    """
    paths = [path for file in files for path in (_inside(file) if file.is_dir() else [file])]
    rows = [row for path in paths for row in parse_documents(read_text(path), source=str(path))]
    if not rows:
        where = ", ".join(map(str, files))
        raise LookupError(
            f"there is no definition in {where}: a definition is a YAML or JSON object with name and steps"
        )
    return rows


def _inside(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix in (".yaml", ".yml", ".json"))
