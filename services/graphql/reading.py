"""What the reading API answers about collections: through the cache, each answer read in one snapshot.

Names every question, so that the same question is the same entry of the cache; decides nothing about what is right.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable, Sequence

from runners.base import Json
from services.cache.cache import Computed
from services.cache.reader import CachedReader
from services.graphql.collections import Catalogue, Served
from services.graphql.embedder import Embedder
from services.graphql.errors import Refused
from services.graphql.listing import Listing, list_rows, rows_by_id
from services.graphql.nearest import Search, model_of, nearest_to_rows, nearest_to_vector, vector_text
from services.graphql.snapshots import Snapshot, Snapshots


class Reading:
    """Reads collections. All values are JSON, as they are kept; whoever gets them must not change them."""

    def __init__(self, catalogue: Catalogue, cache: CachedReader, snapshots: Snapshots, embedder: Embedder) -> None:
        self.catalogue = catalogue
        self._cache = cache
        self._snapshots = snapshots
        self._embedder = embedder

    async def rows(self, served: Served, wanted: Listing) -> Json:
        """Return a page: ``{"rows": [...], "next": cursor or None}``."""
        key = question("rows", served, wanted.named())
        return await self._one(served, key, lambda snapshot: list_rows(snapshot, served, wanted))

    async def rows_by_id(self, served: Served, ids: Sequence[str]) -> list[Json]:
        """Return these rows in their order; None where there is none."""
        keys = {one: question("row", served, one) for one in ids}
        wanted = {key: one for one, key in keys.items()}

        async def compute(missing: Sequence[str]) -> Computed:
            async with self._snapshots.taken([served.key]) as snapshot:
                found = await rows_by_id(snapshot, served, [wanted[key] for key in missing])
                return Computed(snapshot.stamp, {key: found.get(wanted[key]) for key in missing})

        found = await self._cache.get_many([served.key], list(wanted), compute)
        return [found[keys[one]] for one in ids]

    async def nearest_to_vector(self, served: Served, vector: Sequence[float], search: Search) -> list[Json]:
        """Return the rows that are nearest to a vector."""
        text = vector_text(vector, served)
        key = question("vector", served, [hashlib.sha256(text.encode()).hexdigest(), search.named()])
        return await self._search(
            served, key, search, lambda snapshot: nearest_to_vector(snapshot, served, text, search)
        )

    async def nearest_to_text(self, served: Served, text: str, search: Search) -> list[Json]:
        """Return the rows that are nearest to a text, embedded by the model of the collection."""
        model = await self._one(served, question("model", served, None), lambda snapshot: model_of(snapshot, served))
        if model is None:
            return []
        vector = await self._embedder.embed(text, model=model, dimensions=served.dimensions)
        return await self.nearest_to_vector(served, vector, search)

    async def nearest_to_rows(self, of: Served, ids: Sequence[str], served: Served, search: Search) -> list[list[Json]]:
        """Return for each of these rows of a collection the nearest of another or the same one."""
        keys = {one: question("near", served, [of.named(), one, search.named()]) for one in ids}
        wanted = {key: one for one, key in keys.items()}
        collections = sorted({of.key, served.key})

        async def compute(missing: Sequence[str]) -> Computed:
            async with self._snapshots.taken(collections, **search.settings()) as snapshot:
                found = await nearest_to_rows(snapshot, of, [wanted[key] for key in missing], served, search)
                return Computed(snapshot.stamp, {key: found.get(wanted[key], []) for key in missing})

        found = await self._cache.get_many(collections, list(wanted), compute)
        return [found[keys[one]] for one in ids]

    async def nearest_to_row(self, served: Served, row_id: str, search: Search) -> list[Json]:
        """Return the rows that are nearest to a row of the same collection, but itself.

        Raises:
            Refused: there is no such row.
        """
        if (await self.rows_by_id(served, [row_id]))[0] is None:
            raise Refused(f"there is no row {row_id[:100]!r} in {served.name}")
        return (await self.nearest_to_rows(served, [row_id], served, search))[0]

    async def _search(
        self, served: Served, key: str, search: Search, read: Callable[[Snapshot], Awaitable[Json]]
    ) -> list[Json]:
        found: list[Json] = await self._one(served, key, read, **search.settings())
        return found

    async def _one(
        self, served: Served, key: str, read: Callable[[Snapshot], Awaitable[Json]], **settings: str
    ) -> Json:
        async def compute(keys: Sequence[str]) -> Computed:
            async with self._snapshots.taken([served.key], **settings) as snapshot:
                return Computed(snapshot.stamp, {keys[0]: await read(snapshot)})

        return await self._cache.get([served.key], key, compute)


def question(kind: str, served: Served, about: Json) -> str:
    """Return the name of a question: the same for the same question about the same tables."""
    named = json.dumps([kind, served.named(), about], sort_keys=True)
    return f"{kind}:{hashlib.sha256(named.encode()).hexdigest()}"
