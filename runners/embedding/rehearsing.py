"""Rehearses a load: some rows of the source are tried in the real tables, in a transaction that is undone.

So the tables themselves say what they refuse. No pass is begun, nothing is swapped, no index is built.
"""

import asyncio
from contextlib import aclosing
from dataclasses import asdict, dataclass

from psycopg import Rollback

from runners.base import BadData, Connection, Json, StepRequest
from runners.embedding.blocks import Block, joined
from runners.embedding.bulk import reset_shadow, shadow_of
from runners.embedding.checking import Refused, check
from runners.embedding.encoding import Rows, encode, hash_rows
from runners.embedding.index import check_index
from runners.embedding.job import shape_of
from runners.embedding.params import EmbedParams
from runners.embedding.passes import Mode
from runners.embedding.sources import Description, Source
from runners.embedding.spans import Span
from runners.embedding.tables import Collection, prepare_tables, table_names
from runners.embedding.writing import RowWriter
from runners.loading.target import find_target
from runners.loading.writing import Counts
from runners.tolerance import most

_MOST = 2_000
"""Rows that are tried: they are in memory together, and what they touch is locked for as long."""
_SHOWN = 5
_PATIENCE = "set local lock_timeout = '5s'"


@dataclass(frozen=True, slots=True)
class _Tried:
    """What became of the rows that were tried."""

    collection: Collection
    counts: Counts
    refused: tuple[Refused, ...]
    is_new: bool


async def rehearse(
    request: StepRequest, params: EmbedParams, *, source: Source, description: Description, span: Span
) -> dict[str, Json]:
    """Try some rows and return the result that the load would have had with them. Nothing of it stays.

    Raises:
        InvalidStep: the load cannot work, as in earnest.
        BadData: more rows are refused than are tolerated.
    """
    shape = shape_of(params, description)
    check_index(shape, params.index)
    block = await _sample(source, description, span, most=_most(request))
    tried: _Tried | None = None
    async with request.transaction() as connection:
        await connection.execute(_PATIENCE)
        tried = await _try(connection, request, params, description=description, block=block)
        raise Rollback
    assert tried is not None, "a transaction that fails otherwise raises"
    first, end = span.rows(description.rows)
    _check_tolerated(params, tried, of=end - first)
    return _result(tried, block, of=end - first)


async def _sample(source: Source, description: Description, span: Span, *, most: int) -> Block | None:
    blocks: list[Block] = []
    async with aclosing(source.blocks(description, span, after=None)) as coming:  # type: ignore[type-var]
        async for block in coming:
            blocks.append(block)
            if sum(map(len, blocks)) >= most:
                break
    return joined(blocks).cut(0, most) if blocks else None


async def _try(
    connection: Connection, request: StepRequest, params: EmbedParams, *, description: Description, block: Block | None
) -> _Tried:
    schemas = request.settings.load_schemas
    _, embeddings = table_names(params, schemas=schemas)
    is_new = await find_target(connection, embeddings) is None
    collection = await prepare_tables(connection, params, shape=shape_of(params, description), schemas=schemas)
    into = collection.embeddings
    if collection.changes_shape:
        await reset_shadow(connection, collection, Mode.BULK)
        into = shadow_of(collection)
    if block is None:
        return _Tried(collection, Counts(), (), is_new)
    rows, refused = await asyncio.to_thread(_looked_at, block, collection)
    counts, more = await RowWriter(collection, into=into).write(connection, rows)
    refused = [*refused, *more]
    return _Tried(collection, Counts(**asdict(counts) | {"dead": len(refused)}), tuple(refused), is_new)


def _looked_at(block: Block, collection: Collection) -> tuple[Rows, list[Refused]]:
    checked = check(block, half=collection.is_half)
    hashes = hash_rows(block, half=collection.is_half, model=collection.shape.model or "")
    rows = encode(block, checked, hashes)
    return rows, list(checked.refused)


def _most(request: StepRequest) -> int:
    sample = request.rehearsal.sample if request.rehearsal is not None else None
    return _MOST if sample is None else min(sample, _MOST)


def _check_tolerated(params: EmbedParams, tried: _Tried, *, of: int) -> None:
    if params.tolerate is None or not tried.refused:
        return
    tolerated = most(params.tolerate, of=of)
    refused_of_all = round(len(tried.refused) * of / max(tried.counts.read, 1))
    if refused_of_all > tolerated:
        raise BadData(
            f"{len(tried.refused)} of the {tried.counts.read} rows that were tried would be refused, at this rate "
            f"{refused_of_all} of all {of}, and {tolerated} are tolerated; the first: {tried.refused[0].reason}. "
            "Nothing was written; mend the source, or raise tolerate"
        )


def _result(tried: _Tried, block: Block | None, *, of: int) -> dict[str, Json]:
    collection, counts = tried.collection, tried.counts
    facts = asdict(counts) | {
        "of": of,
        "tried": counts.read,
        "table": str(collection.table),
        "mode": "bulk" if collection.changes_shape else "merge",
        "creates": tried.is_new,
        "columns": [
            {
                "column": "embedding",
                "type": f"{collection.shape.type}({collection.shape.dimensions})",
                "field": "vector",
            },
            *(
                {"column": a.column.name, "type": a.column.type, "field": _field(a.field)}
                for a in collection.assignments
            ),
        ],
        "refused": [
            {"item": block.places[one.row] if block is not None else None, "reason": one.reason}
            for one in tried.refused[:_SHOWN]
        ],
    }
    return {"loaded": counts.loaded} | asdict(counts) | {"table": str(collection.table), "rehearsal": facts}


def _field(name: str) -> str:
    return name.removeprefix("\x00")
