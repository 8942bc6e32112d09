"""The contract between the server and a model: texts in, one row each out. Knows no model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

from services.embedding_server.datasets.stored import Matrix


@dataclass(frozen=True, slots=True)
class Embedded:
    """One row for each text, in order, and the tokens that were billed or counted; 0 where nobody counts."""

    matrix: Matrix
    tokens: int = 0


class ModelUnusable(Exception):
    """The model cannot be made: a package, a key or a folder is missing. The message says which."""


class EmbeddingModel(Protocol):
    """One model. Made once, when the server starts; what is missing is told then."""

    name: str
    """As in answers and beside the vectors: who compares vectors must know that one model made them."""
    dimensions: int | None
    """What it makes if nobody says; None where only the answer tells."""

    @classmethod
    async def make(cls, name: str, *, environment: Mapping[str, str], storage: Path) -> Self:
        """Return the model of this name of its kind, "" for the usual one.

        Raises:
            ModelUnusable: something is missing.
        """
        ...

    async def embed(self, texts: Sequence[str], *, dimensions: int | None) -> Embedded:
        """Return as many rows as texts.

        Raises:
            InvalidField: it cannot make so many dimensions, or takes no such text.
            ProviderError: the API behind it refused, or did not answer.
        """
        ...

    async def aclose(self) -> None: ...
