"""Live progress of one instance: each step with its state, items, rate and time left; plain lines off a terminal."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from rich.live import Live
from rich.table import Table

from engine.app import Engine
from engine.cli.console import cell, err
from engine.listings import Listings
from engine.waiting import Ended

_REFRESH = 0.25
_MAX_LINES = 40


async def watch(engine: Engine, instance_id: int) -> Ended:
    """Show the instance until it ends."""
    shown = _Terminal() if err.is_terminal else _Lines()
    waiting = asyncio.create_task(engine.wait(instance_id))
    listings = Listings(engine.database)
    with shown:
        while not waiting.done():
            shown.show(await listings.steps(instance_id))
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(waiting), _REFRESH)
        shown.show(await listings.steps(instance_id))
    ended = await waiting
    style = "green" if ended.is_success else "red"
    err.print(f"instance {instance_id} {ended.status}", style=style)
    if ended.error:
        err.print(ended.error, style="red", markup=False)
    return ended


class _Lines:
    """One line for each change of a step's state."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[Any, ...]] = {}

    def __enter__(self) -> "_Lines":
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def show(self, steps: list[dict[str, Any]]) -> None:
        for step in steps:
            now = (step["state"], step["reason"], step["attempt"])
            if self._seen.get(step["step_key"]) == now or step["state"] == "pending":
                continue
            self._seen[step["step_key"]] = now
            reason = f" ({step['reason']})" if step["reason"] else ""
            err.print(f"{step['step_key']}: {step['state']}{reason} {items_of(step)}".rstrip(), markup=False)


class _Terminal:
    """A table that is drawn again and again."""

    def __init__(self) -> None:
        self._live = Live(console=err, auto_refresh=False, transient=False)
        self._rates = Rates()

    def __enter__(self) -> "_Terminal":
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def show(self, steps: list[dict[str, Any]]) -> None:
        table = Table(box=None, pad_edge=False)
        for heading in ("STEP", "STATE", "ITEMS", "RATE", "LEFT"):
            table.add_column(heading)
        active = [step for step in steps if step["state"] != "pending"]
        for step in active[-_MAX_LINES:]:
            rate, left = self._rates.of(step)
            table.add_row(step["step_key"], cell(step["state"]), items_of(step), rate, left)
        waiting = len(steps) - len(active)
        table.caption = f"{waiting} step(s) waiting" if waiting else None
        self._live.update(table, refresh=True)


class Rates:
    """Items per second and the time left, from the progress that was seen before."""

    def __init__(self) -> None:
        self._first: dict[str, tuple[float, int]] = {}

    def of(self, step: Mapping[str, Any]) -> tuple[str, str]:
        progress = step["progress"] or {}
        done, total = progress.get("done"), progress.get("total")
        if step["state"] != "running" or not done:
            return "", ""
        now = time.monotonic()
        began, had = self._first.setdefault(step["step_key"], (now, done))
        if now - began < _REFRESH or done <= had:
            return "", ""
        rate = (done - had) / (now - began)
        return f"{rate:,.0f}/s", f"{(total - done) / rate:,.0f} s" if total else ""


def items_of(step: Mapping[str, Any]) -> str:
    """Return how many items a step has made, of how many, and what was lost: items that failed, or whole shards."""
    progress = step["progress"] or {}
    result = step["result_payload"] or {}
    done = result.get("items", result.get("loaded", progress.get("done")))
    if done is None:
        return ""
    total = progress.get("total")
    failed = result.get("failed") or result.get("dead") or progress.get("failed")
    of = f"/{total:,}" if total and not result else ""
    lost = f", {failed:,} failed" if failed else ""
    if result.get("failed_shards"):
        lost += f"; {result['failed_shards']:,} of {result['shards']:,} shards failed"
    return f"{done:,}{of} items{lost}"
