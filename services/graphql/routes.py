"""``POST /graphql``: behind the same gate as every route, for whoever may look."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import APIRouter, FastAPI
from pydantic import ConfigDict, Field
from starlette.responses import JSONResponse, Response

from engine.access import Role
from services.graphql.face import Face
from services.http.roles import needs
from services.http.shapes.common import Asked, JsonObject

_MOST_CHARACTERS = 100_000


class GraphqlIn(Asked):
    """A query as clients of GraphQL send it."""

    model_config = ConfigDict(
        extra="forbid", populate_by_name=True, json_schema_extra={"examples": [{"query": "{ collections { name } }"}]}
    )

    query: Annotated[str, Field(min_length=1, max_length=_MOST_CHARACTERS)]
    variables: JsonObject | None = None
    operation_name: Annotated[str | None, Field(alias="operationName", max_length=200)] = None
    extensions: JsonObject | None = None


def graphql_router(face: Face) -> APIRouter:
    """Return the route, which opens and closes what answers it together with the application."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with face.open():
            yield

    router = APIRouter(tags=["graphql"], lifespan=lifespan)

    @router.post("/graphql", **needs(Role.VIEWER), response_class=JSONResponse)
    async def graphql(asked: GraphqlIn) -> Response:
        """Read collections, definitions, instances and results: a query, answered with `data`, `errors`, or both."""
        return JSONResponse(await face.answer(asked.query, variables=asked.variables, operation=asked.operation_name))

    return router
