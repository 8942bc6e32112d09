"""Commands on alerts: list and test."""

import typer

from engine.app import Engine
from engine.cli.console import err, out, print_json, print_table, with_engine
from engine.operations import alerts_of
from engine.webhooks import Answer

_COLUMNS = {
    "name": "NAME",
    "events": "EVENTS",
    "definition": "DEFINITION",
    "address": "ADDRESS",
    "enabled": "ENABLED",
    "waiting": "WAITING",
    "sent": "SENT",
    "given_up": "GIVEN UP",
    "last_answer": "LAST ANSWER",
}


def list_webhooks(*, as_json: bool) -> None:
    rows = with_engine(lambda engine: alerts_of(engine).webhooks())
    if as_json:
        print_json(rows)
        return
    print_table(
        [row | {"events": ", ".join(row["events"])} for row in rows],
        columns=_COLUMNS,
        empty="there are no webhooks; insert a row into alert_webhook",
    )


def send_test(name: str, *, as_json: bool) -> None:
    async def task(engine: Engine) -> Answer:
        return await alerts_of(engine).send_test(name)

    answer = with_engine(task)
    if as_json:
        print_json({"webhook": name, "taken": answer.is_taken, "answer": answer.said})
    elif answer.is_taken:
        out.print(f"webhook {name} took the alert: {answer.said}", markup=False)
    else:
        err.print(f"webhook {name} did not take the alert: {answer.said}", markup=False)
    if not answer.is_taken:
        raise typer.Exit(1)
