"""The reading API of one process: makes what its queries need, and answers them. Composes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from graphql import GraphQLError
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.graphql import OperationType

from engine.app import Engine
from engine.database import Database
from engine.pages import Pages
from runners.base import Json
from services.cache.reader import CachedReader
from services.cache.settings import CacheSettings
from services.graphql.collections import Catalogue
from services.graphql.context import Budget, Context
from services.graphql.embedder import Embedder
from services.graphql.errors import told
from services.graphql.reading import Reading
from services.graphql.schema import make_schema
from services.graphql.settings import GraphqlSettings
from services.graphql.snapshots import Snapshots


class Face:
    """Answers queries inside ``open``. It has connections of its own, so that reading takes none from work."""

    def __init__(self, engine: Engine, settings: GraphqlSettings, cache: CacheSettings) -> None:
        self._settings = settings
        self._schema = make_schema(settings)
        self._database = Database(engine.database.url, application="batchdag-reading", pool_size=settings.pool_size)
        self.reader = CachedReader(self._database, engine.notifier, cache, name=f"reader:{engine.worker}")
        self._pages = Pages(self._database)
        self.reading = Reading(
            Catalogue(self._database),
            self.reader,
            Snapshots(self._database, seconds=settings.statement_seconds),
            Embedder(settings, secrets=engine.settings.home / "secrets"),
        )

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Connect, keep the cache fresh, and take the calls that say what has changed, until the block ends."""
        await self._database.open()
        try:
            await self.reader.start()
            try:
                yield
            finally:
                await self.reader.stop()
        finally:
            await self._database.close()

    async def answer(self, query: str, *, variables: dict[str, Any] | None, operation: str | None) -> dict[str, Json]:
        """Return what a query comes to: ``data``, ``errors``, or both."""
        context = Context(self.reading, self._database, self._pages, Budget(self._settings.max_rows))
        try:
            async with asyncio.timeout(self._settings.seconds):
                result = await self._schema.execute(
                    query,
                    variable_values=variables,
                    context_value=context,
                    operation_name=operation,
                    allowed_operation_types=(OperationType.QUERY,),
                )
        except TimeoutError as error:
            return _failed(GraphQLError("", original_error=error))
        except MissingQueryError:
            return _failed(GraphQLError("the query is empty"))
        except CannotGetOperationTypeError:
            return _failed(
                GraphQLError("operationName: the query has no operation of this name, or several and none is named")
            )
        except InvalidOperationTypeError:
            return _failed(
                GraphQLError("only queries are answered here: there is nothing to change or to subscribe to")
            )
        errors = {"errors": told(result.errors)} if result.errors else {}
        return {"data": result.data} | errors


def _failed(error: GraphQLError) -> dict[str, Json]:
    return {"errors": told([error])}
