"""Builds the items of a generating step: one pending item for each one that comes in, each build made once.

Decides whether what an earlier attempt has built still stands. Knows no provider.
"""

import hashlib
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from psycopg.types.json import Jsonb

from runners.base import Column, Connection, Json, StepRequest
from runners.generation.items import Sink
from runners.generation.ledger import send
from runners.storable import to_json

_COPY = "copy batch_item (step_id, seq, state, payload, attempts) from stdin"


class Source(Protocol):
    """Where the items of a step come from."""

    @property
    def columns(self) -> Sequence[Column]: ...

    async def fingerprint(self, connection: Connection) -> str:
        """Return what changes when the items do."""
        ...

    def chunks(self) -> AsyncIterator[list[Mapping[str, Json]]]:
        """Yield the payloads in order."""
        ...


@dataclass(frozen=True, slots=True)
class Build:
    """A build that is complete."""

    number: int
    choice: int
    items: int
    rounds: int
    """How often every item may have all its tries."""
    begun_at: datetime
    """When it was begun, by the database's clock: before the first item was read."""


async def build(
    request: StepRequest, source: Source, *, work: Json, letters: str, max_tries: int, sink: Sink | None = None
) -> Build:
    """Return the build of these items for this work, made now unless it is there already."""
    async with request.transaction() as connection:
        fingerprint = _hashed([await source.fingerprint(connection), work])
        cursor = await send(
            connection,
            "open_generation",
            step_id=request.step_id,
            fingerprint=fingerprint,
            attempt=request.attempt,
            sink=None if sink is None else Jsonb(sink.spec),
        )
        row = await cursor.fetchone()
        assert row is not None, "an insert that updates on conflict always returns its row"
        number, is_built, choice, items, rounds, begun_at = row
        if is_built and rounds > 1:
            await _revive(connection, request, letters=letters, max_tries=max_tries)
    if not is_built:
        items = await _make(request, source, letters=letters, sink=sink)
    return Build(number, choice, items, rounds, begun_at)


async def _revive(connection: Connection, request: StepRequest, *, letters: str, max_tries: int) -> None:
    cursor = await send(connection, "revive_items", step_id=request.step_id, max_tries=max_tries)
    if cursor.rowcount:
        await _forget_dead_letters(connection, request, letters=letters)


async def _forget_dead_letters(connection: Connection, request: StepRequest, *, letters: str) -> None:
    await send(
        connection, "forget_dead_letters", instance_id=request.instance_id, step_key=request.step_key, source=letters
    )


async def _make(request: StepRequest, source: Source, *, letters: str, sink: Sink | None) -> int:
    """Write all items; a build that was cut off begins again, for it has cost nothing."""
    async with request.transaction() as connection:
        if sink is not None:
            await sink.released(connection, request.step_id)
        await send(connection, "forget_items", step_id=request.step_id)
        await _forget_dead_letters(connection, request, letters=letters)
    seq = 0
    async for payloads in source.chunks():
        async with request.transaction() as connection:
            await _copy(connection, request.step_id, seq, payloads)
        seq += len(payloads)
        await request.progress(done=0, total=seq)
    async with request.transaction() as connection:
        await send(connection, "mark_built", step_id=request.step_id, items=seq)
    return seq


async def _copy(connection: Connection, step_id: int, first: int, payloads: Sequence[Mapping[str, Json]]) -> None:
    async with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for seq, payload in enumerate(payloads, first):
            await copy.write_row((step_id, seq, "pending", to_json(payload), 0))


def _hashed(value: Json) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()
