"""The commands and their options. What they do is in the modules beside this one."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from engine.cli.alert_commands import app as alerts
from engine.cli.letters_commands import app as dead_letters
from engine.cli.plugins import PluggedGroup
from engine.cli.prompt_commands import app as prompts

app = typer.Typer(
    name="batchdag",
    cls=PluggedGroup,
    help="A declarative DAG engine driven by database rows: edit a row of batch_definition, and the batch runs.",
    no_args_is_help=True,
    add_completion=False,
    suggest_commands=False,  # it would propose what is hidden, and nothing that other packages add
    pretty_exceptions_enable=False,
    context_settings={"max_content_width": 120},
    rich_markup_mode=None,  # laying out the help with Rich takes longer than all the rest
)
app.add_typer(alerts, name="alerts")
app.add_typer(dead_letters, name="dead-letters")
app.add_typer(prompts, name="prompt")


class InstanceStatus(StrEnum):
    """The engine's own enum would import pydantic for a page of help."""

    PENDING = "pending"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Name = Annotated[str, typer.Argument(help="The name of a definition.")]
InstanceId = Annotated[int, typer.Argument(help="The id of an instance.")]
Files = Annotated[list[Path], typer.Argument(help="YAML or JSON files, or folders of them.", exists=True)]


@app.command()
def init() -> None:
    """Create the tables, or bring them up to date.

    Starts the embedded PostgreSQL if no URL is set.
    """
    from engine.cli import definitions

    definitions.init()


@app.command()
def apply(files: Files, *, as_json: AsJson = False) -> None:
    """Insert or edit definitions from files: all or none."""
    from engine.cli import definitions

    definitions.apply(files, as_json=as_json)


