"""One attempt, prepared: its tables, its pass and where it stands in it. All is decided before a row is written."""

from collections.abc import Sequence
from dataclasses import dataclass

from runners.base import BadData, Connection, InvalidStep, StepRequest
from runners.embedding.bulk import choose_mode, reset_shadow, shadow_of, stream_prefix
from runners.embedding.index import check_index
from runners.embedding.letters import Letterbox
from runners.embedding.params import EmbedParams
from runners.embedding.passes import Mode, Owner, Part, Pass, Turn, Wanted, begin_pass, find_part, find_pass, join_pass
from runners.embedding.sources import Description, Source
from runners.embedding.spans import Span
from runners.embedding.tables import Collection, Shape, prepare_tables, table_names
from runners.embedding.writing import RowWriter
from runners.loading.target import TableName, find_target


class Occupied(Exception):
    """Another step that has not ended walks the pass; this one waits."""

    def __init__(self, owner: Owner) -> None:
        super().__init__(f"step {owner.step_key} of instance {owner.instance_id} is loading the same rows")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One part of the pass, and where this attempt stands in it. An attempt walks its lanes at the same time."""

    stream: str
    span: Span
    rows: int
    part: Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What one attempt loads, into what, and under which names it is remembered."""

    request: StepRequest
    params: EmbedParams
    source: Source
    description: Description
    collection: Collection
    wanted: Wanted
    current: Pass
    lanes: tuple[Lane, ...]

    @property
    def into(self) -> TableName:
        """The table that vectors are written to now."""
        return shadow_of(self.collection) if self.current.mode is Mode.BULK else self.collection.embeddings

    @property
    def was_empty(self) -> bool:
        """Whether that table held no row when this attempt came, but those that the pass itself has written."""
        return self.current.mode is Mode.BULK or self.collection.current.model is None

    @property
    def writer(self) -> RowWriter:
        return RowWriter(self.collection, into=self.into, was_empty=self.was_empty)

    @property
    def letters(self) -> Letterbox:
        return Letterbox(
            instance_id=self.request.instance_id,
            step_key=self.request.step_key,
            source=self.wanted.stream,
            version=self.description.version,
            model=self.collection.shape.model or "",
        )

    @property
    def rows(self) -> int:
        """How many rows this attempt has to load in all its lanes."""
        return sum(lane.rows for lane in self.lanes)


async def prepare(
    request: StepRequest, params: EmbedParams, *, source: Source, description: Description, spans: Sequence[Span]
) -> Job:
    """Find or create the tables, and join or begin the pass, in one transaction.

    Raises:
        InvalidStep: it cannot work; the message says why.
        Occupied: somebody else is at it.
        BadData: the data set changed while the shards of this step were loading it.
    """
    shape = shape_of(params, description)
    check_index(shape, params.index)
    wanted = _wanted(request, params, source=source, description=description, parts=spans[0].parts)
    async with request.transaction() as connection:
        collection = await prepare_tables(connection, params, shape=shape, schemas=request.settings.load_schemas)
        current = await _current_pass(connection, collection, params, wanted)
        lanes = [await _lane(connection, wanted, current, span) for span in spans]
    return Job(
        request=request,
        params=params,
        source=source,
        description=description,
        collection=collection,
        wanted=wanted,
        current=current,
        lanes=tuple(lanes),
    )


async def _lane(connection: Connection, wanted: Wanted, current: Pass, span: Span) -> Lane:
    stream = wanted.part_stream(span.part)
    first, end = span.rows(current.rows)
    return Lane(stream=stream, span=span, rows=end - first, part=await find_part(connection, stream, current))


def shape_of(params: EmbedParams, description: Description) -> Shape:
    """Return the shape of the vectors to come.

    Raises:
        InvalidStep: the source does not know their dimensions.
    """
    if description.dimensions < 1:
        raise InvalidStep("the source does not say how many dimensions its vectors have; mend its server")
    model = description.model if params.model is None else params.model
    return Shape(params.type, description.dimensions, model)


def _wanted(
    request: StepRequest, params: EmbedParams, *, source: Source, description: Description, parts: int
) -> Wanted:
    table, embeddings = table_names(params, schemas=request.settings.load_schemas)
    shape = shape_of(params, description)
    columns = params.columns if params.columns is None or isinstance(params.columns, dict) else list(params.columns)
    return Wanted(
        # The parts of a pass have its name, a # and their number; no other pass may be named like that.
        stream=stream_prefix(embeddings) + source.name.replace("#", "%23"),
        owner=Owner(request.instance_id, request.step_key),
        version=description.version,
        work=[str(table), params.key, columns, shape.type, shape.dimensions, shape.model],
        rows=description.rows,
        parts=parts,
        among_shards=request.shard is not None,
    )


async def _current_pass(connection: Connection, collection: Collection, params: EmbedParams, wanted: Wanted) -> Pass:
    turn, found = await find_pass(connection, wanted)
    match turn:
        case Turn.WAIT if found is not None:
            raise Occupied(found.owner)
        case Turn.CHANGED if found is not None:
            raise BadData(
                f'{wanted.stream} went from version "{found.version}" to "{wanted.version}" while shards of this step '
                "were loading it, and some are done; start a new instance, it loads the new version"
            )
        case Turn.DONE if found is not None:
            return found
        case Turn.JOIN if found is not None and await _still_fits(connection, collection, found):
            return await join_pass(connection, wanted, found)
        case _:
            mode = await choose_mode(connection, collection, params, wanted)
            await reset_shadow(connection, collection, mode)
            return await begin_pass(connection, wanted, after=found, mode=mode)


async def _still_fits(connection: Connection, collection: Collection, found: Pass) -> bool:
    """Say whether the table that the pass writes to is still there as it was."""
    if found.mode is Mode.BULK:
        return await find_target(connection, shadow_of(collection)) is not None
    return not collection.changes_shape
