"""Finds the rows that are nearest to a vector, or to each of several rows: by the index, or exactly.

With a filter the index goes on until enough rows have passed it (an iterative scan). Should it give up before, the same
is asked again without the index: a filter that few rows pass is exact.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from psycopg import sql

from runners.base import Json
from services.graphql.collections import Served
from services.graphql.conditions import Condition, as_json, predicate
from services.graphql.errors import Refused
from services.graphql.snapshots import Snapshot


class Distance(StrEnum):
    """How far two vectors are apart: ``<=>``, 1 - cosine similarity; or ``<->``, Euclidean."""

    COSINE = "cosine"
    L2 = "l2"


class Iterative(StrEnum):
    """Whether and how an index goes on if a filter leaves too few rows."""

    RELAXED = "relaxed_order"
    STRICT = "strict_order"
    OFF = "off"


_ANY = sql.SQL("true")
_OPERATORS = {Distance.COSINE: "<=>", Distance.L2: "<->"}


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for beside the vector; ``ef_search`` is how many candidates the index keeps."""

    where: tuple[Condition, ...]
    first: int
    distance: Distance
    most: float | None
    ef_search: int
    exact: bool
    iterative: Iterative

    def named(self) -> list[Json]:
        """Return what this question is named by."""
        return [
            as_json(self.where), self.first, self.distance, self.most, self.ef_search, self.exact, self.iterative
        ]  # fmt: skip

    def settings(self) -> dict[str, str]:
        """Return the settings of the database for this search."""
        return {
            "hnsw__ef_search": str(self.ef_search),
            "hnsw__iterative_scan": self.iterative,
            "enable_indexscan": "off" if self.exact else "on",
        }


async def nearest_to_vector(snapshot: Snapshot, served: Served, vector: str, search: Search) -> list[Json]:
    """Return the matches, the nearest first; ``vector`` is text as pgvector reads it."""
    source = sql.SQL("(select cast(%(vector)s as {}) as embedding, null as id, null as model)")
    found = await _search(snapshot, served, source.format(sql.SQL(served.type)), search, {"vector": vector}, sources=1)
    return [_match(served, row) for row in found if _is_number(row)]


async def nearest_to_rows(
    snapshot: Snapshot, of: Served, ids: Sequence[str], served: Served, search: Search
) -> dict[str, list[Json]]:
    """Return for each of these rows of a collection the nearest of another or the same one, but itself.

    Raises:
        Refused: the vectors of the two were made by different models.
    """
    source = sql.SQL("(select embedding, id, model from {} where id = any(%(ids)s))").format(of.embeddings)
    another = sql.SQL("e.id <> source.id" if of.embeddings_table == served.embeddings_table else "true")
    found = await _search(snapshot, served, source, search, {"ids": list(ids)}, sources=len(ids), another=another)
    matches: dict[str, list[Json]] = {}
    for row in found:
        if row["of_model"] != row["model"]:
            raise Refused(
                f"{of.name} was embedded by {row['of_model']!r} and {served.name} by {row['model']!r}:"
                " their vectors cannot be compared"
            )
        if _is_number(row):
            matches.setdefault(row["of_id"], []).append(_match(served, row))
    return matches


async def model_of(snapshot: Snapshot, served: Served) -> str | None:
    """Return the model that made the vectors of a collection; None: it has none."""
    rows = await snapshot.rows(sql.SQL("select model from {} limit 1").format(served.embeddings), {})
    return str(rows[0]["model"]) if rows else None


async def _search(
    snapshot: Snapshot,
    served: Served,
    source: sql.Composable,
    search: Search,
    binds: Mapping[str, Any],
    *,
    sources: int,
    another: sql.Composable = _ANY,
) -> list[dict[str, Json]]:
    where, values = predicate(search.where, served.metadata)
    statement = _STATEMENT.format(
        source=source, embeddings=served.embeddings, rows=served.rows, id=served.id, metadata=served.metadata,
        operator=sql.SQL(_OPERATORS[search.distance]), where=where, another=another,
    )  # fmt: skip
    bound = {**binds, **values, "first": search.first, "most": search.most}
    found = await snapshot.rows(statement, bound)
    if search.where and not search.exact and search.most is None and len(found) < search.first * sources:
        await snapshot.set(enable_indexscan="off")
        found = await snapshot.rows(statement, bound)
    return found


_STATEMENT = sql.SQL("""
select source.id as of_id, source.model as of_model, near.id, near.model, near.distance, near.metadata
from {source} as source
cross join lateral (
    select e.id, e.model, e.embedding {operator} source.embedding as distance, {metadata} as metadata
    from {embeddings} as e
    join {rows} as r on {id} = e.id
    where {where} and {another}
    order by e.embedding {operator} source.embedding
    limit %(first)s
) as near
where cast(%(most)s as double precision) is null or near.distance <= %(most)s
order by source.id, near.distance, near.id
""")


def _is_number(row: Mapping[str, Json]) -> bool:
    """A vector of zeros has no direction: its cosine distance from anything is NaN."""
    return row["distance"] is not None and math.isfinite(row["distance"])


def _match(served: Served, row: Mapping[str, Json]) -> Json:
    return {"id": row["id"], "distance": row["distance"], "metadata": served.shown(row["metadata"])}


def vector_text(values: Sequence[float], served: Served) -> str:
    """Return a vector as pgvector reads it.

    Raises:
        Refused: it cannot be compared with those of the collection.
    """
    if served.dimensions is not None and len(values) != served.dimensions:
        raise Refused(f"vector: {len(values)} dimensions; those of {served.name} have {served.dimensions}")
    if not all(map(math.isfinite, values)) or not any(values):
        raise Refused("vector: every number must be finite, and one of them not zero")
    return "[" + ",".join(map(repr, values)) + "]"
