"""The providers of this process, by name. Decides what may be a provider and when it is made; knows none of them."""

import inspect
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from definitions.errors import did_you_mean
from runners.providers.base import Provider, ProviderRefused

GROUP = "batchdag.providers"
"""The entry point group: a package adds providers by naming their classes there."""

_ASYNC = ("stage", "submit", "find_by_key", "status", "cancel", "sweep", "generate", "find_reply", "embed", "aclose")
_PLAIN = ("line", "read", "echo", "fetch", "from_environment")
_TRAITS = ("name", "limits", "finds_replies", "has_flex", "longest_call")


class Providers:
    """Each provider is made when it is first asked for, and kept: it holds connections."""

    def __init__(self, environment: Mapping[str, str], *, storage: Path) -> None:
        """``environment`` has keys and addresses; ``storage`` is a folder for providers that keep files."""
        self._environment = environment
        self._storage = storage
        self._made: dict[str, Provider] = {}

    def names(self) -> list[str]:
        """Return the names of all providers that installed packages bring, whether they have a key or not."""
        return sorted({entry.name for entry in entry_points(group=GROUP)})

    def kind(self, name: str) -> type[Provider]:
        """Return the class of the provider of this name: what it can do is known without a key.

        Raises:
            ProviderRefused: there is none, or it is not installed.
        """
        entry = self._entry(name)
        with _installed(entry):
            kind: type[Provider] = _loaded(entry)
        return kind

    def get(self, name: str) -> Provider:
        """Return the provider of this name.

        Raises:
            ProviderRefused: there is none, it is not installed, or it lacks a setting; the message says which.
        """
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    async def aclose(self) -> None:
        """Close the connections of those that were made; a provider asked for afterwards is made anew."""
        while self._made:
            _, provider = self._made.popitem()
            await provider.aclose()

    def _make(self, name: str) -> Provider:
        entry = self._entry(name)
        with _installed(entry):
            made: Provider = _loaded(entry).from_environment(self._environment, storage=self._storage)
        return made

    def _entry(self, name: str) -> EntryPoint:
        match list(entry_points(group=GROUP, name=name)):
            case []:
                known = self.names()
                raise ProviderRefused(
                    f"there is no provider {name!r}{did_you_mean(name, known)}; known: {', '.join(known) or 'none'}. "
                    f"Is the package that brings it installed?"
                )
            case [entry]:
                return entry
            case several:
                origins = " and ".join(map(_origin, several))
                raise ProviderRefused(f"two packages bring a provider {name!r}: {origins}; uninstall one")


@contextmanager
def _installed(entry: EntryPoint) -> Iterator[None]:
    """Say which extra brings what cannot be imported."""
    try:
        yield
    except ImportError as error:
        package = entry.dist.name if entry.dist else "batchdag"
        raise ProviderRefused(
            f"provider {entry.name} needs the extra: pip install '{package}[{entry.name}]' ({error})"
        ) from error


def _loaded(entry: EntryPoint) -> Any:
    """Import a provider's class. What it is, is checked here: nothing is paid for by one that lacks a method."""
    try:
        provider = entry.load()
    except AttributeError as error:
        raise ProviderRefused(f"{_origin(entry)} cannot be loaded: {error}; repair that package") from error
    if lacks := _lacks(provider):
        raise ProviderRefused(f"{_origin(entry)} is no provider, it lacks {', '.join(lacks)}; repair that package")
    return provider


def _lacks(provider: Any) -> list[str]:
    """Return what is missing for the protocol ``runners.providers.base.Provider``."""
    waited = [name for name in _ASYNC if not inspect.iscoroutinefunction(getattr(provider, name, None))]
    called = [name for name in _PLAIN if not callable(getattr(provider, name, None))]
    return waited + called + [name for name in _TRAITS if not hasattr(provider, name)]


def _origin(entry: EntryPoint) -> str:
    package = f"{entry.dist.name} {entry.dist.version}" if entry.dist else "an unknown package"
    return f"the entry point {entry.name} = {entry.value} of {package}"
