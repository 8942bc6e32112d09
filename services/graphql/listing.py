"""Lists the rows of a collection in pages, filtered and sorted by their metadata, and finds rows by id."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import sql
from psycopg.types.json import Jsonb

from runners.base import Json
from services.graphql.collections import Served
from services.graphql.conditions import Condition, as_json, predicate
from services.graphql.cursors import cursor_of, read_cursor
from services.graphql.snapshots import Snapshot


@dataclass(frozen=True, slots=True)
class Order:
    """By which field of the metadata rows are sorted; those that are equal by id."""

    path: tuple[str, ...]
    is_descending: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """Which rows are listed; ``after`` is the cursor of the last one seen."""

    where: tuple[Condition, ...]
    order: Order | None
    first: int
    after: str | None

    def named(self) -> list[Json]:
        """Return what this question is named by."""
        order = [list(self.order.path), self.order.is_descending] if self.order else None
        return [as_json(self.where), order, self.first, self.after]


async def list_rows(snapshot: Snapshot, served: Served, wanted: Listing) -> Json:
    """Return ``{"rows": [...], "next": cursor or None}``."""
    where, binds = predicate(wanted.where, served.metadata)
    sort, sort_binds = _sort(served, wanted.order)
    after, after_binds = _after(served, wanted, sort)
    direction = sql.SQL("desc" if wanted.order and wanted.order.is_descending else "asc")
    statement = sql.SQL(
        "select {id} as id, {metadata} as metadata, {sort} as sort from {rows} as r where {where} and {after}"
        " order by {order} limit %(limit)s"
    ).format(
        id=served.id, metadata=served.metadata, sort=sort, rows=served.rows, where=where, after=after,
        order=_order(served, wanted.order, sort, direction),
    )  # fmt: skip
    found = await snapshot.rows(statement, binds | sort_binds | after_binds | {"limit": wanted.first + 1})
    return _page(served, wanted, found)


async def rows_by_id(snapshot: Snapshot, served: Served, ids: Sequence[str]) -> dict[str, Json]:
    """Return those of these rows that there are, by id."""
    statement = sql.SQL("select {id} as id, {metadata} as metadata from {rows} as r where {id} = any(%(ids)s)")
    text = statement.format(id=served.id, metadata=served.metadata, rows=served.rows)
    found = await snapshot.rows(text, {"ids": list(ids)})
    return {row["id"]: {"id": row["id"], "metadata": served.shown(row["metadata"])} for row in found}


def _sort(served: Served, order: Order | None) -> tuple[sql.Composable, dict[str, Any]]:
    """Return what is sorted by; a field that a row has not counts as JSON's null, which comes first."""
    if order is None:
        return sql.SQL("null"), {}
    found = sql.SQL("coalesce({} #> cast(%(sort_path)s as text[]), 'null')").format(served.metadata)
    return found, {"sort_path": list(order.path)}


def _order(served: Served, order: Order | None, sort: sql.Composable, direction: sql.Composable) -> sql.Composable:
    by_id = sql.SQL("{} {}").format(served.id, direction)
    return by_id if order is None else sql.SQL("{} {}, {}").format(sort, direction, by_id)


def _after(served: Served, wanted: Listing, sort: sql.Composable) -> tuple[sql.Composable, dict[str, Any]]:
    if wanted.after is None:
        return sql.SQL("true"), {}
    if wanted.order is None:
        (last,) = read_cursor(wanted.after, parts=1)
        return sql.SQL("{} > %(last)s").format(served.id), {"last": str(last)}
    value, last = read_cursor(wanted.after, parts=2)
    sign = sql.SQL("<" if wanted.order.is_descending else ">")
    beyond = sql.SQL("({}, {}) {} (%(last_sort)s, %(last)s)").format(sort, served.id, sign)
    return beyond, {"last_sort": Jsonb(value), "last": str(last)}


def _page(served: Served, wanted: Listing, found: Sequence[dict[str, Json]]) -> Json:
    shown = found[: wanted.first]
    rows = [{"id": row["id"], "metadata": served.shown(row["metadata"])} for row in shown]
    if len(found) <= wanted.first:
        return {"rows": rows, "next": None}
    last = shown[-1]
    return {
        "rows": rows,
        "next": cursor_of(last["id"]) if wanted.order is None else cursor_of(last["sort"], last["id"]),
    }
