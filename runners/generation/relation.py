"""The items of the steps before, as the source of a generating step."""

from collections.abc import AsyncIterator, Mapping, Sequence

from runners.base import Column, Connection, InvalidStep, Json, Relation, StepRequest
from runners.loading.checkpoint import fingerprint

_CHUNK = 2_000


class RelationSource:
    """Reads what the step's parents have made."""

    def __init__(self, request: StepRequest, relation: Relation) -> None:
        self._request = request
        self._relation = relation

    @classmethod
    async def of(cls, request: StepRequest) -> "RelationSource":
        """Return the source for a step.

        Raises:
            InvalidStep: no step before has made items.
        """
        if request.shard is not None and request.shard.values is not None:
            raise InvalidStep("parallel.over has to be the key of a step that makes items, not a list")
        relation = await request.items()
        if not relation.ranges:
            raise InvalidStep("there are no items to ask for: no step before this one has made any")
        return cls(request, relation)

    @property
    def columns(self) -> Sequence[Column]:
        return self._relation.columns

    async def size(self) -> int:
        return self._relation.items

    async def fingerprint(self, connection: Connection) -> str:
        return await fingerprint(connection, self._relation.ranges, items=self._relation.items)

    async def chunks(self) -> AsyncIterator[list[Mapping[str, Json]]]:
        async for items in self._request.read(self._relation, chunk=_CHUNK):
            yield [item.payload for item in items]
