"""The ``process`` runner: makes a new data set of the items of earlier steps, by SQL or item by item.

Decides the params and how many failed items are too many. The transforms themselves are in ``runners.transforms``.
"""

import asyncio
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Annotated, ClassVar, Literal

from jsonschema.exceptions import SchemaError
from pydantic import BaseModel, Field, StrictStr, field_validator, model_validator

from definitions.keywords import LinearValidator
from definitions.models import Tolerate
from definitions.schemas import check_schema
from runners.base import (
    BOUND_SQL,
    PER_ITEM,
    BadData,
    InvalidStep,
    Json,
    NewItem,
    Outcome,
    Params,
    Relation,
    StepRequest,
    Succeeded,
    item_summary,
    one_of,
)
from runners.tolerance import most, nothing_good
from runners.transforms.base import Transform, check_fields
from runners.transforms.dedupe import KeepFirst, KeepLast
from runners.transforms.explode import ExplodeField
from runners.transforms.parse import ParseField
from runners.transforms.template import RenderFields

Name = Annotated[StrictStr, Field(min_length=1)]
SqlText = Annotated[StrictStr, Field(min_length=1, json_schema_extra=BOUND_SQL)]
TemplateText = Annotated[StrictStr, Field(json_schema_extra=PER_ITEM)]

_READ = 2_000
_WRITE = 5_000
_KINDS = ("sql", "template", "render", "parse", "explode", "dedupe")


class TemplateParams(Params):
    """One field and its template."""

    field: Name = Field(description="The field that is made.")
    template: TemplateText = Field(description="The template of its text, such as {{ item.title }}.")


class ParseParams(Params):
    """What to parse and what it has to be like."""

    field: Name = Field(description="The field that holds JSON text.")
    into: Name | None = Field(default=None, description="Put the value under this name; default: merge its fields.")
    json_schema: dict[str, Json] = Field(
        default_factory=dict, alias="schema", description="A JSON Schema; an item that does not fit is failed."
    )
    keep: list[Name] | None = Field(default=None, description="Fields of the item to keep; default: all.")

    @field_validator("json_schema")
    @classmethod
    def _is_a_schema(cls, schema: dict[str, Json]) -> dict[str, Json]:
        try:
            LinearValidator.check_schema(schema, format_checker=None)
        except SchemaError as error:
            raise ValueError(f"schema{error.json_path[1:]}: {error.message}") from error
        # References and patterns are checked as for params, which are objects; here any type will do.
        if problems := check_schema({**schema, "type": "object"}, path="schema"):
            raise ValueError("; ".join(str(problem) for problem in problems))
        return schema


class ExplodeParams(Params):
    """Which list, and what an element is called."""

    field: Name = Field(description="The field that holds a list.")
    name: Name | None = Field(default=None, alias="as", description="The element's field; default: the list's.")


class DedupeParams(Params):
    """What makes two items the same."""

    by: list[Name] = Field(min_length=1, description="Items with the same values in these fields are the same.")
    keep: Literal["first", "last"] = Field(default="first", description="Which of them stays.")


class ProcessParams(Params):
    """The params of ``process``: exactly one of sql, template, render, parse, explode and dedupe."""

    model_config = one_of(*_KINDS)

    sql: SqlText | None = Field(
        default=None,
        description="A SELECT over `items`, ancestor steps by their keys, and tables; values as :name.",
    )
    bind: dict[str, Json] = Field(default_factory=dict, description="Values for :name, over the instance's params.")
    template: TemplateParams | None = Field(default=None, description="Render one field of each item.")
    render: dict[Name, TemplateText] | None = Field(default=None, min_length=1, description="Field → template.")
    parse: ParseParams | None = Field(default=None, description="Parse JSON text into fields.")
    explode: ExplodeParams | None = Field(default=None, description="One item for each element of a list.")
    dedupe: DedupeParams | None = Field(default=None, description="One item for each key.")
    tolerate: Tolerate | None = Field(default=None, description="How many items may fail; default: any, not all.")

    @model_validator(mode="after")
    def _exactly_one(self) -> "ProcessParams":
        given = [kind for kind in _KINDS if getattr(self, kind) is not None]
        if len(given) != 1:
            raise ValueError(f"process needs exactly one of {', '.join(_KINDS)}; given: {', '.join(given) or 'none'}")
        if self.bind and self.sql is None:
            raise ValueError("bind is for sql only; a template reads params by itself")
        if self.tolerate is not None and self.sql is not None:
            raise ValueError("tolerate is for transforms of single items; SQL succeeds or fails as a whole")
        return self


