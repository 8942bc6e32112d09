"""Commands about the prompts that are saved: list, show, set, diff, apply, export."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from rich.text import Text

from engine.app import Engine
from engine.catalog import Applied
from engine.cli.console import out, print_json, print_table, with_engine
from engine.cli.files import read_text
from engine.prompt_changes import prompt_changes
from engine.prompt_files import dump_prompts, parse_prompts
from engine.prompts import Prompts, Row, UnknownPrompt, editable

_LISTED = {
    "key": "PROMPT", "version": "VERSION", "description": "DESCRIPTION", "used_by": "USED BY", "edited_at": "EDITED",
    "edited_by": "BY",
}  # fmt: skip
_VERSIONS = {"version": "VERSION", "edited_at": "EDITED", "edited_by": "BY", "client": "FROM"}
_NEW = {"description": "", "system": None, "body": "", "response_schema": None}
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What ``prompt set`` is given; None leaves a part as it is."""

    file: Path | None
    system_file: Path | None
    schema: Path | None
    description: str | None

    def of(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return the row with the parts that are given."""
        edited = dict(row)
        if self.file is not None:
            edited["body"] = read_text(self.file)
        if self.system_file is not None:
            edited["system"] = read_text(self.system_file)
        if self.schema is not None:
            edited["response_schema"] = _json_in(self.schema)
        if self.description is not None:
            edited["description"] = self.description
        return edited


def list_prompts(*, as_json: bool) -> None:
    async def task(engine: Engine) -> None:
        rows = await Prompts(engine.database).overview()
        if as_json:
            print_json(rows)
            return
        lines = [row | {"used_by": ", ".join(row["used_by"])} for row in rows]
        print_table(lines, columns=_LISTED, empty="no prompts yet; `batchdag prompt set KEY --file FILE` makes one")

    with_engine(task)


def show(key: str, *, version: int | None, as_json: bool) -> None:
    async def task(engine: Engine) -> None:
        prompts = Prompts(engine.database)
        row = await prompts.find(key, version=version)
        versions = await prompts.versions(key)
        if as_json:
            print_json(row | {"versions": versions})
        else:
            _print(row, versions)

    with_engine(task)


def _print(row: Row, versions: Sequence[Row]) -> None:
    out.print(f"{row['key']}, version {row['version']}", style="bold", markup=False)
    if row["description"]:
        out.print(row["description"], markup=False)
    schema = row["response_schema"]
    parts = {
        "system": row["system"],
        "body": row["body"],
        "response schema": None if schema is None else json.dumps(schema, ensure_ascii=False, indent=2),
    }
    for name, text in parts.items():
        if text is not None:
            out.print(f"\n{name}", style="bold")
            typer.echo(text)
    out.print()
    print_table(versions, columns=_VERSIONS, empty="")


def set_prompt(key: str, edit: Edit, *, as_json: bool) -> None:
    async def task(engine: Engine) -> None:
        prompts = Prompts(engine.database)
        try:
            known = editable(await prompts.find(key))
        except UnknownPrompt:
            known = {"key": key} | _NEW
        _print_applied(await prompts.apply([edit.of(known)]), as_json=as_json)

    with_engine(task)


def diff(key: str, *, from_version: int | None, to_version: int | None, as_json: bool) -> None:
    async def task(engine: Engine) -> None:
        prompts = Prompts(engine.database)
        after = await prompts.find(key, version=to_version)
        if after["version"] == 1 and from_version is None:
            raise LookupError(f"version 1 of prompt {key!r} has none before it; name the other one with --from")
        before = await prompts.find(key, version=from_version or after["version"] - 1)
        changes = prompt_changes(before, after)
        if as_json:
            print_json({"key": key, "from": before["version"], "to": after["version"], "changes": changes})
        else:
            _print_changes(changes, versions=(before["version"], after["version"]))

    with_engine(task)


def _print_changes(changes: Mapping[str, Sequence[str]], *, versions: tuple[int, int]) -> None:
    if not changes:
        out.print(f"versions {versions[0]} and {versions[1]} do not differ")
    for line in (line for lines in changes.values() for line in lines):
        out.print(Text(line, style=_COLOURS.get(line[:1], "")), soft_wrap=True)


def apply(files: Sequence[Path], *, as_json: bool) -> None:
    rows = [row for file in files for row in parse_prompts(read_text(file), source=str(file))]

    async def task(engine: Engine) -> None:
        _print_applied(await Prompts(engine.database).apply(rows), as_json=as_json)

    with_engine(task)


def export(keys: Sequence[str], *, as_json: bool) -> None:
    async def task(engine: Engine) -> None:
        prompts = Prompts(engine.database)
        wanted = keys or [row["key"] for row in await prompts.overview()]
        rows = [editable(await prompts.find(key)) for key in wanted]
        if as_json:
            print_json(rows)
        else:
            typer.echo(dump_prompts(rows), nl=False)

    with_engine(task)


def _print_applied(applied: Sequence[Applied], *, as_json: bool) -> None:
    lines = [{"key": one.name, "before": one.before, "version": one.after, "did": _did(one)} for one in applied]
    if as_json:
        print_json(lines)
    else:
        print_table(lines, columns={"key": "PROMPT", "version": "VERSION", "did": ""}, empty="nothing to apply")


def _did(applied: Applied) -> str:
    if applied.before == 0:
        return "created"
    return "edited" if applied.is_changed else "unchanged"


def _json_in(file: Path) -> Any:
    try:
        return json.loads(read_text(file))
    except ValueError as error:
        raise typer.BadParameter(f"{file} is not JSON: {error}") from error
