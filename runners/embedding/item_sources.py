"""Items as a source: those of the steps before, embedded by a server on the way; or this step's own, with vectors."""

import hashlib
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import numpy as np

from definitions.errors import ExpressionError
from definitions.templates import ITEM_NAMES, Template
from protos import embedding_stream_pb2 as pb
from runners.base import BadData, InvalidStep, Item, ItemRange, Json, Relation, StepRequest
from runners.embedding.asking import VECTOR, columns_of, decoded
from runners.embedding.blocks import Block, Fault
from runners.embedding.line import Line
from runners.embedding.params import ItemsParams
from runners.embedding.sources import Description
from runners.embedding.spans import Span
from runners.loading.checkpoint import fingerprint
from runners.loading.parts import count_items
from runners.storable import to_json
from runners.streams.client import EmbeddingClient
from runners.streams.errors import StreamBroken

_FLOAT = np.dtype("<f4")
_CHUNK = 200
"""Texts in one call to a server."""
_PROBE = "How many dimensions has this?"
_BUILD = "select build, fingerprint from generation where step_id = %s"


class ServerItems:
    """The items of the steps before; a server makes their vectors, chunk by chunk."""

    def __init__(
        self, request: StepRequest, params: ItemsParams, relation: Relation, *, client: EmbeddingClient, line: Line
    ) -> None:
        self._request = request
        self._params = params
        self._relation = relation
        self._client = client
        self._line = line
        self._template = _parsed(params.text)

    @property
    def name(self) -> str:
        return source_name(self._request)

    @property
    def reconnects(self) -> int:
        return self._line.reconnects

    async def describe(self) -> Description:
        """Count the items, and have the server embed a word: so its model and dimensions are known."""
        async with self._request.transaction() as connection:
            rows = await count_items(connection, self._relation.ranges)
            source = await fingerprint(connection, self._relation.ranges, items=rows)
        answer = await self._embedded([_PROBE])
        work = [source, self._params.text, self._params.id, self._params.keep, answer.model, answer.dimensions]
        return Description(version=_hashed(work), rows=rows, dimensions=answer.dimensions, model=answer.model)

    async def blocks(self, of: Description, span: Span, *, after: Json) -> AsyncIterator[Block]:  # noqa: ARG002
        position = None if after is None else (int(after[0]), int(after[1]))
        async for items in self._request.read(self._relation, chunk=_CHUNK, after=position):
            yield await self._block(items, of)

    async def _block(self, items: Sequence[Item], of: Description) -> Block:
        faults: dict[int, Fault] = {}
        texts: dict[int, str] = {}
        for row, item in enumerate(items):
            try:
                texts[row] = self._template.render({**self._request.values, "item": item.payload})
            except ExpressionError as error:
                faults[row] = Fault(f"text: it cannot be made: {error}")
        matrix = np.zeros((len(items), of.dimensions), np.float32)
        if texts:
            matrix[list(texts)] = _matrix(await self._embedded(list(texts.values())), of, count=len(texts))
        return _block(items, self._params, matrix, faults)

    async def _embedded(self, texts: Sequence[str]) -> pb.EmbedResponse:
        while True:
            try:
                answer = await self._client.embed(texts, model=self._params.model, dimensions=self._params.dimensions)
            except StreamBroken as broken:
                await self._line.broke(broken)
            else:
                await self._line.worked()
                return answer


class AnsweredItems:
    """This step's own items: each has its vector, which a provider has made."""

    reconnects = 0

    def __init__(self, request: StepRequest, params: ItemsParams, *, model: str) -> None:
        self._request = request
        self._params = params
        self._model = model
        self._relation = Relation("items", (), (ItemRange(request.step_id),), 0)

    @property
    def name(self) -> str:
        return source_name(self._request)

    async def describe(self) -> Description:
        """Count the items; the first one says how many dimensions their vectors have."""
        async with self._request.transaction() as connection:
            rows = await count_items(connection, self._relation.ranges)
            built = await (await connection.execute(_BUILD, (self._request.step_id,))).fetchone()
        first = await self._first()
        dimensions = 0 if first is None else len(decoded(first.payload.get(VECTOR)))
        work = [list(built or ()), rows, self._params.id, self._params.keep, self._model]
        return Description(version=_hashed(work), rows=rows, dimensions=dimensions, model=self._model)

    async def blocks(self, of: Description, span: Span, *, after: Json) -> AsyncIterator[Block]:  # noqa: ARG002
        position = None if after is None else (int(after[0]), int(after[1]))
        async for items in self._request.read(self._relation, chunk=_CHUNK, after=position):
            matrix = np.zeros((len(items), of.dimensions), np.float32)
            faults: dict[int, Fault] = {}
            for row, item in enumerate(items):
                vector = decoded(item.payload.get(VECTOR))
                if len(vector) == of.dimensions:
                    matrix[row] = vector
                else:
                    reason = f"the vector has {len(vector)} dimensions, that of the first item {of.dimensions}"
                    faults[row] = Fault(reason, vector.tobytes())
            yield _block(items, self._params, matrix, faults)

    async def _first(self) -> Item | None:
        async for items in self._request.read(self._relation, chunk=1):
            return items[0]
        return None


def source_name(request: StepRequest) -> str:
    return f"items of {request.definition}.{request.step_key}"


def _block(items: Sequence[Item], params: ItemsParams, matrix: Any, faults: dict[int, Fault]) -> Block:
    ids = [item.payload.get(params.id) for item in items]
    return Block(
        places=[[item.step_id, item.seq] for item in items],
        ids=["" if key is None else str(key) for key in ids],
        metadata=[to_json(columns_of(params.keep, item.payload)) for item in items],
        matrix=matrix,
        faults=faults,
    )


def _matrix(answer: pb.EmbedResponse, of: Description, *, count: int) -> Any:
    needed = count * of.dimensions * _FLOAT.itemsize
    if answer.dimensions != of.dimensions or len(answer.matrix) != needed:
        raise BadData(
            f"the server answered {count} texts with {len(answer.matrix):,} bytes for {answer.dimensions} dimensions, "
            f"{needed:,} for {of.dimensions} were due; mend the server"
        )
    return np.frombuffer(answer.matrix, _FLOAT).reshape(count, of.dimensions)


def _parsed(text: str) -> Template:
    try:
        return Template.parse(text, names=ITEM_NAMES)
    except ExpressionError as error:
        raise InvalidStep(f"text: {error}") from error


def _hashed(work: Json) -> str:
    return hashlib.sha256(json.dumps(work, sort_keys=True, default=str).encode()).hexdigest()[:32]
