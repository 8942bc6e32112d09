"""The contract between the engine and a runner: what a runner is handed, and the three things it may answer.

A runner knows nothing of states, leases or retries. It reads its inputs, writes its output and returns an ``Outcome``;
whatever it commits through ``StepRequest.transaction`` is refused once the attempt is no longer its own.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar, Protocol, TypeAlias

from psycopg import AsyncConnection
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel
from pydantic.config import JsonDict

from definitions.models import ErrorClass

Json: TypeAlias = Any
"""A value that JSON can hold: None, bool, int, float, str, and lists and string-keyed dicts of them."""

Connection: TypeAlias = AsyncConnection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Succeeded:
    """The attempt is done. ``result`` is the summary that goes into ``batch_step_result`` (below 1 MB)."""

    result: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failed:
    """The attempt failed; ``error_class`` decides whether the retry policy tries again."""

    error: str
    error_class: ErrorClass = ErrorClass.UNEXPECTED
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Snoozed:
    """Not done yet, nothing to do now: call again after ``delay``. Holds no worker and uses up no attempt."""

    delay: timedelta
    why: str = "waiting"


Outcome: TypeAlias = Succeeded | Failed | Snoozed


class RunnerError(Exception):
    """A failure that the runner understands. The message is shown to the analyst, so it says what to do."""

    error_class: ClassVar[ErrorClass] = ErrorClass.UNEXPECTED


class InvalidStep(RunnerError):
    """The definition asks for something that cannot work: wrong SQL, an unknown column. Not retried."""

    error_class = ErrorClass.INVALID


class BadData(RunnerError):
    """The input is not what the step can work with. Not retried: the same data would fail again."""

    error_class = ErrorClass.DATA


class TransientFailure(RunnerError):
    """Something outside is not available just now. Retried."""

    error_class = ErrorClass.TRANSIENT


class LostLease(Exception):
    """The attempt is no longer this worker's; nothing it writes is kept. A runner lets it through."""


@dataclass(frozen=True, slots=True)
class Column:
    """A field of an item and its PostgreSQL type (``text``, ``bigint``, ``double precision``, ``jsonb``, ...)."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Item:
    """One item of an earlier step's output. ``(step_id, seq)`` identifies it and orders it."""

    step_id: int
    seq: int
    payload: dict[str, Json]


@dataclass(frozen=True, slots=True)
class NewItem:
    """One item to be written: good, or failed with the reason."""

    payload: Json
    error: str | None = None


@dataclass(frozen=True, slots=True)
class ItemRange:
    """Items ``first <= seq < last`` of one (shard of a) step; ``last`` None means to the end."""

    step_id: int
    first: int = 0
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """The items of one ancestor step, as SQL sees them: a relation with these columns."""

    step_key: str
    columns: tuple[Column, ...]
    ranges: tuple[ItemRange, ...]
    items: int
    """How many good items there are in the ranges."""
    absence: str | None = None
    """Why there is no such relation, for whom the SQL names it all the same; None: there is one, were it empty."""


@dataclass(frozen=True, slots=True)
class Shard:
    """Which part of a parallel step this is; ``values`` is set when ``over`` is a list, not a step's items."""

    index: int
    values: tuple[Json, ...] | None = None


class Output(Protocol):
    """Where a step's own items go. Each call commits; together with the progress that people see."""

    async def start_over(self) -> None:
        """Delete what an earlier attempt of this step has written."""
        ...

    async def write(self, items: Sequence[NewItem], *, total: int | None = None) -> None:
        """Append one chunk (1,000 to 10,000 items is good) in one transaction; ``total`` feeds the progress."""
        ...

    async def write_json(self, payloads: Sequence[str], *, total: int | None = None) -> None:
        """As ``write``, for good items that are JSON text from PostgreSQL already: not parsed again."""
        ...

    @property
    def written(self) -> int:
        """Good items so far."""
        ...

    @property
    def failed(self) -> int:
        """Failed items so far."""
        ...


class Cursor(Protocol):
    """The rows of an analyst's query, streamed."""

    @property
    def columns(self) -> tuple[Column, ...]: ...

    def chunks(self, size: int) -> AsyncIterator[list[str]]:
        """Yield rows as JSON object text, ``size`` at a time."""
        ...


class AnalystSql(Protocol):
    """Runs SQL that an analyst wrote, on the reader's login role, in a read-only transaction, without writing."""

    def query(
        self, sql: str, *, binds: Mapping[str, Json], relations: Mapping[str, Relation]
    ) -> AbstractAsyncContextManager[Cursor]:
        """Open a cursor. ``:name`` in the text is bound from ``binds``; relations are visible by name.

        Raises:
            InvalidStep: the SQL is refused; the message has PostgreSQL's reason and the line.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RunnerSettings:
    """What the operator allows runners to do."""

    data_root: str | None = None
    """Relative paths and ``file:`` URIs must lie below this folder; None: the folder the process runs in."""
    private: tuple[str, ...] = (".batchdag", "batchdag.toml")
    """Folders and files of batchdag's own, which hold secrets: no path of a definition leads there."""
    load_schemas: tuple[str, ...] = ("public",)
    """The PostgreSQL schemas that ``load`` may write to."""
    allow_private_addresses: bool = False
    """Whether HTTP sources may be on loopback or private networks."""
    max_rows: int = 10_000_000
    max_bytes: int = 10_000_000_000
    storage: str = ".batchdag/storage"
    """The folder for what providers were sent and what they answered, as it came. Shared, where machines share work."""
    secrets: str = ".batchdag/secrets"
    """The folder where a ``secret://NAME`` is looked for after the environment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """The instance is a rehearsal: nothing is paid for, and nothing but the engine's own tables is changed."""

    sample: int | None = None
    """Ask for, or try to load, at most so many items of a step; None: all."""


