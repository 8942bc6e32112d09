"""Rehearses a load: writes some rows into the real table, in a transaction that is rolled back.

So the table itself says what it refuses, by its constraints, foreign keys and triggers. Only ``replace`` writes into an
empty copy of the table, without its foreign keys: to empty the real one would lock it and write all of it, for nothing.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from psycopg import Rollback, sql

from runners.base import BadData, Connection, Json, Relation, StepRequest
from runners.loading.job import Job, input_of, prepare_on
from runners.loading.params import LoadParams
from runners.loading.parts import START, next_parts
from runners.loading.refusals import Refused
from runners.loading.target import TableName, allowed_table, find_target
from runners.loading.writing import Counts

_MOST = 10_000
"""Rows that are tried: what they touch is locked for as long, and real loads wait."""
_SHOWN = 5
_PATIENCE = "set local lock_timeout = '5s'"


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of the rows that were tried."""

    job: Job
    counts: Counts
    refused: Sequence[Refused]
    is_new: bool
    """The table was not there, and the load would create it."""

    @property
    def refused_of_all(self) -> int:
        """How many of all rows would be refused, at the rate of those that were tried."""
        return round(len(self.refused) * self.job.items / max(self.counts.read, 1))


async def rehearse(request: StepRequest, params: LoadParams) -> dict[str, Json]:
    """Try some rows and return the result that the load would have had with them. Nothing of it stays.

    Raises:
        InvalidStep: the load cannot work, as in earnest.
        BadData: more rows are refused than are tolerated.
    """
    relation = await input_of(request, params)
    tried: Tried | None = None
    async with request.transaction() as connection:
        await connection.execute(_PATIENCE)
        tried = await _try(connection, request, params, relation=relation)
        raise Rollback
    assert tried is not None, "a transaction that fails otherwise raises"
    if tried.refused_of_all > tried.job.tolerated:
        raise _refusal(tried)
    return _result(tried)


async def _try(connection: Connection, request: StepRequest, params: LoadParams, *, relation: Relation) -> Tried:
    table = allowed_table(params.table, schemas=request.settings.load_schemas)
    is_new = await find_target(connection, table) is None
    job = await prepare_on(connection, request, params, table=table, relation=relation)
    writes = job
    if params.mode == "replace":
        copy = await _empty_copy(connection, job)
        writes = await prepare_on(connection, request, params, table=copy, relation=relation)
    await writes.writer.check_at_once(connection)
    most = _most(request)
    parts, _ = await next_parts(connection, relation.ranges, after=START, limit=most)
    counts, refused = await writes.writer.write(connection, parts, stop_at=most + 1)
    return Tried(job, counts, refused, is_new)


async def _empty_copy(connection: Connection, job: Job) -> TableName:
    """Create a table like the target, in the engine's own schema."""
    row = await (await connection.execute("select current_schema()")).fetchone()
    copy = TableName(str(row[0] if row else "public"), f"rehearsal_of_step_{job.request.step_id}")
    create = sql.SQL("create table {} (like {} including all)")
    await connection.execute(create.format(copy.identifier, job.table.identifier))
    return copy


def _most(request: StepRequest) -> int:
    sample = request.rehearsal.sample if request.rehearsal is not None else None
    return _MOST if sample is None else min(sample, _MOST)


def _refusal(tried: Tried) -> BadData:
    first = tried.refused[0]
    return BadData(
        f"{tried.job.table} refuses {len(tried.refused)} of the {tried.counts.read} rows that were tried, at this rate "
        f"{tried.refused_of_all} of all {tried.job.items}, and {tried.job.tolerated} are tolerated; the first, item "
        f"{first.seq}: {first.reason}. Nothing was written; mend the items or the table, or raise tolerate"
    )


def _result(tried: Tried) -> dict[str, Json]:
    job, counts = tried.job, tried.counts
    facts = asdict(counts) | {
        "of": job.items,
        "tried": counts.read,
        "table": str(job.table),
        "mode": job.mode,
        "creates": tried.is_new,
        "columns": [
            {"column": a.column.name, "type": a.column.type, "field": a.field}
            for a in job.writer.statements.assignments
        ],
        "refused": [{"item": refused.seq, "reason": refused.reason} for refused in tried.refused[:_SHOWN]],
    }
    return {"loaded": counts.loaded} | asdict(counts) | {"table": str(job.table), "rehearsal": facts}
