"""Cuts the input of a parallel step into shards: the items of an ancestor by position, or the elements of a list."""

from collections.abc import Iterator

from definitions.errors import ExpressionError
from definitions.expressions import Expression
from definitions.models import Parallel
from engine.contexts import InstanceContext
from engine.store import Store
from runners.base import Json

MAX_SHARDS = 100_000


async def spread(store: Store, context: InstanceContext, parallel: Parallel) -> list[Json]:
    """Return one input for each shard, as it is kept in ``batch_step.shard_input``.

    Raises:
        ExpressionError: ``over`` cannot be evaluated, is no list, or gives too many shards.
    """
    if parallel.over in context.graph.steps:
        cursor = await store.send("load_item_parts", instance=context.reads_from, key=parallel.over)
        ranges = [part for step_id, items in await cursor.fetchall() for part in _cut(step_id, items, parallel.chunk)]
        shards: list[Json] = [{"step_key": parallel.over, "ranges": [part]} for part in ranges]
    else:
        values = await _values(store, context, parallel.over)
        starts = range(0, len(values), parallel.chunk)
        shards = [{"values": values[start : start + parallel.chunk]} for start in starts]
    if len(shards) > MAX_SHARDS:
        raise ExpressionError(
            f"parallel.over gives {len(shards):,} shards, more than {MAX_SHARDS:,}: raise parallel.chunk"
        )
    return shards


async def _values(store: Store, context: InstanceContext, text: str) -> list[Json]:
    expression = Expression.parse(text)
    results = await store.results(context.reads_from, expression.references)
    values = expression.evaluate(context.values(results))
    if not isinstance(values, list):
        raise ExpressionError(f"parallel.over must give a list; {text!r} gave {type(values).__name__}")
    return values


def _cut(step_id: int, items: int, chunk: int) -> Iterator[list[int]]:
    for first in range(0, items, chunk):
        yield [step_id, first, min(first + chunk, items)]
