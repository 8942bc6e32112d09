"""Where embeddings come from, as the loading of them sees it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from runners.base import Json
from runners.embedding.blocks import Block
from runners.embedding.spans import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What a source has: ``version`` changes when its rows may have; ``rows`` in all, whatever part is walked."""

    version: str
    rows: int
    dimensions: int
    model: str


class Source(Protocol):
    """A source of rows in one order."""

    @property
    def name(self) -> str:
        """Which source it is, among all that fill one table."""
        ...

    @property
    def reconnects(self) -> int:
        """How often it was called again after a call that broke."""
        ...

    async def describe(self) -> Description: ...

    def blocks(self, of: Description, span: Span, *, after: Json) -> AsyncIterator[Block]:
        """Yield the rows of a part behind the place ``after``; None: from its beginning."""
        ...
