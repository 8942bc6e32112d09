"""How the input is cut: parts of at most a chunk of good items, in order, from after a position.

Every look is bounded by a window of seqs, not by LIMIT alone: on a table without statistics PostgreSQL would sort all
that is left for each part, and a load of 1,000,000 items would take ten times as long.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from runners.base import BadData, Connection, ItemRange

_NEXT = """
select min(seq), max(seq), count(*) from (
    select seq from batch_item
    where step_id = %(step_id)s and seq >= %(first)s and seq <= %(last)s and state = 'succeeded'
    order by seq limit %(limit)s) as part
"""
_AHEAD = """
select seq from batch_item
where step_id = %(step_id)s and seq >= %(first)s and seq <= %(last)s and state = 'succeeded'
order by seq limit 1
"""
_COUNT = """
select count(*) from unnest(%s::bigint[], %s::bigint[], %s::bigint[]) as part(step_id, first, last)
join batch_item as item on item.step_id = part.step_id
    and item.seq >= part.first and item.seq <= part.last and item.state = 'succeeded'
"""
_END = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Part:
    """The good items ``first <= seq <= last`` of one step: ``count`` of them."""

    step_id: int
    first: int
    last: int
    count: int


@dataclass(frozen=True, slots=True)
class Position:
    """Everything up to and with item ``seq`` of range number ``index`` is done."""

    index: int
    seq: int


START = Position(0, -1)


def last_of(part: ItemRange) -> int:
    """Return the highest seq of the range."""
    return _END if part.last is None else part.last - 1


async def count_items(connection: Connection, ranges: Sequence[ItemRange]) -> int:
    """Count the good items of all ranges."""
    ids, firsts = [part.step_id for part in ranges], [part.first for part in ranges]
    lasts = [last_of(part) for part in ranges]
    row = await (await connection.execute(_COUNT, (ids, firsts, lasts))).fetchone()
    return int(row[0]) if row else 0


async def next_parts(
    connection: Connection, ranges: Sequence[ItemRange], *, after: Position, limit: int
) -> tuple[list[Part], Position]:
    """Return the parts that follow, ``limit`` items in all, and the position behind them; none at the end.

    Small ranges (the shards of a parallel step) are taken together, so that each costs a statement, not a transaction.
    """
    parts: list[Part] = []
    position = after
    while limit > 0 and position.index < len(ranges):
        current = ranges[position.index]
        span = Part(current.step_id, max(current.first, position.seq + 1), last_of(current), 0)
        part = await _window(connection, span, size=limit)
        if part is None:
            position = Position(position.index + 1, -1)
            continue
        parts.append(part)
        limit -= part.count
        position = Position(position.index, part.last)
    return parts, position


async def _window(connection: Connection, span: Part, *, size: int) -> Part | None:
    """Return the good items of the first window of a span that has any: ``size`` items or, with gaps, fewer."""
    window = replace(span, last=min(span.last, span.first + size - 1))
    part = await _first_items(connection, window, limit=size)
    if part is not None or window.last == span.last:
        return part
    binds = {"step_id": span.step_id, "first": window.last + 1, "last": span.last}
    row = await (await connection.execute(_AHEAD, binds)).fetchone()
    return await _window(connection, replace(span, first=row[0]), size=size) if row else None


async def halves(connection: Connection, part: Part) -> tuple[Part, Part]:
    """Cut a part of two items or more in the middle."""
    left = await _first_items(connection, part, limit=part.count // 2)
    if left is None:
        raise BadData(f"the items of step {part.step_id} were deleted while they were loaded; start the step again")
    return left, Part(part.step_id, left.last + 1, part.last, part.count - left.count)


async def _first_items(connection: Connection, span: Part, *, limit: int) -> Part | None:
    """Return the first ``limit`` good items of a span that is small, as a part; None where there is none."""
    binds = {"step_id": span.step_id, "first": span.first, "last": span.last, "limit": limit}
    first, last, count = await (await connection.execute(_NEXT, binds)).fetchone() or (0, 0, 0)
    return Part(span.step_id, first, last, count) if count else None
