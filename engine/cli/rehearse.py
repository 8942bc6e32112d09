"""``rehearse``: runs a rehearsal here, and prints what it says of the real run, problems first."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import typer
from rich.table import Table
from rich.text import Text

from engine.app import Engine
from engine.cli.console import err, out, print_json, print_table, with_engine
from engine.cli.definitions import read
from engine.cli.live import watch
from engine.cli.runs import given_params
from engine.rehearsal_estimate import Asking, Loading
from engine.rehearsal_facts import Example
from engine.rehearsal_remarks import Remark
from engine.rehearsal_report import RehearsalReport, StepReport

_STEPS = {"step": "STEP", "runner": "RUNNER", "state": "STATE", "items": "ITEMS", "failed": "FAILED"}
_BECAME = ("inserted", "updated", "unchanged", "superseded", "refused")


def what(name: str | None, file: Path | None) -> str | Mapping[str, Any]:
    """Return what is to be rehearsed: the name of a definition, or a draft of one, out of a file."""
    if name is not None and file is None:
        return name
    if file is None:
        raise typer.BadParameter("name a definition, or give --file with an edit of one")
    drafts = [draft for draft in read([file]) if name is None or draft.get("name") == name]
    if len(drafts) != 1:
        of_name = "" if name is None else f" of {name!r}"
        raise typer.BadParameter(
            f"{file} has {len(drafts)} definitions{of_name}; one at a time is rehearsed: name the one that is meant"
        )
    return drafts[0]


def rehearse(
    what: str | Mapping[str, Any],
    *,
    params: str | None,
    sample: int | None,
    step: str | None,
    using: int | None,
    as_json: bool,
) -> None:
    if (step is None) != (using is None):
        raise typer.BadParameter("--step KEY and --using INSTANCE go together: a step is tried on what a run has made")
    given = None if params is None else given_params(params)

    async def start(engine: Engine) -> int:
        if not isinstance(what, str):
            return await engine.rehearse_draft(what, params=given, sample=sample, step=step, using=using)
        if step is None or using is None:
            return await engine.rehearse(what, params=given, sample=sample)
        return await engine.rehearse_step(what, step, using=using, params=given, sample=sample)

    async def task(engine: Engine) -> RehearsalReport:
        instance_id = await start(engine)
        async with engine.working():
            await (engine.wait(instance_id) if as_json else watch(engine, instance_id))
            return await engine.rehearsal(instance_id)

    report = with_engine(task)
    if as_json:
        print_json(to_json(report))
    else:
        _print(report)
    if report.problems:
        raise typer.Exit(1)


def to_json(report: RehearsalReport) -> dict[str, Any]:
    """Return the report as programs read it: every key is always there, dollars are numbers."""
    sums = {"about_usd": report.about_usd, "at_most_usd": report.at_most_usd}
    remarks = {"problems": _remarks_json(report.problems), "notes": _remarks_json(report.notes)}
    steps = [_step_json(step) for step in report.steps]
    plain: dict[str, Any] = _with_numbers({**asdict(report), **sums, **remarks, "steps": steps})
    return plain


def _remarks_json(remarks: Sequence[Remark]) -> list[dict[str, Any]]:
    return [{"step": one.step, "message": one.message, "code": one.code, "values": dict(one.values)} for one in remarks]


def _step_json(step: StepReport) -> dict[str, Any]:
    asking = None
    if step.asking is not None:
        prompt = None if step.asking.prompt is None else dict(zip(("key", "version"), step.asking.prompt, strict=True))
        words = {"duration": step.asking.duration.words, "output_tokens_as": step.asking.output_tokens_as.words}
        asking = {**asdict(step.asking), **words, "rejected": step.asking.rejected, "prompt": prompt}
    return {**asdict(step), "asking": asking}


def _with_numbers(value: Any) -> Any:
    match value:
        case Decimal():
            return round(float(value), 6)
        case Mapping():
            return {key: _with_numbers(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_with_numbers(inner) for inner in value]
        case _:
            return value


def _print(report: RehearsalReport) -> None:
    _print_remarks("problems", report.problems, style="red")
    asking = [(step.key, step.asking) for step in report.steps if step.asking is not None]
    loads = [(step.key, step.loading) for step in report.steps if step.loading is not None]
    for key, one in asking:
        _print_examples(key, one.examples)
    _print_title(report)
    print_table([_step_line(step) for step in report.steps], columns=_STEPS, empty="no step was run")
    if asking:
        out.print("\nwhat would be asked, of all items", style="bold")
        for key, one in asking:
            _print_asking(key, one)
        _print_cost(report)
    if loads:
        out.print("\nwhat would be loaded", style="bold")
        for key, load in loads:
            _print_loading(key, load)
    _print_remarks("to know", report.notes, style="yellow")
    err.print(f"\nnothing was paid for or loaded; `batchdag show {report.instance_id}` has the rehearsal for a day")


def _print_title(report: RehearsalReport) -> None:
    sample = "" if report.sample is None else f", on a sample of {report.sample:,}"
    what = "an unsaved edit of " if report.is_draft else ""
    out.print(f"\nrehearsal of {what}{report.definition} v{report.version}{sample}: {report.status}", style="bold")


def _print_remarks(title: str, remarks: Sequence[Remark], *, style: str) -> None:
    if remarks:
        out.print(f"\n{title}", style=f"bold {style}")
    for remark in remarks:
        where = "" if remark.step is None else f"{remark.step}: "
        out.print(f"  {where}{remark.message}", style=style, markup=False)


def _print_examples(key: str, examples: Sequence[Example]) -> None:
    for number, example in enumerate(examples, 1):
        out.print(f"\n{key}, prompt {number} of {len(examples)}", style="bold", markup=False)
        if example.system is not None:
            out.print("system:", style="dim")
            typer.echo(example.system)
            out.print("prompt:", style="dim")
        typer.echo(example.prompt)
        if example.answer is not None:
            out.print("simulated answer:", style="dim")
            typer.echo(example.answer)


def _step_line(step: StepReport) -> dict[str, Any]:
    return {
        "step": step.key, "runner": step.runner, "state": step.state, "items": f"{step.items:,}",
        "failed": f"{step.failed:,}" if step.failed else None,
    }  # fmt: skip


def _print_asking(key: str, asking: Asking) -> None:
    known = f", and {asking.bought_before:,} that were bought before" if asking.bought_before else ""
    upper = "" if not asking.price_is_upper_bound else " (or less: the price of live calls)"
    lines = {
        "whom": f"{asking.provider} {asking.model}, {asking.mode}",
        "requests": f"{asking.requests:,}{known}",
        "answers": f"{asking.accepted:,} of {asking.asked:,} simulated ones were accepted",
        "tokens": f"about {asking.input_tokens:,} in, {asking.output_tokens:,} out",
        "cost": f"about ${asking.about_usd:,.4f}, at most ${asking.at_most_usd:,.4f}{upper}",
        "duration": asking.duration.words,
    }
    _print_lines(key, lines)


def _print_cost(report: RehearsalReport) -> None:
    budget = "" if report.budget_usd is None else f"; the budget is ${report.budget_usd:,.2f}"
    out.print(f"in all about ${report.about_usd:,.4f}, at most ${report.at_most_usd:,.4f}{budget}", style="bold")
    bases = dict.fromkeys(step.asking.output_tokens_as.words for step in report.steps if step.asking is not None)
    out.print(f"answers are taken to be as long as {' and '.join(bases)}; at most: as long as maxOutputTokens allows")


def _print_loading(key: str, load: Loading) -> None:
    became = {name: getattr(load, name) for name in _BECAME}
    tried = ", ".join(f"{count:,} {name}" for name, count in became.items() if count)
    lines = {
        "table": f"{load.table}, {load.mode}" + (", to be created" if load.creates else ""),
        "rows": f"{load.rows:,}",
        "tried": f"{load.tried:,}" + (f": {tried}" if tried else ""),
        "columns": ", ".join(_column(one) for one in load.columns),
    }
    _print_lines(key, lines)


def _column(one: Mapping[str, str]) -> str:
    source = "" if one["column"] == one["field"] else f" from {one['field']}"
    return f"{one['column']} {one['type']}{source}"


def _print_lines(title: str, lines: Mapping[str, str]) -> None:
    out.print(title, style="bold", markup=False)
    table = Table.grid(padding=(0, 2))
    for name, words in lines.items():
        table.add_row(f"  {name}", Text(words))
    out.print(table)
