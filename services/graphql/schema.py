"""The queries that clients can send, and the limits of each. There is nothing to change and nothing to subscribe to."""

from collections.abc import Sequence
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.extensions import AddValidationRules, MaxTokensLimiter, ParserCache, ValidationCache
from strawberry.types import ExecutionContext

from engine.pages import InstanceFilter
from runners.base import Json
from services.graphql.collection_types import (
    CollectionOut,
    ConditionIn,
    MatchOut,
    OrderIn,
    PageInfo,
    RowOut,
    RowPage,
    SearchByIn,
    SearchOptionsIn,
    conditions_of,
    matches_of,
    order_of,
    row_of,
)
from services.graphql.context import ContextInfo
from services.graphql.cursors import checked_first, cursor_of, read_cursor
from services.graphql.engine_types import (
    DefinitionOut,
    First,
    InstanceOut,
    definition_named,
    definitions_after,
)
from services.graphql.errors import Refused
from services.graphql.fields import described
from services.graphql.limits import Limits, limit_rule
from services.graphql.listing import Listing
from services.graphql.settings import GraphqlSettings

_BIGINT = 2**63 - 1
_QUERIES_REMEMBERED = 128


@strawberry.type
class DefinitionPage:
    nodes: list[DefinitionOut]
    page_info: PageInfo


@strawberry.type
class InstancePage:
    nodes: list[InstanceOut]
    page_info: PageInfo


@strawberry.type
class Query:
    @described("What can be read: the collections that have embeddings.")
    async def collections(self, info: ContextInfo) -> list[CollectionOut]:
        served = await info.context.reading.catalogue.served()
        return [
            CollectionOut(
                name=one.name,
                description=one.description,
                type=one.type,
                dimensions=one.dimensions,
                exposed=None if one.exposed is None else list(one.exposed),
            )
            for one in served
        ]

    @described("Rows of a collection, filtered and sorted, in pages.")
    async def rows(
        self,
        info: ContextInfo,
        *,
        collection: str,
        where: list[ConditionIn] | None = None,
        order_by: OrderIn | None = None,
        first: First = 20,
        after: str | None = None,
    ) -> RowPage:
        reading = info.context.reading
        served = await reading.catalogue.find(collection)
        wanted = Listing(conditions_of(where or [], served), order_of(order_by, served), checked_first(first), after)
        info.context.budget.ask(first)
        page = await reading.rows(served, wanted)
        nodes = [row_of(served, row) for row in page["rows"]]
        return RowPage(nodes=nodes, page_info=PageInfo(has_next_page=page["next"] is not None, end_cursor=page["next"]))

    @described("One row of a collection.")
    async def row(self, info: ContextInfo, collection: str, id: str) -> RowOut | None:  # noqa: A002 - as clients say
        reading = info.context.reading
        served = await reading.catalogue.find(collection)

        async def read(ids: list[str]) -> Sequence[Json]:
            return await reading.rows_by_id(served, ids)

        info.context.budget.ask(1)
        found = await info.context.load("rows", collection, id, read)
        return row_of(served, found) if found is not None else None

    @described("The rows of a collection that are nearest to a text, a vector, or one of its rows.")
    async def search(
        self, info: ContextInfo, collection: str, by: SearchByIn, options: SearchOptionsIn | None = None
    ) -> list[MatchOut]:
        reading = info.context.reading
        served = await reading.catalogue.find(collection)
        search = (options or SearchOptionsIn()).search_in(served)
        info.context.budget.ask(search.first)
        if by.text is not None:
            found = await reading.nearest_to_text(served, by.text.value, search)
        elif by.vector is not None:
            found = await reading.nearest_to_vector(served, by.vector.value, search)
        elif by.id is not None:
            found = await reading.nearest_to_row(served, by.id.value, search)
        else:
            raise Refused("by: give a text, a vector or an id")
        return matches_of(served, search, found)

    @described("Definitions by name, in pages.")
    async def definitions(self, info: ContextInfo, first: First = 50, after: str | None = None) -> DefinitionPage:
        info.context.budget.ask(checked_first(first))
        last = None if after is None else str(read_cursor(after, parts=1)[0])
        rows = await definitions_after(info.context, after=last, limit=first + 1)
        shown = rows[:first]
        end = cursor_of(shown[-1]["name"]) if len(rows) > first else None
        page_info = PageInfo(has_next_page=end is not None, end_cursor=end)
        return DefinitionPage(nodes=[DefinitionOut.of(row) for row in shown], page_info=page_info)

    @described("One definition.")
    async def definition(self, info: ContextInfo, name: str) -> DefinitionOut | None:
        row = await definition_named(info.context, name)
        return None if row is None else DefinitionOut.of(row)

    @described("Instances, the newest first, in pages.")
    async def instances(
        self,
        info: ContextInfo,
        *,
        definition: str | None = None,
        status: str | None = None,
        first: First = 20,
        after: str | None = None,
    ) -> InstancePage:
        info.context.budget.ask(checked_first(first))
        wanted = InstanceFilter(definition=definition, status=status)
        before = None if after is None else _id(read_cursor(after, parts=1)[0])
        rows = await info.context.pages.instances(wanted, before=before, limit=first + 1)
        shown = rows[:first]
        end = cursor_of(shown[-1]["id"]) if len(rows) > first else None
        page_info = PageInfo(has_next_page=end is not None, end_cursor=end)
        return InstancePage(nodes=[InstanceOut.of(row) for row in shown], page_info=page_info)

    @described("One instance.")
    async def instance(self, info: ContextInfo, id: strawberry.ID) -> InstanceOut | None:  # noqa: A002 - as clients say
        row = await info.context.pages.instance(_id(id))
        return None if row is None else InstanceOut.of(row)


def _id(given: Any) -> int:
    text = str(given)
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= _BIGINT):
        raise Refused(f"id: {text[:50]!r} is not the id of an instance")
    return int(text)


class _Schema(strawberry.Schema):
    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Log nothing here: an error is logged where it is decided what is told of it."""


def make_schema(settings: GraphqlSettings) -> strawberry.Schema:
    """Return the schema with these limits."""
    rule = limit_rule(Limits(depth=settings.max_depth, aliases=settings.max_aliases, fields=settings.max_fields))
    return _Schema(
        query=Query,
        extensions=[
            lambda: MaxTokensLimiter(max_token_count=settings.max_tokens),
            lambda: AddValidationRules([rule]),
            # Front ends send the same queries with other variables: parsed and checked once.
            lambda: ParserCache(maxsize=_QUERIES_REMEMBERED),
            lambda: ValidationCache(maxsize=_QUERIES_REMEMBERED),
        ],
    )
