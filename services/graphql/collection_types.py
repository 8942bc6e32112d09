"""How collections look to clients: rows, matches, filters. Reads what is asked into our values; finds nothing."""

from collections.abc import Sequence
from typing import Annotated

import strawberry
from strawberry.scalars import JSON

from runners.base import Json
from services.graphql.collections import Served
from services.graphql.conditions import Condition, Op, read_path
from services.graphql.context import ContextInfo
from services.graphql.cursors import checked_first
from services.graphql.errors import Refused
from services.graphql.fields import described
from services.graphql.listing import Order
from services.graphql.nearest import Distance, Iterative, Search

_LEAST_CANDIDATES = 100
_MOST_CANDIDATES = 1_000

strawberry.enum(Op, description="HAS: a list has this element. CONTAINS: a text has this in it, whatever the case.")
strawberry.enum(Distance, description="COSINE: `<=>`, 1 - cosine similarity. L2: `<->`, Euclidean.")
strawberry.enum(Iterative, description="Whether an index goes on if a filter leaves too few rows, and in which order.")


@strawberry.input(
    name="Condition", description="One comparison with a field of the metadata; several must all be true."
)
class ConditionIn:
    field: Annotated[str, strawberry.argument(description="`city`, or `address.city`.")]
    value: JSON
    op: Op = Op.EQ


@strawberry.input(name="OrderBy")
class OrderIn:
    field: str
    descending: bool = False


@strawberry.input(name="SearchBy", one_of=True, description="What is looked for: exactly one of these.")
class SearchByIn:
    text: strawberry.Maybe[str]
    vector: strawberry.Maybe[list[float]]
    id: strawberry.Maybe[str]


@strawberry.input(name="SearchOptions", description="How exactly, and how far, is looked.")
class SearchOptionsIn:
    where: list[ConditionIn] = strawberry.field(default_factory=list)
    first: int = 10
    distance: Distance = Distance.COSINE
    most_distance: float | None = None
    ef_search: int | None = None
    exact: bool = False
    iterative: Iterative = Iterative.RELAXED

    def search_in(self, served: Served) -> Search:
        """Return what is asked for as our value.

        Raises:
            Refused: it cannot be.
        """
        first = checked_first(self.first)
        candidates = self.ef_search or min(max(_LEAST_CANDIDATES, 2 * first), _MOST_CANDIDATES)
        if not 1 <= candidates <= _MOST_CANDIDATES:
            raise Refused(f"efSearch: {candidates}; 1 to {_MOST_CANDIDATES} candidates can be kept")
        return Search(
            where=conditions_of(self.where, served),
            first=first,
            distance=self.distance,
            most=self.most_distance,
            ef_search=candidates,
            exact=self.exact,
            iterative=self.iterative,
        )


def conditions_of(asked: Sequence[ConditionIn], served: Served) -> tuple[Condition, ...]:
    """Return filters as our values.

    Raises:
        Refused: one is about a field that is not exposed.
    """
    return tuple(Condition(_path(one.field, served), one.op, one.value) for one in asked)


def order_of(asked: OrderIn | None, served: Served) -> Order | None:
    """Return the order as our value.

    Raises:
        Refused: it is by a field that is not exposed.
    """
    return None if asked is None else Order(_path(asked.field, served), asked.descending)


def _path(field: str, served: Served) -> tuple[str, ...]:
    return read_path(field, exposed=served.exposed, collection=served.name)


@strawberry.type(name="Collection", description="A table of rows and the table of their embeddings.")
class CollectionOut:
    name: str
    description: str
    type: str
    dimensions: int | None
    exposed: list[str] | None = strawberry.field(description="The fields of the metadata that are shown; null: all.")


@strawberry.type(name="PageInfo")
class PageInfo:
    has_next_page: bool
    end_cursor: str | None = strawberry.field(description="Give it as `after` to get the next page.")


@strawberry.type(name="Row", description="A row of a collection.")
class RowOut:
    served: strawberry.Private[Served]
    shown: strawberry.Private[dict[str, Json]]
    id: str

    @described("The name of its collection.")
    def collection(self) -> str:
        return self.served.name

    @described("What is exposed of its metadata; with `fields` only these.")
    def metadata(self, fields: list[str] | None = None) -> JSON:
        chosen = self.shown if fields is None else {name: self.shown[name] for name in fields if name in self.shown}
        return JSON(chosen)

    @described("The rows of a collection, this one's own or another, that are nearest to this row.")
    async def recommendations(
        self, info: ContextInfo, collection: str, options: SearchOptionsIn | None = None
    ) -> list["MatchOut"]:
        context = info.context
        other = await context.reading.catalogue.find(collection)
        search = (options or SearchOptionsIn()).search_in(other)
        context.budget.ask(search.first)

        async def read(ids: list[str]) -> Sequence[list[Json]]:
            return await context.reading.nearest_to_rows(self.served, ids, other, search)

        named = [self.served.name, collection, search.named()]
        found = await context.load("recommendations", named, self.id, read)
        return matches_of(other, search, found)


@strawberry.type(name="Match", description="A row that was found, and how near it is.")
class MatchOut:
    row: RowOut
    distance: float
    similarity: float | None = strawberry.field(description="1 - distance, where that is the cosine distance.")


@strawberry.type(name="RowPage")
class RowPage:
    nodes: list[RowOut]
    page_info: PageInfo


def row_of(served: Served, row: Json) -> RowOut:
    return RowOut(served=served, shown=row["metadata"], id=row["id"])


def matches_of(served: Served, search: Search, found: Sequence[Json]) -> list[MatchOut]:
    return [
        MatchOut(
            row=row_of(served, match),
            distance=match["distance"],
            similarity=1 - match["distance"] if search.distance is Distance.COSINE else None,
        )
        for match in found
    ]
