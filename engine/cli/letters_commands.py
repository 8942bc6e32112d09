"""``batchdag dead-letters ...``: the commands and their options. What they do is in ``engine.cli.letters``."""

from enum import StrEnum
from typing import Annotated

import typer

app = typer.Typer(
    help="Rows and items that were given up, with the reason.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


class Standing(StrEnum):
    """Which letters are listed."""

    DEAD = "dead"
    REQUEUED = "requeued"
    RESOLVED = "resolved"
    ALL = "all"


@app.command("list")
def list_letters(
    *,
    instance: Annotated[int | None, typer.Option(help="Only those of this instance.")] = None,
    state: Annotated[Standing, typer.Option(help="Only those in this state.")] = Standing.DEAD,
    before: Annotated[int | None, typer.Option(help="Only those with a smaller id: the next page.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    as_json: AsJson = False,
) -> None:
    """List dead letters, the newest first."""
    from engine.cli import letters

    wanted = None if state is Standing.ALL else str(state)
    letters.list_letters(instance=instance, state=wanted, before=before, limit=limit, as_json=as_json)


@app.command()
def show(letter_id: Annotated[int, typer.Argument(help="The id of a letter.")], *, as_json: AsJson = False) -> None:
    """Show a letter whole, and why it was given up."""
    from engine.cli import letters

    letters.show(letter_id, as_json=as_json)


@app.command()
def requeue(
    ids: Annotated[list[int] | None, typer.Argument(help="The ids of letters.")] = None,
    *,
    instance: Annotated[int | None, typer.Option(help="All that are dead of this instance.")] = None,
    as_json: AsJson = False,
) -> None:
    """Mark dead letters for another try.

    A step that takes requeued letters loads them when it runs next.
    """
    from engine.cli import letters

    if (instance is None) == (not ids):
        raise typer.BadParameter("give either the ids of letters, or --instance")
    letters.requeue(ids or [], instance=instance, as_json=as_json)
