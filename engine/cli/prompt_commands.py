"""``batchdag prompt ...``: the commands and their options. What they do is in ``engine.cli.prompts``."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Rows of prompt_template, versioned by every edit.", no_args_is_help=True, rich_markup_mode=None)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Key = Annotated[str, typer.Argument(help="The key of a prompt.")]
Version = Annotated[int | None, typer.Option("--version", min=1, help="Default: the newest.")]


@app.command("list")
def list_prompts(*, as_json: AsJson = False) -> None:
    """List the prompts, and the definitions that use them."""
    from engine.cli import prompts

    prompts.list_prompts(as_json=as_json)


@app.command()
def show(key: Key, *, version: Version = None, as_json: AsJson = False) -> None:
    """Show a prompt and its versions."""
    from engine.cli import prompts

    prompts.show(key, version=version, as_json=as_json)


@app.command("set")
def set_prompt(
    key: Key,
    *,
    file: Annotated[Path | None, typer.Option("--file", help="The prompt's text.", exists=True, dir_okay=False)] = None,
    system_file: Annotated[
        Path | None, typer.Option(help="The system text; an empty file removes it.", exists=True, dir_okay=False)
    ] = None,
    schema: Annotated[
        Path | None,
        typer.Option(help="JSON Schema of an answer, in JSON; null removes it.", exists=True, dir_okay=False),
    ] = None,
    description: Annotated[str | None, typer.Option(help="What it is for.")] = None,
    as_json: AsJson = False,
) -> None:
    """Insert or edit a prompt; what is not given stays."""
    from engine.cli import prompts

    edit = prompts.Edit(file=file, system_file=system_file, schema=schema, description=description)
    prompts.set_prompt(key, edit, as_json=as_json)


@app.command()
def diff(
    key: Key,
    *,
    from_version: Annotated[int | None, typer.Option("--from", min=1, help="Default: the one before --to.")] = None,
    to_version: Annotated[int | None, typer.Option("--to", min=1, help="Default: the newest.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show what differs between two versions."""
    from engine.cli import prompts

    prompts.diff(key, from_version=from_version, to_version=to_version, as_json=as_json)


@app.command("test")
def try_prompt(
    key: Key,
    *,
    item: Annotated[str | None, typer.Option(help="One item as JSON.")] = None,
    items: Annotated[
        Path | None, typer.Option(help="Items in a file: JSON, or a JSON value a line.", exists=True, dir_okay=False)
    ] = None,
    params: Annotated[str, typer.Option(help="The params of an instance, a JSON object.")] = "{}",
    steps: Annotated[str, typer.Option(help="The results of earlier steps by key, a JSON object.")] = "{}",
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """Render a prompt on given items; nothing is sent.

    Prints it with the tokens that it would have.
    """
    from engine.cli import prompt_trials

    values = prompt_trials.sample_values(params=params, steps=steps)
    chosen = prompt_trials.given_items(item, items)
    prompt_trials.try_prompt(key, version=version, items=chosen, values=values, as_json=as_json)


@app.command()
def apply(
    files: Annotated[list[Path], typer.Argument(help="YAML or JSON files of prompts.", exists=True, dir_okay=False)],
    *,
    as_json: AsJson = False,
) -> None:
    """Insert or edit prompts from files: all of them or none."""
    from engine.cli import prompts

    prompts.apply(files, as_json=as_json)


@app.command()
def export(
    keys: Annotated[list[str] | None, typer.Argument(help="Keys; without any, all prompts.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Print prompts as YAML (or JSON) that `prompt apply` takes back."""
    from engine.cli import prompts

    prompts.export(keys or [], as_json=as_json)
