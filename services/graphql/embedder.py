"""Has the texts that are searched for embedded, by the embedding server. Remembers the last ones.

Knows how a server is named in the settings; how it is called, the stream modules know.
"""

import logging
import os
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from runners.base import RunnerError
from services.cache.memory import Memory, Place
from services.graphql.errors import Refused
from services.graphql.settings import GraphqlSettings

if TYPE_CHECKING:
    from runners.streams.client import EmbeddingClient

log = logging.getLogger("batchdag")

_LONGEST_TEXT = 20_000
_MOST_REMEMBERED = 1_000
_BYTES = 64_000_000
_A_DAY = 86_400.0


class Embedder:
    """One embedding server, or none."""

    def __init__(self, settings: GraphqlSettings, *, secrets: Path) -> None:
        self._settings = settings
        self._secrets = secrets
        self._known = Memory(entries=_MOST_REMEMBERED, size=_BYTES, ttl=_A_DAY)

    async def embed(self, text: str, *, model: str, dimensions: int | None) -> Sequence[float]:
        """Return the vector of a text by this model.

        Raises:
            Refused: there is no server, it cannot be reached, or it refuses the text.
        """
        if not text.strip() or len(text) > _LONGEST_TEXT:
            raise Refused(f"text: {len(text)} characters; 1 to {_LONGEST_TEXT:,} can be searched for")
        place = Place((model, str(dimensions)), (), text)
        if (known := self._known.get(place)) is not None:
            return cast("Sequence[float]", known[0])
        vector = await self._ask(text, model=model, dimensions=dimensions or 0)
        self._known.put(place, vector, size=32 * len(vector))
        return vector

    async def _ask(self, text: str, *, model: str, dimensions: int) -> Sequence[float]:
        from runners.streams.errors import StreamBroken  # noqa: PLC0415 - grpcio is an extra

        try:
            answer = await self._client().embed([text], model=model, dimensions=dimensions)
        except (StreamBroken, RunnerError, OSError) as error:
            log.warning("graphql.text_not_embedded", extra={"why": str(error), "model": model})
            raise Refused(
                f"the text cannot be embedded by {model!r} just now; search by a vector or a row, or try again:"
                " the server's log says what the embedding server answered"
            ) from error
        return struct.unpack(f"<{answer.dimensions}f", answer.matrix)

    def _client(self) -> "EmbeddingClient":
        from runners.streams.client import EmbeddingClient  # noqa: PLC0415 - grpcio is an extra
        from runners.streams.server import reach  # noqa: PLC0415

        settings = self._settings
        if settings.embedding_server is None:
            raise Refused(
                "texts cannot be searched for here: no embedding server is set (BATCHDAG_GRAPHQL_EMBEDDING_SERVER);"
                " search by a vector or a row"
            )
        server = reach(
            settings.embedding_server,
            token=settings.embedding_token,
            tls=settings.embedding_tls,
            authority=settings.embedding_ca,
            certificate_name=None,
            max_message=100 * 2**20,
            secrets=self._secrets,
            environment=os.environ,
        )
        return EmbeddingClient(server)
