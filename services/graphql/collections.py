"""Which collections are served, from the rows of ``embedding_collection``: their tables, and what of them is shown."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from psycopg import sql

from definitions.errors import did_you_mean
from engine.database import Database
from engine.rows import Row, file_rows
from runners.base import Json
from services.graphql.errors import Refused

_TYPE = re.compile(r'(?P<type>(?:.*\.)?"?(?:vector|halfvec)"?)(?:\((?P<dimensions>\d+)\))?')
_REMEMBERED = 1.0


@dataclass(frozen=True, slots=True)
class Served:
    """One collection.

    Attributes:
        key: its name among the generations.
        exposed: the fields of the metadata that are shown; None: all.
        type: of the vectors, such as ``halfvec``; ``dimensions`` None: any number.
        has_metadata: the metadata is a column; else it is the row without its key.
    """

    name: str
    description: str
    rows_table: str
    rows_key: str
    embeddings_table: str
    key: str
    exposed: tuple[str, ...] | None
    type: str
    dimensions: int | None
    has_metadata: bool

    @property
    def rows(self) -> sql.Identifier:
        return sql.Identifier(*self.rows_table.split("."))

    @property
    def embeddings(self) -> sql.Identifier:
        return sql.Identifier(*self.embeddings_table.split("."))

    @property
    def id(self) -> sql.Composable:
        """The key of a row, which is named ``r`` in every statement."""
        return sql.Identifier("r", self.rows_key)

    @property
    def metadata(self) -> sql.Composable:
        if self.has_metadata:
            return sql.SQL("r.metadata")  # bare, for the sake of an index on it
        return sql.SQL("(to_jsonb(r) - {})").format(sql.Literal(self.rows_key))

    def named(self) -> list[Json]:
        """Return what questions about this collection are named by: after an edit of its row they are other ones."""
        return [self.name, self.rows_table, self.rows_key, self.embeddings_table, self.exposed, self.type]

    def shown(self, metadata: Json) -> dict[str, Json]:
        """Return what is exposed of a row's metadata; what is no object has no fields."""
        if not isinstance(metadata, dict):
            return {}
        if self.exposed is None:
            return dict(metadata)
        return {field: metadata[field] for field in self.exposed if field in metadata}


class Catalogue:
    """The collections of one database. An edit of their rows counts within a second."""

    def __init__(self, database: Database, *, now: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._now = now
        self._served: dict[str, Served | None] = {}
        self._until = float("-inf")

    async def served(self) -> list[Served]:
        """Return those that have embeddings, by name."""
        return [served for served in (await self._all()).values() if served is not None]

    async def find(self, name: str) -> Served:
        """Return one of them.

        Raises:
            Refused: there is none of this name, or it has no embeddings yet.
        """
        known = await self._all()
        if name not in known:
            there = ", ".join(known) or "none; insert a row into embedding_collection"
            raise Refused(f"there is no collection {name[:100]!r}{did_you_mean(name, list(known))}; there are: {there}")
        served = known[name]
        if served is None:
            raise Refused(f"the collection {name!r} has no embeddings yet: the table that is to hold them is not there")
        return served

    async def _all(self) -> Mapping[str, Served | None]:
        if self._now() >= self._until:
            rows = await file_rows(self._database, "read_collections")
            self._served = {str(row["name"]): _served(row) for row in rows}
            self._until = self._now() + _REMEMBERED
        return self._served


def _served(row: Row) -> Served | None:
    found = _TYPE.fullmatch(row["type"] or "")
    if found is None:
        return None
    return Served(
        name=row["name"],
        description=row["description"],
        rows_table=row["rows_table"],
        rows_key=row["rows_key"],
        embeddings_table=row["embeddings_table"],
        key=row["collection"],
        exposed=None if row["exposed"] is None else tuple(row["exposed"]),
        type=found["type"],
        dimensions=int(found["dimensions"]) if found["dimensions"] else None,
        has_metadata=row["has_metadata"],
    )
