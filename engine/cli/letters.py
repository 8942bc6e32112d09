"""Commands on dead letters: list, show, requeue. The same as over HTTP, and with the same meaning."""

from collections.abc import Sequence
from typing import Any

import typer

from engine.app import Engine
from engine.cli.console import cell, out, print_json, print_table, shorten, with_engine
from engine.cli.lookups import find_instance
from engine.pages import Pages
from engine.queue import Letters

_COLUMNS = {
    "id": "ID",
    "batch_instance_id": "INSTANCE",
    "step_key": "STEP",
    "state": "STATE",
    "source": "SOURCE",
    "reason": "REASON",
    "created_at": "CREATED",
}
_PAGE = 1000


def list_letters(*, instance: int | None, state: str | None, before: int | None, limit: int, as_json: bool) -> None:
    async def task(engine: Engine) -> list[dict[str, Any]]:
        if instance is not None:
            await find_instance(engine, instance)
        return await Pages(engine.database).letters(instance_id=instance, state=state, before=before, limit=limit)

    rows = with_engine(task)
    if as_json:
        print_json(rows)
        return
    print_table(rows, columns=_COLUMNS, empty=f"there are no {state or 'dead'} letters")
    if len(rows) == limit:
        out.print(f"there may be more: --before {rows[-1]['id']}")


def show(letter_id: int, *, as_json: bool) -> None:
    async def task(engine: Engine) -> dict[str, Any]:
        rows = await Pages(engine.database).letters(instance_id=None, state=None, before=letter_id + 1, limit=1)
        if not rows or rows[0]["id"] != letter_id:
            raise LookupError(
                f"there is no dead letter {letter_id}; `batchdag dead-letters list --state all` lists them"
            )
        return rows[0]

    row = with_engine(task)
    if as_json:
        print_json(row)
        return
    for name in (*_COLUMNS, "updated_at"):
        out.print(f"{name}: {cell(row[name]).plain if name != 'reason' else row[name]}", markup=False)
    out.print("payload:", style="bold")
    print_json(_readable(row["payload"]))


def _readable(payload: Any) -> Any:
    """Return a payload with long texts, such as a vector in base64, cut short; --json has them whole."""
    match payload:
        case str():
            return shorten(payload, limit=1000)
        case dict():
            return {key: _readable(value) for key, value in payload.items()}
        case _:
            return payload


def requeue(ids: Sequence[int], *, instance: int | None, as_json: bool) -> None:
    async def task(engine: Engine) -> tuple[list[int], list[int]]:
        wanted = list(ids) if instance is None else await _dead_letters(engine, instance)
        requeued = await Letters(engine.database).requeue(wanted)
        return requeued, sorted(set(wanted) - set(requeued))

    requeued, left_alone = with_engine(task)
    if as_json:
        print_json({"requeued": requeued, "left_alone": left_alone})
    else:
        _print_requeued(requeued, left_alone)
    if ids and not requeued:
        raise typer.Exit(1)


def _print_requeued(requeued: Sequence[int], left_alone: Sequence[int]) -> None:
    then = "; the next run of a step that takes them loads them" if requeued else ""
    out.print(f"{len(requeued)} requeued{then}")
    if left_alone:
        out.print(f"left alone, for they are no dead letters (any more): {', '.join(map(str, left_alone))}")


async def _dead_letters(engine: Engine, instance: int) -> list[int]:
    """Return the ids of all dead letters of an instance."""
    await find_instance(engine, instance)
    pages, found, before = Pages(engine.database), list[int](), None
    while rows := await pages.letters(instance_id=instance, state="dead", before=before, limit=_PAGE):
        before = rows[-1]["id"]
        found.extend(row["id"] for row in rows)
    return found
