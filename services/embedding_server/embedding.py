"""Embeds the texts of a request: checks how many and how long they are, asks the model, checks what it made."""

from dataclasses import dataclass

import numpy as np

from protos import embedding_stream_pb2 as pb
from runners.providers.base import ProviderUnsure
from services.embedding_server.chunks import MOST_BYTES
from services.embedding_server.datasets.stored import Matrix
from services.embedding_server.errors import InvalidField
from services.embedding_server.models.base import EmbeddingModel
from services.embedding_server.models.registry import Models
from services.embedding_server.queueing import Turnstile

_MOST_DIMENSIONS = 65_536


@dataclass(frozen=True, slots=True)
class TextLimits:
    """What one request may hold."""

    texts: int
    characters: int


class Embedder:
    """Answers requests with the models of this server."""

    def __init__(self, models: Models, *, limits: TextLimits, turnstile: Turnstile) -> None:
        self._models = models
        self._limits = limits
        self._turnstile = turnstile

    async def answer(self, request: pb.EmbedRequest) -> pb.EmbedResponse:
        """Return a row for each text; none for none, without asking the model.

        Raises:
            InvalidField: there are too many texts, or one is too long, or the model cannot make the dimensions.
            UnknownModel: the server has no such model.
            Overloaded: too many calls wait.
            ProviderError: the API behind the model refused, or did not answer.
        """
        model = self._models.get(request.model)
        self._check(request, model)
        if not request.texts:
            return pb.EmbedResponse(model=model.name, dimensions=request.dimensions or model.dimensions or 0)
        async with self._turnstile.turn():
            embedded = await model.embed(list(request.texts), dimensions=request.dimensions or None)
        _check_made(embedded.matrix, request=request, model=model)
        return pb.EmbedResponse(
            model=model.name,
            dimensions=embedded.matrix.shape[1],
            matrix=embedded.matrix.astype("<f4", copy=False).tobytes(),
            tokens=embedded.tokens,
        )

    def _check(self, request: pb.EmbedRequest, model: EmbeddingModel) -> None:
        if len(request.texts) > self._limits.texts:
            raise InvalidField(
                "texts", f"{len(request.texts)} of them; {self._limits.texts} fit a request, use several"
            )
        for number, text in enumerate(request.texts):
            if len(text) > self._limits.characters:
                raise InvalidField(
                    f"texts[{number}]",
                    f"{len(text)} characters; {self._limits.characters} are taken, cut it into parts",
                )
        if request.dimensions > _MOST_DIMENSIONS:
            raise InvalidField("dimensions", f"{request.dimensions}; {_MOST_DIMENSIONS} are most")
        size = len(request.texts) * (request.dimensions or model.dimensions or 0) * 4
        if size > MOST_BYTES:
            raise InvalidField(
                "texts", f"their vectors take {size} bytes; {MOST_BYTES} fit an answer, send fewer at once"
            )


def _check_made(matrix: Matrix, *, request: pb.EmbedRequest, model: EmbeddingModel) -> None:
    """A model that answers with something else than it was asked for must not put vectors to the wrong texts."""
    expected = len(request.texts), request.dimensions or matrix.shape[-1]
    if matrix.shape != expected or not np.isfinite(matrix).all():
        raise ProviderUnsure(
            f"{model.name}: {expected[0]} texts were answered with an array of {matrix.shape}, or with numbers that"
            " are not finite"
        )
