"""Where a load goes on after a restart: one row of ``stream_checkpoint`` for each load step, and its dead letters.

Decides what a checkpoint is good for: the same input into the same columns of the same table, and nothing else.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from psycopg.types.json import Jsonb

from runners.base import Connection, ItemRange, Json
from runners.loading.parts import START, Position
from runners.loading.refusals import Refused
from runners.loading.writing import NOTHING, Counts

_READ = "select position from stream_checkpoint where stream = %s"
_SAVE = """
insert into stream_checkpoint (stream, position) values (%s, %s)
on conflict (stream) do update set position = excluded.position, updated_at = clock_now()
"""
_ATTEMPTS = "select id, attempt from batch_step where id = any(%s)"
_BURY = """
insert into dead_letter (batch_instance_id, step_key, source, payload, reason)
select %(instance_id)s, %(step_key)s, %(source)s, item.payload, refused.reason
from unnest(%(step_ids)s::bigint[], %(seqs)s::bigint[], %(reasons)s::text[]) as refused(step_id, seq, reason)
join batch_item as item using (step_id, seq)
order by refused.step_id, refused.seq
returning id
"""
_FORGET = "delete from dead_letter where id = any(%s) and state = 'dead'"
_FORGET_ALL = """
delete from dead_letter
where batch_instance_id = %(instance_id)s and step_key = %(step_key)s and source = %(source)s and state = 'dead'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What has been loaded so far.

    Attributes:
        source: fingerprint of the input.
        target: table, mode, columns and keys.
        at: the last item that is done, as range index and seq.
        given_up: dead letters of a chunk that was rolled back; they go when the chunk is tried again.
    """

    source: str
    target: Json
    at: Position = START
    counts: Counts = NOTHING
    given_up: tuple[int, ...] = ()
    done: bool = False

    def continues(self, other: "Checkpoint") -> bool:
        """Say whether this is the same work as the other."""
        return self.source == other.source and self.target == other.target


@dataclass(frozen=True, slots=True)
class Letterbox:
    """Whose dead letters they are."""

    instance_id: int
    step_key: str
    source: str

    async def bury(self, connection: Connection, refused: Sequence[Refused]) -> list[int]:
        """Write one dead letter for each refused item, straight from ``batch_item``; return their ids."""
        if not refused:
            return []
        binds = asdict(self) | {
            "step_ids": [one.step_id for one in refused],
            "seqs": [one.seq for one in refused],
            "reasons": [one.reason for one in refused],
        }
        cursor = await connection.execute(_BURY, binds)
        return [row[0] for row in await cursor.fetchall()]

    async def forget(self, connection: Connection, ids: Sequence[int]) -> None:
        """Delete these, unless somebody has taken them up."""
        if ids:
            await connection.execute(_FORGET, (list(ids),))

    async def forget_all(self, connection: Connection) -> None:
        """Delete what an earlier pass of this step has left, unless somebody has taken it up."""
        await connection.execute(_FORGET_ALL, asdict(self))


async def fingerprint(connection: Connection, ranges: Sequence[ItemRange], *, items: int) -> str:
    """Return a hash that changes when the input does: which steps' items, of which attempts, and how many."""
    cursor = await connection.execute(_ATTEMPTS, ([part.step_id for part in ranges],))
    attempts: dict[int, int] = dict(await cursor.fetchall())
    facts = [[part.step_id, part.first, part.last, attempts.get(part.step_id)] for part in ranges]
    return hashlib.sha256(json.dumps([facts, items]).encode()).hexdigest()


async def read_checkpoint(connection: Connection, stream: str) -> Checkpoint | None:
    row = await (await connection.execute(_READ, (stream,))).fetchone()
    return _decoded(row[0]) if row else None


async def save_checkpoint(connection: Connection, stream: str, checkpoint: Checkpoint) -> None:
    await connection.execute(_SAVE, (stream, Jsonb(_encoded(checkpoint))))


def _encoded(checkpoint: Checkpoint) -> dict[str, Json]:
    counts = asdict(checkpoint.counts)
    return {
        "source": checkpoint.source,
        "target": checkpoint.target,
        "at": [checkpoint.at.index, checkpoint.at.seq],
        "loaded": checkpoint.counts.loaded,
        **counts,
        "givenUp": list(checkpoint.given_up),
        "done": checkpoint.done,
    }


def _decoded(stored: dict[str, Any]) -> Checkpoint:
    names = ("inserted", "updated", "unchanged", "superseded", "dead")
    return Checkpoint(
        source=stored["source"],
        target=stored["target"],
        at=Position(*stored["at"]),
        counts=Counts(**{name: stored[name] for name in names}),
        given_up=tuple(stored["givenUp"]),
        done=stored["done"],
    )
