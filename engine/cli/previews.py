"""The preview of a definition: its graph, its next fire times, and what an edit would change."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from definitions.cron import next_fires
from definitions.diagram import mermaid
from definitions.errors import DefinitionError
from definitions.files import normal
from definitions.graph import StepGraph
from definitions.models import Definition
from engine.app import Engine
from engine.catalog import UnknownDefinition, editable
from engine.changes import Change, changes
from engine.cli.console import out, print_json, with_engine
from engine.cli.definitions import read
from engine.database import Connection


def preview(name: str, file: Path | None, *, as_json: bool) -> None:
    async def task(engine: Engine) -> None:
        now = editable(await engine.catalog.find(name)) if file is None else await _known(engine, name)
        edit = _edit(name, file) if file is not None else None
        if edit is not None and (problems := engine.catalog.check(edit)):
            raise DefinitionError(problems, name=name)
        shown = edit or now
        assert shown is not None
        definition = Definition.model_validate(normal(shown))
        async with engine.database.transaction() as connection:
            clock = await _clock(connection)
        fires = _fires(definition, after=clock)
        changed = changes(now, edit) if now is not None and edit is not None else []
        _print(definition, fires=fires, changed=changed, is_edit=edit is not None, is_new=now is None, as_json=as_json)

    with_engine(task)


async def _known(engine: Engine, name: str) -> dict[str, Any] | None:
    try:
        return editable(await engine.catalog.find(name))
    except UnknownDefinition:
        return None


def _edit(name: str, file: Path) -> dict[str, Any]:
    for row in read([file]):
        if row.get("name") == name:
            return row
    raise LookupError(f"{file} has no definition {name!r}")


async def _clock(connection: Connection) -> datetime:
    row = await (await connection.execute("select clock_now()")).fetchone()
    return row[0].astimezone(UTC) if row else datetime.now(UTC)


def _fires(definition: Definition, *, after: datetime) -> list[datetime]:
    if definition.cron is None:
        return []
    return next_fires(definition.cron, timezone=definition.timezone, after=after)


def _print(
    definition: Definition, *, fires: list[datetime], changed: list[Change], is_edit: bool, is_new: bool, as_json: bool
) -> None:
    graph = StepGraph(definition)
    if as_json:
        lines = [{"path": change.path, "before": change.before, "after": change.after} for change in changed]
        steps = {key: list(graph.children(key)) for key in graph.order}
        print_json({"name": definition.name, "graph": steps, "mermaid": mermaid(graph), "next_fires": fires,
                    "changes": lines})  # fmt: skip
        return
    out.print("\n".join(drawn(graph)), markup=False)
    out.print("\n" + mermaid(graph), markup=False)
    if definition.cron:
        out.print(f"\nnext fire times of {definition.cron!r} in {definition.timezone}:")
        out.print("\n".join(f"  {fire.isoformat()}" for fire in fires))
    if is_edit:
        out.print("\nthis edit makes a new definition" if is_new else _described(changed), markup=False)


def _described(changed: list[Change]) -> str:
    if not changed:
        return "\nthis edit changes nothing: no new version"
    return "\nthis edit would change:\n" + "\n".join(f"  {change}" for change in changed)


def drawn(graph: StepGraph) -> Iterator[str]:
    """Yield the graph as text: each step with its runner, what guards it, and what follows."""
    for key in graph.order:
        step = graph.steps[key]
        marks = [step.runner_name]
        if step.condition:
            marks.append(f"if {step.condition}")
        if step.parallel:
            marks.append(f"parallel over {step.parallel.over} by {step.parallel.chunk}")
        follows = f" → {', '.join(graph.children(key))}" if graph.children(key) else ""
        yield f"{key} [{'; '.join(marks)}]{follows}"
