"""Models of OpenAI and Google, through the project's providers: the same keys and addresses from the environment.

A call with more texts than the API takes at once is made of several, one after the other.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Self

import numpy as np

from runners.providers.base import Provider, ProviderRefused, ProviderUnsure
from runners.providers.registry import Providers
from services.embedding_server.datasets.stored import Matrix
from services.embedding_server.models.base import Embedded, ModelUnusable

_MOST_CHARACTERS = 250_000
"""In one call: OpenAI takes 300,000 tokens, and hardly any text has more tokens than characters."""


class ProviderModel:
    """Any model of one provider."""

    kind: ClassVar[str]
    usual: ClassVar[str]
    texts_at_once: ClassVar[int]
    dimensions: ClassVar[None] = None

    def __init__(self, providers: Providers, model: str) -> None:
        self.name = f"{self.kind}:{model}"
        self._providers = providers
        self._model = model

    @classmethod
    async def make(cls, name: str, *, environment: Mapping[str, str], storage: Path) -> Self:
        providers = Providers(environment, storage=storage)
        try:
            providers.get(cls.kind)
        except ProviderRefused as error:
            raise ModelUnusable(str(error)) from error
        return cls(providers, name or cls.usual)

    async def embed(self, texts: Sequence[str], *, dimensions: int | None) -> Embedded:
        provider = self._providers.get(self.kind)
        parts: list[Matrix] = []
        tokens = 0
        for part in _parts(texts, most=self.texts_at_once):
            vectors, usage = await provider.embed(part, model=self._model, dimensions=dimensions)
            parts.append(_matrix(vectors, provider=provider, expected=len(part)))
            tokens += usage.input_tokens
        return Embedded(np.concatenate(parts), tokens)

    async def aclose(self) -> None:
        await self._providers.aclose()


class OpenAIModel(ProviderModel):
    """``openai:<model>``, with OPENAI_API_KEY and, if set, OPENAI_BASE_URL."""

    kind = "openai"
    usual = "text-embedding-3-small"
    texts_at_once = 2_048


class GeminiModel(ProviderModel):
    """``gemini:<model>``, with GEMINI_API_KEY or GOOGLE_API_KEY and, if set, GOOGLE_GEMINI_BASE_URL."""

    kind = "gemini"
    usual = "gemini-embedding-001"
    texts_at_once = 100


def _parts(texts: Sequence[str], *, most: int) -> Iterator[list[str]]:
    part: list[str] = []
    characters = 0
    for text in texts:
        if part and (len(part) == most or characters + len(text) > _MOST_CHARACTERS):
            yield part
            part, characters = [], 0
        part.append(text)
        characters += len(text)
    if part:
        yield part


def _matrix(vectors: Sequence[Sequence[float]], *, provider: Provider, expected: int) -> Matrix:
    try:
        matrix = np.array(vectors, dtype=np.float32)
    except ValueError as error:
        raise ProviderUnsure(f"{provider.name}: the vectors of one answer differ in length: {error}") from error
    if matrix.ndim != 2 or len(matrix) != expected:
        raise ProviderUnsure(f"{provider.name}: {expected} texts were answered with an array of {matrix.shape}")
    return matrix
