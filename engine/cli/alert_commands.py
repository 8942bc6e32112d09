"""``batchdag alerts ...``: the commands and their options. What they do is in ``engine.cli.alerts``."""

from typing import Annotated

import typer

app = typer.Typer(help="Rows of alert_webhook, and what was posted.", no_args_is_help=True, rich_markup_mode=None)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


@app.command("list")
def list_webhooks(*, as_json: AsJson = False) -> None:
    """List the webhooks, and what became of their alerts."""
    from engine.cli import alerts

    alerts.list_webhooks(as_json=as_json)


@app.command("test")
def send_test(name: Annotated[str, typer.Argument(help="The name of a webhook.")], *, as_json: AsJson = False) -> None:
    """Post a test alert now and print the answer.

    The exit code is 0 only if it was taken.
    """
    from engine.cli import alerts

    alerts.send_test(name, as_json=as_json)
