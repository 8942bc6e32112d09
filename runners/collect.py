"""The ``collect`` runner: makes a data set of what a query, a file or a list holds, or of some items picked from it.

Decides what becomes of good and of broken entries. Sources, caps and strategies are modules of their own.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from itertools import islice
from typing import ClassVar

from definitions.errors import did_you_mean
from runners.base import BadData, Json, Outcome, Output, StepRequest, Succeeded, item_summary
from runners.selection import BadWeight, Candidate, Selection, Strategy
from runners.sources.base import CHUNK_ROWS, Chunk
from runners.sources.intake import Intake, sql_columns
from runners.sources.opening import open_source
from runners.sources.params import CollectParams, Pick
from runners.usage import forget_claims, load_usage, save_claims


class Collect:
    """Writes one item for each entry of the source; a broken entry is a failed item with the reason."""

    name: ClassVar[str] = "collect"
    version: ClassVar[str] = "1"
    description: ClassVar[str] = (
        "Collects items from SQL, a file, a bucket, a web address or a list; can pick some of them."
    )
    Params: ClassVar[type[CollectParams]] = CollectParams
    rehearses: ClassVar[bool] = True

    async def run(self, request: StepRequest) -> Outcome:
        params: CollectParams = request.params
        await request.output.start_over()
        intake = Intake(request.settings, limit=params.limit, tolerate=params.tolerate)
        async with open_source(request) as source:
            chunks = intake.admit(source.chunks)
            if params.pick is None:
                await _write_all(request.output, chunks)
            else:
                await _write_picked(request, params.pick, chunks)
            columns = sql_columns(source.columns())
            return Succeeded(item_summary(request.output, columns, read=intake.read, source=source.label))


async def _write_all(output: Output, chunks: AsyncIterator[Chunk]) -> None:
    async for chunk in chunks:
        if chunk.good:
            await output.write_json(chunk.good)
        if chunk.broken:
            await output.write(chunk.broken)


async def _write_picked(request: StepRequest, pick: Pick, chunks: AsyncIterator[Chunk]) -> None:
    pool = pick.pool or f"{request.definition}.{request.step_key}"
    await forget_claims(request)
    chosen = await _choose(request, pick, chunks, pool)
    payloads = iter([candidate.payload for candidate in chosen])
    while batch := list(islice(payloads, CHUNK_ROWS)):
        await request.output.write_json(batch, total=len(chosen))
    await save_claims(request, pool, [candidate.key for candidate in chosen])


async def _choose(request: StepRequest, pick: Pick, chunks: AsyncIterator[Chunk], pool: str) -> list[Candidate]:
    usage = await load_usage(request, pool, strategy=pick.strategy)
    seed = request.instance_id if pick.seed is None else pick.seed
    selection = Selection(pick.strategy, count=pick.count, usage=usage, seed=seed)
    async for chunk in chunks:
        if chunk.broken:
            await request.output.write(chunk.broken)
        await asyncio.to_thread(_offer, selection, pick, chunk.good)
    return selection.chosen()


def _offer(selection: Selection, pick: Pick, payloads: Sequence[str]) -> None:
    for payload in payloads:
        fields = json.loads(payload)
        key = _key(_field(fields, pick.key), pick.key)
        weight = _weight(fields, pick)
        try:
            selection.offer(Candidate(key, weight, payload))
        except BadWeight as error:
            raise BadData(f"pick: {error}") from error


def _field(fields: dict[str, Json], name: str) -> Json:
    if name not in fields:
        raise BadData(
            f"pick: an item has no column {name!r}{did_you_mean(name, list(fields))}; it has {list(fields)[:20]}"
        )
    return fields[name]


def _key(value: Json, name: str) -> str:
    if value is None or isinstance(value, list | dict):
        raise BadData(f"pick: an item has {json.dumps(value)[:80]} as its key {name!r}; a key is a text or a number")
    return value if isinstance(value, str) else json.dumps(value)


def _weight(fields: dict[str, Json], pick: Pick) -> float:
    if pick.strategy is not Strategy.WEIGHTED or pick.weight is None:
        return 1.0
    value = _field(fields, pick.weight)
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise BadData(
            f"pick: the weight {json.dumps(value)[:80]} is no number; give the column {pick.weight!r} numbers"
        ) from None
