"""Commands that make things happen: run, retry, cancel, worker, prune."""

import asyncio
import json
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import typer

from engine.app import Engine, open_engine
from engine.cli.console import err, out, print_json, print_table, with_engine
from engine.cli.live import watch
from engine.cli.lookups import find_instance
from engine.listings import Listings
from engine.logs import set_up_logs
from engine.operations import operating
from engine.resetter import ResetPlan
from engine.settings import Settings
from engine.stopping import listen_for_stop
from engine.waiting import Ended


def run(name: str, *, params: str, budget: float | None, as_json: bool) -> None:
    given = given_params(params)
    dollars = None if budget is None else Decimal(str(budget))

    async def task(engine: Engine) -> Ended:
        # Asked for first: a process that works takes up other people's instances too, and a refusal would leave them.
        instance_id = await engine.start(name, params=given, budget_usd=dollars)
        await _say_what_others_run(engine, name)
        async with engine.working():
            return await _follow(engine, instance_id, as_json=as_json)

    _finish(with_engine(task))


async def _say_what_others_run(engine: Engine, name: str) -> None:
    """Steps whose runner is not installed here wait for a worker that has it: say so, for it may be that nobody has."""
    if foreign := await engine.catalog.foreign_runners(name):
        err.print(
            f"warning: this process has no runner {', '.join(map(repr, foreign))}. Its steps wait for a worker that has"
            " it; if there is none, install the package that brings it"
        )


def given_params(text: str) -> dict[str, Any]:
    """Return what ``--params`` says."""
    try:
        value = json.loads(text)
    except ValueError as error:
        raise typer.BadParameter(f"--params is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise typer.BadParameter("--params must be a JSON object, such as '{\"limit\": 10}'")
    return value


async def _follow(engine: Engine, instance_id: int, *, as_json: bool) -> Ended:
    try:
        ended = await (engine.wait(instance_id) if as_json else watch(engine, instance_id))
    except asyncio.CancelledError:
        err.print(
            f"interrupted: instance {instance_id} waits for a process that works (`batchdag worker`);"
            f" `batchdag cancel {instance_id}` gives it up"
        )
        raise
    if not as_json:
        _say_how_to_go_on(ended, instance_id)
        return ended
    listings = Listings(engine.database)
    instance = await listings.instance(instance_id) or {}
    print_json(instance | {"steps": await listings.steps(instance_id)})
    return ended


def _say_how_to_go_on(ended: Ended, instance_id: int) -> None:
    if not ended.is_success:
        go_on = f"to go on: batchdag retry {instance_id}; if you edit the definition first, with --version latest"
        err.print(go_on, markup=False, soft_wrap=True)


def _finish(ended: Ended) -> None:
    if not ended.is_success:
        raise typer.Exit(1)


def retry(instance_id: int, *, version: str | None, dry_run: bool, as_json: bool) -> None:
    async def task(engine: Engine) -> Ended | None:
        number = await _version(engine, instance_id, version)
        plan = await engine.plan_retry(instance_id, version=number)
        _print_plan(plan, as_json=as_json and dry_run)
        if dry_run:
            return None
        await engine.retry(instance_id, version=number)
        async with engine.working():
            return await _follow(engine, instance_id, as_json=as_json)

    ended = with_engine(task)
    if ended is not None:
        _finish(ended)


async def _version(engine: Engine, instance_id: int, version: str | None) -> int | None:
    if version is None:
        return None
    if version.isdigit():
        return int(version)
    if version != "latest":
        raise typer.BadParameter(f"--version is a number or 'latest', not {version!r}")
    instance = await find_instance(engine, instance_id)
    return int((await engine.catalog.find(str(instance["definition"])))["version"])


def _print_plan(plan: ResetPlan, *, as_json: bool) -> None:
    rows = [{"step": step.key, "plan": str(step.fate), "why": step.why.words} for step in plan.steps]
    if as_json:
        print_json({"instance_id": plan.instance_id, "version": plan.version, "steps": rows})
        return
    err.print(f"plan for instance {plan.instance_id} with version {plan.version}:", style="bold")
    for row in rows:
        err.print(f"  {row['plan']:<8} {row['step']}  ({row['why']})", markup=False)


def cancel(instance_id: int, *, as_json: bool) -> None:
    status = with_engine(lambda engine: engine.cancel(instance_id))
    if as_json:
        print_json({"id": instance_id, "status": str(status)})
    else:
        winding_down = "" if status.is_terminal else "; its running steps are being stopped by their workers"
        out.print(f"instance {instance_id} is {status}{winding_down}")


def budget(instance_id: int, *, usd: float) -> None:
    with_engine(lambda engine: engine.set_budget(instance_id, Decimal(str(usd))))
    out.print(
        f"instance {instance_id} may spend ${usd:,.2f}; `batchdag retry {instance_id}` continues it if it was stopped"
    )


def worker(queues: Sequence[str], *, concurrency: int | None) -> None:
    asyncio.run(_work(tuple(queues), Settings() if concurrency is None else Settings(concurrency=concurrency)))


async def _work(names: tuple[str, ...], settings: Settings) -> None:
    takes_messages = settings.broker_url is not None or bool(names)
    queues = settings.for_queues().consumed(names) if takes_messages else None
    set_up_logs(settings.log_level, form=settings.log_format)
    async with open_engine(settings) as engine, operating(engine):
        stop = listen_for_stop(within=timedelta(seconds=settings.stop_seconds))
        async with engine.working(grace=stop.grace, queues=queues):
            source = f", from {', '.join(queues)}" if queues else ""
            out.print(f"working as {engine.worker}, up to {settings.concurrency} steps at once{source}; Ctrl-C stops")
            await stop.asked()
        stop.done()
        out.print("stopped; what was unfinished has been handed back")


def prune(keep_days: int | None, *, as_json: bool) -> None:
    keep = timedelta(days=keep_days) if keep_days else None
    count = with_engine(lambda engine: engine.prune(keep=keep))
    if as_json:
        print_json({"deleted": count})
    else:
        print_table([{"deleted": count}], columns={"deleted": "DELETED INSTANCES"}, empty="")
