"""Finds, with one query, the items of a part whose values are not valid for their columns, and says which column.

This is the usual reason why a part is refused, and it is far quicker than cutting the part in halves. It only saves
time: what it does not find (another kind of refusal, PostgreSQL 15) is found by halving.
"""

from collections.abc import Sequence
from dataclasses import replace

import psycopg

from runners.base import Connection
from runners.loading.mapping import Assignment
from runners.loading.parts import Part
from runners.loading.refusals import Refused

_SINCE = 160_000
_ALWAYS_VALID = frozenset({"text", "json", "jsonb"})
# Lists and objects are taken apart by jsonb_to_record, not by the type's input function, so they are not judged here.
_FIND = """
select ranked.seq, ranked.position, bad.reason
from (
    select seq, payload, row_number() over (order by seq) as position from batch_item
    where step_id = %(step_id)s and seq between %(first)s and %(last)s and state = 'succeeded') as ranked
cross join lateral (
    select format('column "%%s": %%s [%%s]', wanted.name, info.message, info.sql_error_code) as reason
    from unnest(%(names)s::text[], %(fields)s::text[], %(types)s::text[]) as wanted(name, field, type)
    cross join lateral pg_input_error_info(ranked.payload ->> wanted.field, wanted.type) as info
    where jsonb_typeof(ranked.payload -> wanted.field) in ('string', 'number', 'boolean') and info.message is not null
    limit 1) as bad
order by ranked.seq
"""


async def around_invalid(
    connection: Connection, part: Part, assignments: Sequence[Assignment]
) -> tuple[list[Part], list[Refused]]:
    """Return the parts between the items with invalid values, and those items; the whole part if none is found."""
    checked = [a for a in assignments if a.column.type not in _ALWAYS_VALID]
    if connection.info.server_version < _SINCE or not checked:
        return [part], []
    binds = {
        "step_id": part.step_id,
        "first": part.first,
        "last": part.last,
        "names": [a.column.name for a in checked],
        "fields": [a.field for a in checked],
        "types": [a.column.type for a in checked],
    }
    try:
        async with connection.transaction():
            found = await (await connection.execute(_FIND, binds)).fetchall()
    except psycopg.DataError:
        # A type of an extension may raise its error instead of returning it.
        return [part], []
    refused = [Refused(part.step_id, seq, reason) for seq, _, reason in found]
    return _between(part, [(seq, position) for seq, position, _ in found]), refused


def _between(part: Part, holes: Sequence[tuple[int, int]]) -> list[Part]:
    """Return what is left of a part without the items at these (seq, position in the part counted from 1)."""
    parts = []
    first, before = part.first, 0
    for seq, position in [*holes, (part.last + 1, part.count + 1)]:
        if position - before > 1:
            parts.append(replace(part, first=first, last=seq - 1, count=position - before - 1))
        first, before = seq + 1, position
    return parts
