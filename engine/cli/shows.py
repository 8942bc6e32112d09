"""Commands that show what is there: instances, show, items."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from engine.app import Engine
from engine.cli.console import out, print_json, print_table, with_engine
from engine.cli.lookups import find_instance, find_step
from engine.listings import Listings
from engine.planner import Status

_INSTANCES = {
    "id": "ID", "definition": "DEFINITION", "version": "VERSION", "status": "STATUS", "progress": "PROGRESS",
    "duration": "DURATION", "failed_step": "FAILED STEP", "created_at": "CREATED",
}  # fmt: skip
_STEPS = {
    "step_key": "STEP", "state": "STATE", "reason": "REASON", "attempt": "ATTEMPT", "items": "ITEMS",
    "failed": "FAILED", "took": "TOOK", "result": "RESULT",
}  # fmt: skip

_ITEMS = {"seq": "ITEM", "state": "STATE", "payload": "PAYLOAD", "error": "ERROR"}
_MOST_SHARDS = 20


def instances(*, definition: str | None, status: str | None, limit: int, as_json: bool) -> None:
    async def task(engine: Engine) -> None:
        if definition is not None:
            await engine.catalog.find(definition)
        rows = await Listings(engine.database).instances(definition=definition, status=status, limit=limit)
        if as_json:
            print_json(rows)
            return
        lines = [
            row | {"progress": f"{row['done_steps']}/{row['total_steps']}", "definition": _named(row)} for row in rows
        ]
        print_table(lines, columns=_INSTANCES, empty=_no_instances(definition, status))

    with_engine(task)


def _no_instances(definition: str | None, status: str | None) -> str:
    if status is not None:
        return f"no instances are {status}" + (f" of {definition!r}" if definition else "")
    return f"no instances yet; `batchdag run {definition or 'NAME'}` makes one"


def show(instance_id: int, *, explain: str | None, as_json: bool) -> None:
    async def task(engine: Engine) -> None:
        if explain is not None:
            await _explain(engine, instance_id, explain, as_json=as_json)
            return
        listings = Listings(engine.database)
        instance = await find_instance(engine, instance_id)
        steps = await listings.steps(instance_id)
        shards = await listings.shards(instance_id)
        lost = await listings.failed_shards(instance_id, inputs=0, limit=_MOST_SHARDS)
        if as_json:
            print_json(instance | {"steps": steps, "shards": shards, "failed_shards": [_of_shard(row) for row in lost]})
        else:
            _print(instance, steps, shards, lost)

    with_engine(task)


async def _explain(engine: Engine, instance_id: int, step: str, *, as_json: bool) -> None:
    await find_step(engine, instance_id, step)
    why = await Listings(engine.database).explain(instance_id, step)
    if as_json:
        print_json({"step": step} | asdict(why))
    else:
        out.print(why.words, markup=False)


def _print(
    instance: dict[str, Any], steps: list[dict[str, Any]], shards: list[dict[str, Any]], lost: list[dict[str, Any]]
) -> None:
    title = f"{_named(instance)} v{instance['version']}, instance {instance['id']}: {instance['status']}"
    out.print(title, style="bold")
    # An instance that succeeded has at most the error of a shard that was tolerated; those are printed below.
    if instance["error"] and instance["status"] != Status.SUCCEEDED:
        out.print(str(instance["error"]), style="red", markup=False)
    print_table([_line(step) for step in steps], columns=_STEPS, empty="no steps yet")
    for row in shards:
        out.print(f"  {row['step_key']}: {row['shards']} shard(s) {row['state']}")
    for row in lost:
        out.print(f"{row['step_key']}, shard {row['shard']}: {row['error']}", style="red", markup=False)
    for step in steps:
        if step["error"]:
            out.print(f"{step['step_key']}: {step['error']}", style="red", markup=False)


def _of_shard(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("step_key", "shard", "attempt", "error")}


def _named(instance: dict[str, Any]) -> str:
    return f"{instance['definition']} (rehearsal)" if instance["rehearsal"] else str(instance["definition"])


def _line(step: dict[str, Any]) -> dict[str, Any]:
    result = dict(step["result_payload"] or {})
    progress = step["progress"] or {}
    items, failed = result.pop("items", progress.get("done")), result.pop("failed", progress.get("failed"))
    columns = result.pop("columns", None)
    if columns:
        result["columns"] = ", ".join(column["name"] for column in columns)
    took = step["finished_at"] - step["started_at"] if step["finished_at"] and step["started_at"] else None
    return step | {"items": items, "failed": failed or None, "took": took, "result": result or None}


def items(instance_id: int, step: str, *, failed: bool, limit: int, offset: int, as_json: bool) -> None:
    async def task(engine: Engine) -> None:
        await find_step(engine, instance_id, step)
        listings = Listings(engine.database)
        rows = await listings.items(instance_id, step, failed=failed, limit=limit, offset=offset)
        lost = await _lost(listings, instance_id, step, limit=limit) if failed else {}
        if as_json:
            print_json({"items": rows} | lost if failed else rows)
            return
        print_table(rows, columns=_ITEMS, empty=f"step {step!r} has no {'failed ' if failed else ''}items")
        _print_lost(step, **lost)

    with_engine(task)


async def _lost(listings: Listings, instance_id: int, step: str, *, limit: int) -> dict[str, list[dict[str, Any]]]:
    """Return what a step has lost besides items: rows that its target refused, and whole shards with their input."""
    return {
        "dead_letters": await listings.dead_letters(instance_id, step, limit=limit),
        "failed_shards": await listings.failed_shards(instance_id, step, inputs=limit, limit=limit),
    }


def _print_lost(
    step: str, *, dead_letters: Sequence[dict[str, Any]] = (), failed_shards: Sequence[dict[str, Any]] = ()
) -> None:
    if dead_letters:
        out.print(f"rows that the target of {step!r} has refused:", style="bold")
        print_table(dead_letters, columns={"id": "ID", "reason": "REASON", "payload": "PAYLOAD"}, empty="")
    if failed_shards:
        out.print(f"shards of {step!r} that failed, so nothing was made of their input:", style="bold")
        print_table(failed_shards, columns={"shard": "SHARD", "error": "ERROR", "input": "INPUT"}, empty="")
