"""Why items of a step failed, and one item in full with what was asked for it and answered. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.database import Database
from engine.rows import Row, file_rows
from runners.base import Json
from runners.generation.ladder import Accepted, judge
from runners.providers.base import Finish

_MOST_FAILED = 100_000
"""Failed items whose errors are compared: about a second's work."""
_MOST_CALLS = 50


@dataclass(frozen=True, slots=True)
class ItemDetail:
    """An item, and the calls for it in the order in which they were made."""

    item: Row
    calls: Sequence[Row]


async def failures(database: Database, instance_id: int, step_key: str, *, limit: int) -> list[Row]:
    """Return what the errors of failed items have in common, the commonest first."""
    return await file_rows(
        database, "step_failures", instance=instance_id, key=step_key, most=_MOST_FAILED, limit=limit
    )


async def item_detail(
    database: Database, instance_id: int, step_key: str, *, shard: int, seq: int
) -> ItemDetail | None:
    """Return an item with the last calls for it; None if there is no such item."""
    found = await file_rows(database, "find_item", instance=instance_id, key=step_key, shard=shard, seq=seq)
    if not found:
        return None
    (item,) = found
    calls = await file_rows(database, "item_calls", step_id=item["step_id"], seq=seq, limit=_MOST_CALLS)
    return ItemDetail(item, [call | {"parsed": parsed(call)} for call in reversed(calls)])


def parsed(call: Row) -> Json:
    """Return what the step makes of an answer; None if there is none, or none that it accepts."""
    if call["finish"] is None:
        return None
    verdict = judge(call["raw_answer"], finish=Finish(call["finish"]), schema=call["response_schema"])
    return verdict.value if isinstance(verdict, Accepted) else None
