"""The ``embed`` runner: loads embeddings into pgvector, from the stream of a server or for the items of earlier steps.

Decides which source is meant. The rest is ``runners.embedding``, and what knows gRPC is ``runners.streams``.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel

from runners.base import InvalidStep, Outcome, StepRequest
from runners.embedding.params import EmbedParams
from runners.providers.registry import Providers


class Embed:
    """Loads vectors with their metadata: resumable, exactly once; refused rows go to ``dead_letter``."""

    name: ClassVar[str] = "embed"
    version: ClassVar[str] = "1"
    description: ClassVar[str] = "Load embeddings into pgvector: a server's stream, or items embedded by a model."
    Params: ClassVar[type[BaseModel]] = EmbedParams
    rehearses: ClassVar[bool] = True

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment = os.environ if environment is None else environment
        self._embedders: Providers | None = None

    async def run(self, request: StepRequest) -> Outcome:
        try:
            return await self._run(request, request.params)
        except ImportError as error:
            raise InvalidStep(f"embed needs the extra: pip install 'batchdag[embeddings]' ({error})") from error

    async def _run(self, request: StepRequest, params: EmbedParams) -> Outcome:
        from runners.embedding import attempt  # noqa: PLC0415 - gRPC and numpy take 0.3 s to import, and are an extra

        match params:
            case EmbedParams(stream=stream) if stream is not None:
                return await attempt.load_stream(request, params, stream)
            case EmbedParams(items=items) if items is not None and items.server is not None:
                return await attempt.load_embedded(request, params, items, items.server)
            case EmbedParams(items=items) if items is not None and items.by is not None:
                embedders = self._providers(request.settings.storage)
                return await attempt.load_asked(request, params, items, items.by, providers=embedders)
            case _:
                raise InvalidStep("give either stream, or items with by or server")

    def _providers(self, storage: str) -> Providers:
        from runners.embedding.asking import Embedders  # noqa: PLC0415 - as above

        if self._embedders is None:
            self._embedders = Embedders(self._environment, storage=Path(storage))
        return self._embedders

    async def aclose(self) -> None:
        """Close the providers' connections; the engine calls it when it is closed."""
        if self._embedders is not None:
            await self._embedders.aclose()
            self._embedders = None