class Handed(Protocol):
    """The engine's side of a request; runners use it through ``StepRequest``."""

    async def items(self) -> Relation: ...

    async def relations(self, *, named_in: str) -> Mapping[str, Relation]: ...

    async def progress(self, *, done: int, total: int | None) -> None: ...

    def transaction(self) -> AbstractAsyncContextManager[Connection]: ...

    def read(self, relation: Relation, *, chunk: int, after: tuple[int, int] | None) -> AsyncIterator[list[Item]]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRequest:
    """Everything a runner gets for one attempt."""

    instance_id: int
    definition: str
    step_id: int
    step_key: str
    attempt: int
    params: Any
    """An instance of the runner's ``Params``, rendered; fields marked ``per_item`` are as written."""
    values: Mapping[str, Json]
    """``params``, ``instance``, ``steps``, ``shard``: what templates and expressions may name."""
    shard: Shard | None
    sql: AnalystSql
    output: Output
    settings: RunnerSettings
    handed: Handed
    rehearsal: Rehearsal | None = None
    """Set only for a runner that says it rehearses."""

    async def items(self) -> Relation:
        """Return this step's input: the items of its parents (of their parents, where one made none), or its shard's.

        Several parents are read one after the other; the columns are those of all of them.
        """
        return await self.handed.items()

    async def relations(self, *, named_in: str) -> Mapping[str, Relation]:
        """Return the item relations of those ancestors whose keys are words of this text, and ``items`` if it is.

        Of an ancestor that has made no items, the ``absence`` says why.
        """
        return await self.handed.relations(named_in=named_in)

    async def progress(self, *, done: int, total: int | None = None) -> None:
        """Show people how far the step is; at most a few times a second. ``Output.write`` does it by itself."""
        await self.handed.progress(done=done, total=total)

    def transaction(self) -> AbstractAsyncContextManager[Connection]:
        """Open a transaction on the engine's role that commits only while this attempt is still ours.

        Raises:
            LostLease: it is not.
        """
        return self.handed.transaction()

    def read(
        self, relation: Relation, *, chunk: int = 1000, after: tuple[int, int] | None = None
    ) -> AsyncIterator[list[Item]]:
        """Stream the good items of a relation in order, from after ``(step_id, seq)``, in bounded memory."""
        return self.handed.read(relation, chunk=chunk, after=after)


class Params(BaseModel):
    """Base of every runner's params: camelCase outside, unknown names refused."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)


class Runner(Protocol):
    """How one kind of step is run. One instance serves all steps of its kind in a process, concurrently.

    One that says ``rehearses: ClassVar[bool] = True`` takes part in rehearsals, and must then heed
    ``StepRequest.rehearsal``. In a rehearsal the steps of the others succeed without being run, and make no items.
    """

    name: ClassVar[str]
    version: ClassVar[str]
    description: ClassVar[str]
    Params: ClassVar[type[BaseModel]]

    async def run(self, request: StepRequest) -> Outcome:
        """Run one attempt.

        Raise ``RunnerError`` for a failure that is understood; any other exception is ``unexpected`` and its type and
        message are shown. asyncio cancellation means timeout, cancel or shutdown: clean up and let it through.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """What the engine hands to a runner that has something to look after beside its steps.

    A runner with a method ``async def upkeep(self, upkeep: Upkeep) -> bool`` is called every few seconds by each
    process that works; it returns whether there was something to do. One with ``async def aclose(self)`` is closed
    with the engine.
    """

    worker: str
    settings: RunnerSettings
    transaction: Callable[[], AbstractAsyncContextManager[Connection]]


TEMPLATE = {"x-template": True}
"""Put into ``Field(json_schema_extra=TEMPLATE)`` of a param that people write as a longer template.

Forms have an editor for it. It changes nothing else: every other text may be a template too, rendered once for a step.
"""


PER_ITEM = {"x-per-item": True, **TEMPLATE}
"""Put into ``Field(json_schema_extra=PER_ITEM)`` of a param that is a template rendered for each item."""


PROMPT = {"x-prompt": True}
"""Put into ``Field(json_schema_extra=PROMPT)`` of a param that is the key of a row of ``prompt_template``."""


SQL_TEXT = {"x-sql": True}
"""Put into ``Field(json_schema_extra=SQL_TEXT)`` of a param that is SQL: not rendered; values are ``:name`` binds."""


BOUND_SQL = {**SQL_TEXT, "x-binds": "bind"}
"""As ``SQL_TEXT``, of which also is known what binds it: the instance's params, and the param ``bind`` beside it."""


TABLE: JsonDict = {"x-table": True}
"""Put into ``Field(json_schema_extra=TABLE)`` of a param that names a table to write to: never one of the engine's."""


def one_of(*names: str) -> ConfigDict:
    """Return the ``model_config`` of params of which exactly one is given, so that a form asks which.

    It checks nothing: a validator does, in words that say what was given.
    """
    return ConfigDict(json_schema_extra={"x-one-of": list(names)})


def item_summary(output: Output, columns: Sequence[Column], **more: Json) -> dict[str, Json]:
    """Return the ``result`` that every runner gives which has written items: later steps find their columns here."""
    described = [{"name": column.name, "type": column.type} for column in columns]
    return {"items": output.written, "failed": output.failed, "columns": described} | more
