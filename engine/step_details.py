"""One step of an instance in full: as its version has it, its parents, its items and how fast they come. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.database import Database
from engine.rows import Row, file_rows

_MOST_COUNTED = 100_000
"""Items that are counted one by one: as many as take a tenth of a second. Summaries know how many there are in all."""
_LATEST = 10


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a step goes through its items: ``rate`` in items per second, since it began them."""

    done: int | None = None
    total: int | None = None
    rate: float | None = None
    eta_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StepDetail:
    """What is known of one step besides its row."""

    definition: Row | None
    parents: Sequence[Row]
    results: Sequence[Row]
    items: Row
    pace: Pace


async def step_detail(database: Database, instance_id: int, step_key: str) -> StepDetail:
    """Return what is known of a step that there is."""
    mine = {"instance": instance_id, "key": step_key}
    (content,) = await file_rows(database, "step_content", **mine)
    (items,) = await file_rows(database, "count_step_items", **mine, most=_MOST_COUNTED)
    (times,) = await file_rows(database, "step_pace", **mine)
    results = await file_rows(database, "latest_results", **mine, limit=_LATEST)
    return StepDetail(content["definition"], content["parents"], results, items, pace(times, items))


def pace(times: Row, items: Row) -> Pace:
    """Say how fast items come and when the last of them will: by the shards of a parallel step, else by its items.

    Only good while the step is at it. What has not begun, or knows no total, has no end that could be foretold.
    """
    done = times["done"]
    if done is None and items["is_complete"]:
        done = items["succeeded"] + items["failed"] + items["dead"]
    if times["since"] is None or not times["is_open"]:
        return Pace(done, times["total"])
    seconds = (times["now"] - times["since"]).total_seconds()
    rate = done / seconds if done and seconds > 0 else None
    parts_done, parts = (times["shards_done"], times["shards"]) if times["shards"] else (done, times["total"])
    if seconds <= 0 or not parts_done or not parts or parts_done > parts:
        return Pace(done, times["total"], rate)
    left = timedelta(seconds=seconds * (parts - parts_done) / parts_done)
    return Pace(done, times["total"], rate, times["now"] + left)