class Process:
    """Transforms data: set-based with SQL, or item by item with one of the transforms."""

    name: ClassVar[str] = "process"
    version: ClassVar[str] = "1"
    description: ClassVar[str] = "Make new items of the items of earlier steps: sql, template, parse, explode, dedupe."
    Params: ClassVar[type[BaseModel]] = ProcessParams
    rehearses: ClassVar[bool] = True

    async def run(self, request: StepRequest) -> Outcome:
        params: ProcessParams = request.params
        if params.sql is not None:
            return await _by_sql(request, params.sql, bind=params.bind)
        return await _item_by_item(request, _transform(params, request.values), tolerate=params.tolerate)


async def _by_sql(request: StepRequest, text: str, *, bind: Mapping[str, Json]) -> Outcome:
    await request.output.start_over()
    binds = {**request.values.get("params", {}), **bind}
    relations = await request.relations(named_in=text)
    size = 0
    async with request.sql.query(text, binds=binds, relations=relations) as cursor:
        async for chunk in cursor.chunks(_WRITE):
            size += sum(map(len, chunk))
            _check_caps(request, rows=request.output.written + len(chunk), size=size)
            await request.output.write_json(chunk)
        return Succeeded(item_summary(request.output, cursor.columns))


def _check_caps(request: StepRequest, *, rows: int, size: int) -> None:
    settings = request.settings
    if rows > settings.max_rows or size > settings.max_bytes:
        raise BadData(
            f"the SQL returns more than the operator allows: {settings.max_rows:,} rows, {settings.max_bytes:,} bytes; "
            "select less, or have the limits max_rows and max_bytes raised"
        )


def _transform(params: ProcessParams, values: Mapping[str, Json]) -> Transform:
    if params.parse is not None:
        parse = params.parse
        return ParseField(parse.field, into=parse.into, schema=parse.json_schema, keep=parse.keep)
    if params.explode is not None:
        return ExplodeField(params.explode.field, name=params.explode.name or params.explode.field)
    if params.dedupe is not None:
        return (KeepFirst if params.dedupe.keep == "first" else KeepLast)(params.dedupe.by)
    if params.template is not None:
        return RenderFields({params.template.field: params.template.template}, values=values)
    return RenderFields(params.render or {}, values=values)


async def _item_by_item(request: StepRequest, transform: Transform, *, tolerate: Tolerate | None) -> Outcome:
    relation = await _input(request)
    check_fields(transform.needs, relation.columns)
    await request.output.start_over()
    if isinstance(transform, KeepLast):
        await _look_ahead(request, relation, transform)
    tolerated = None if tolerate is None else most(tolerate, of=relation.items)
    total = relation.items if transform.one_to_one else None
    read, first_reason = 0, ""
    async for chunk in request.read(relation, chunk=_READ):
        read += len(chunk)
        made = transform.made([item.payload for item in chunk])
        while batch := await asyncio.to_thread(_next_batch, made):
            await request.output.write(batch, total=total)
            first_reason = first_reason or next((item.error for item in batch if item.error is not None), "")
            _check_failed(request, tolerated=tolerated, first_reason=first_reason)
    failed = request.output.failed
    if tolerate is None and failed and not request.output.written and request.shard is None and not request.rehearsal:
        raise nothing_good(failed, what="items", first=first_reason)
    return Succeeded(item_summary(request.output, transform.columns(relation.columns), read=read))


async def _input(request: StepRequest) -> Relation:
    if request.shard is not None and request.shard.values is not None:
        raise InvalidStep(
            "this transform reads items, so parallel.over has to be the key of a step that makes items, not a list"
        )
    relation = await request.items()
    if not relation.ranges:
        raise InvalidStep("there are no items to transform: no step before this one has made any")
    return relation


async def _look_ahead(request: StepRequest, relation: Relation, transform: KeepLast) -> None:
    async for chunk in request.read(relation, chunk=_READ):
        await asyncio.to_thread(transform.look, [item.payload for item in chunk])


def _next_batch(made: Iterator[NewItem]) -> list[NewItem]:
    return list(islice(made, _WRITE))


def _check_failed(request: StepRequest, *, tolerated: int | None, first_reason: str) -> None:
    if tolerated is not None and request.output.failed > tolerated:
        raise BadData(
            f"{request.output.failed} items or more failed, tolerated are {tolerated}; the first: {first_reason}. "
            "The failed items are kept with their reasons: mend them, or raise tolerate"
        )
