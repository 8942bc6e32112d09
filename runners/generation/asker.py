"""What runners that ask providers have in common: the providers of this process, opened once and closed with it."""

import os
from collections.abc import Mapping
from pathlib import Path

from runners.providers.registry import Providers


class Asker:
    """Base of ``generate`` and ``explain``."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment = os.environ if environment is None else environment
        self._providers: Providers | None = None

    def providers(self, storage: str) -> Providers:
        """Return the providers of this process, with the keys of its environment."""
        if self._providers is None:
            self._providers = Providers(self._environment, storage=Path(storage))
        return self._providers

    async def aclose(self) -> None:
        """Close the providers' connections; the engine calls it when it is closed."""
        if self._providers is not None:
            await self._providers.aclose()
            self._providers = None