@app.command()
def export(
    names: Annotated[list[str] | None, typer.Argument(help="Names; without any, all definitions.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Print definitions as `apply` takes them back."""
    from engine.cli import definitions

    definitions.export(names or [], as_json=as_json)


@app.command()
def validate(files: Files, *, as_json: AsJson = False) -> None:
    """Check definitions in files and change nothing."""
    from engine.cli import definitions

    definitions.validate(files, as_json=as_json)


@app.command()
def preview(
    name: Name,
    file: Annotated[Path | None, typer.Argument(help="A file with an edit: what would it change?", exists=True)] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Show the graph, and what an edit would change.

    The graph is text and Mermaid; the next fire times of a cron are there, too.
    """
    from engine.cli import previews

    previews.preview(name, file, as_json=as_json)


@app.command()
def run(
    name: Name,
    *,
    params: Annotated[str, typer.Option(help="A JSON object, such as '{\"limit\": 10}'.")] = "{}",
    budget: Annotated[float | None, typer.Option(min=0, help="Dollars; default: the definition's.")] = None,
    as_json: AsJson = False,
) -> None:
    """Run a definition here and now, with live progress.

    The exit code is 0 only on success.
    """
    from engine.cli import runs

    runs.run(name, params=params, budget=budget, as_json=as_json)


@app.command()
def rehearse(
    name: Annotated[str | None, typer.Argument(help="The definition's name.")] = None,
    *,
    file: Annotated[Path | None, typer.Option(help="An edit that is not applied.", exists=True)] = None,
    params: Annotated[str | None, typer.Option(help="A JSON object; with --using, by default that run's.")] = None,
    sample: Annotated[int | None, typer.Option(min=1, help="Ask and load at most so many items of each step.")] = None,
    step: Annotated[str | None, typer.Option(help="Try only this step, as it is defined now.")] = None,
    using: Annotated[int | None, typer.Option(help="The instance whose results and items --step reads.")] = None,
    as_json: AsJson = False,
) -> None:
    """Run a definition on its real input, for nothing.

    Says what would be asked, what it would cost, how long it would take and what would be loaded. The exit code is 0 if
    there is no problem.
    """
    from engine.cli import rehearse as rehearsals

    what = rehearsals.what(name, file)
    rehearsals.rehearse(what, params=params, sample=sample, step=step, using=using, as_json=as_json)


@app.command()
def instances(
    *,
    definition: Annotated[str | None, typer.Option(help="Only of this definition.")] = None,
    status: Annotated[InstanceStatus | None, typer.Option(help="Only with this status.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    as_json: AsJson = False,
) -> None:
    """List instances, newest first."""
    from engine.cli import shows

    shows.instances(definition=definition, status=status, limit=limit, as_json=as_json)


@app.command()
def show(
    instance_id: InstanceId,
    *,
    explain: Annotated[str | None, typer.Option(help="A step key: say why it is, or is not, running.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show an instance: steps, times, errors, results."""
    from engine.cli import shows

    shows.show(instance_id, explain=explain, as_json=as_json)


@app.command()
def items(
    instance_id: InstanceId,
    step: Annotated[str, typer.Argument(help="The key of a step.")],
    *,
    failed: Annotated[
        bool, typer.Option("--failed", help="Only failed items, and rows that a target refused.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 20,
    offset: Annotated[int, typer.Option(min=0)] = 0,
    as_json: AsJson = False,
) -> None:
    """Show the items that a step has made."""
    from engine.cli import shows

    shows.items(instance_id, step, failed=failed, limit=limit, offset=offset, as_json=as_json)


@app.command()
def retry(
    instance_id: InstanceId,
    *,
    version: Annotated[str | None, typer.Option(help="A version number or 'latest'; default: the one it had.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only print the plan.")] = False,
    as_json: AsJson = False,
) -> None:
    """Continue a failed or cancelled instance.

    Prints the plan (reuse, rerun, new, dropped), then runs it here.
    """
    from engine.cli import runs

    runs.retry(instance_id, version=version, dry_run=dry_run, as_json=as_json)


@app.command()
def budget(
    instance_id: InstanceId,
    usd: Annotated[float, typer.Argument(min=0, help="What the instance may spend in all, in dollars.")],
) -> None:
    """Set what an instance may spend.

    `retry` then continues one that was stopped.
    """
    from engine.cli import runs

    runs.budget(instance_id, usd=usd)


@app.command()
def cancel(instance_id: InstanceId, *, as_json: AsJson = False) -> None:
    """Cancel an instance; its workers stop what runs."""
    from engine.cli import runs

    runs.cancel(instance_id, as_json=as_json)


@app.command("work", hidden=True)
@app.command()
def worker(
    queue: Annotated[
        list[str] | None, typer.Option(help="Take steps from this queue; repeat for more. Needs a broker.")
    ] = None,
    concurrency: Annotated[int | None, typer.Option(min=1, max=10_000, help="Run so many steps at once.")] = None,
) -> None:
    """Run steps until interrupted, on any number of machines.

    With a broker (BATCHDAG_BROKER_URL) it takes those that the broker brings, else whatever is due in the table.
    """
    from engine.cli import runs

    runs.worker(queue or [], concurrency=concurrency)


@app.command()
def backfill(
    name: Name,
    *,
    start: Annotated[
        str, typer.Option("--from", help="A date (from its first instant) or a time, on the cron's clock.")
    ],
    end: Annotated[str, typer.Option("--to", help="A date (to its last instant) or a time; both ends are included.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what would be fired.")] = False,
    as_json: AsJson = False,
) -> None:
    """Fire past instants of a cron by hand, in order.

    Those that have fired are left alone.
    """
    from engine.cli import backfill as command

    command.run(name, start=start, end=end, dry_run=dry_run, as_json=as_json)


@app.command()
def prune(
    *,
    keep_days: Annotated[int | None, typer.Option(min=1, max=36_500, help="Default: BATCHDAG_RETENTION_DAYS.")] = None,
    as_json: AsJson = False,
) -> None:
    """Delete old instances that have ended.

    Their steps, items and results go with them.
    """
    from engine.cli import runs

    runs.prune(keep_days, as_json=as_json)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def psql(context: typer.Context) -> None:
    """Open a psql shell on the database.

    What follows is passed on, such as -c 'select 1'. The exit code is that of psql.
    """
    from engine.cli import shell

    shell.psql(context.args)


@app.command()
def demo() -> None:
    """Run the main job from nothing, then open the console.

    Real files in, a table out, an edit in SQL, questions of a simulated model.
    """
    import asyncio

    from engine.cli.demo_console import go_on_in_console
    from engine.cli.demonstration import demonstrate

    if not asyncio.run(demonstrate()):
        raise typer.Exit(1)
    go_on_in_console()


@app.command()
def version() -> None:
    """Print the version."""
    from importlib.metadata import version as installed

    typer.echo(installed("batchdag"))
