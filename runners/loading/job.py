"""One load, prepared: everything that is decided before the first row is written."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from runners.base import BadData, Connection, InvalidStep, Json, Relation, StepRequest
from runners.loading.checkpoint import Checkpoint, Letterbox, fingerprint
from runners.loading.create import create_table, planned_columns
from runners.loading.mapping import Assignment, assign
from runners.loading.params import LoadParams
from runners.loading.parts import Part, count_items
from runners.loading.refusals import Refused
from runners.loading.statements import build_statements
from runners.loading.target import TableName, Target, allowed_table, find_target, missing_table
from runners.loading.writing import Counts, PartWriter
from runners.tolerance import most

_SHOWN_BEYOND_TOLERATED = 100
_PROGRESS_SECONDS = 0.5


class TooManyRefusedError(Exception):
    """More rows were refused than are tolerated; the chunk's transaction is rolled back."""

    def __init__(self, refused: Sequence[Refused], *, before: int) -> None:
        super().__init__(f"{before + len(refused)} rows refused")
        self.refused = tuple(refused)
        self.before = before


class Meter:
    """Shows progress to people, at most twice a second."""

    def __init__(self, request: StepRequest, *, total: int) -> None:
        self._request = request
        self._total = total
        self._due = 0.0

    async def show(self, counts: Counts) -> None:
        now = time.monotonic()
        if now >= self._due:
            self._due = now + _PROGRESS_SECONDS
            await self._request.progress(done=counts.read, total=self._total)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What to load, where to, how, and under which name it is remembered."""

    request: StepRequest
    target: Target
    relation: Relation
    items: int
    chunk: int
    mode: str
    tolerated: int
    writer: PartWriter
    letters: Letterbox
    start: Checkpoint
    meter: Meter

    @property
    def table(self) -> TableName:
        return self.target.table

    @property
    def stream(self) -> str:
        return f"load:{self.request.step_id}"

    async def write(self, connection: Connection, parts: Sequence[Part], *, dead: int) -> tuple[Counts, list[Refused]]:
        """Write parts; ``dead`` rows were refused before.

        Raises:
            TooManyRefusedError: with the refused rows of these parts, as far as they were tried.
        """
        room = self.tolerated - dead
        counts, refused = await self.writer.write(connection, parts, stop_at=room + _SHOWN_BEYOND_TOLERATED)
        if len(refused) > room:
            raise TooManyRefusedError(refused, before=dead)
        return counts, refused

    def refusal(self, excess: TooManyRefusedError) -> BadData:
        """Return the failure of the step, once the dead letters of the chunk are kept."""
        first = excess.refused[0]
        return BadData(
            f"{self.table} refused {excess.before + len(excess.refused)} rows or more, tolerated are {self.tolerated} "
            f"of {self.items}; the first of this chunk, item {first.seq}: {first.reason}. "
            f"The rows are in dead_letter with source '{self.letters.source}'; mend them, or raise tolerate"
        )


async def prepare(request: StepRequest, params: LoadParams) -> Job:
    """Look at the input and the table, and find everything that cannot work.

    Raises:
        InvalidStep: nothing has been written; the message lists what does not fit.
        BadData: items of the input are gone.
    """
    table = allowed_table(params.table, schemas=request.settings.load_schemas)
    relation = await input_of(request, params)
    async with request.transaction() as connection:
        return await prepare_on(connection, request, params, table=table, relation=relation)


async def prepare_on(
    connection: Connection, request: StepRequest, params: LoadParams, *, table: TableName, relation: Relation
) -> Job:
    """As ``prepare``, in a transaction of the caller; what is created is gone if that is rolled back."""
    target = await _target(connection, table, relation=relation, params=params)
    items = await count_items(connection, relation.ranges)
    source = await fingerprint(connection, relation.ranges, items=items)
    if request.shard is None and items != relation.items:
        raise BadData(
            f"the input should have {relation.items} items, but {items} are there; run the steps before again"
        )
    assignments = assign(
        target, wanted=params.columns, fields=_fields(relation, target, params), keys=params.upsert_keys
    )
    return Job(
        request=request,
        target=target,
        relation=relation,
        items=items,
        chunk=params.chunk,
        mode=params.mode,
        tolerated=most(params.tolerate, of=items),
        writer=PartWriter(
            target, build_statements(target, assignments, keys=params.upsert_keys), upsert=params.mode == "upsert"
        ),
        letters=Letterbox(request.instance_id, request.step_key, f"load:{table}"),
        start=Checkpoint(source=source, target=_remembered(target, assignments, params)),
        meter=Meter(request, total=items),
    )


async def input_of(request: StepRequest, params: LoadParams) -> Relation:
    """Return the items to load.

    Raises:
        InvalidStep: there are none, or not such as this load could take.
    """
    if request.shard is not None and params.mode == "replace":
        raise InvalidStep("mode: replace cannot be parallel, each shard would delete what the others have written")
    if request.shard is not None and request.shard.values is not None:
        raise InvalidStep("load reads items, so parallel.over has to be the key of a step that makes items, not a list")
    relation = await request.items()
    if not relation.ranges:
        raise InvalidStep("there is nothing to load: no step before this one has made items")
    return relation


async def _target(connection: Connection, table: TableName, *, relation: Relation, params: LoadParams) -> Target:
    target = await find_target(connection, table)
    if target is None and params.create:
        columns = planned_columns(params.columns, items=relation.columns, keys=params.keys)
        await create_table(connection, table, columns=columns, keys=params.keys)
        target = await find_target(connection, table)
    if target is None:
        raise await missing_table(connection, table, advice="create it first, or set create: true")
    return target


def _fields(relation: Relation, target: Target, params: LoadParams) -> list[str]:
    if relation.columns or relation.items:
        return [column.name for column in relation.columns]
    # An empty data set may have no fields to compare with; nothing is loaded then, and that is no mistake.
    match params.columns:
        case None:
            return [column.name for column in target.columns]
        case Mapping():
            return list(params.columns.values())
        case _:
            return list(params.columns)


def _remembered(target: Target, assignments: Sequence[Assignment], params: LoadParams) -> Json:
    return {
        "table": str(target.table),
        "mode": params.mode,
        "keys": list(params.upsert_keys),
        "columns": {a.column.name: a.field for a in assignments},
    }
