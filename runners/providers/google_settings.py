"""What the environment must say before Google is called. Reads settings; knows no SDK and opens nothing."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from runners.providers.base import ProviderRefused

_INSTEAD = "or use the provider 'simulated', which needs nothing and costs nothing"


def setting(environment: Mapping[str, str], *names: str, provider: str, default: str | None = None) -> str:
    """Return the first of these settings that is there and not empty, else the default.

    Raises:
        ProviderRefused: there is neither.
    """
    for name in names:
        if value := environment.get(name):
            return value
    if default is not None:
        return default
    raise ProviderRefused(f"{provider} is not configured: set {' or '.join(names)}, {_INSTEAD}")


def settings(environment: Mapping[str, str], *names: str, provider: str) -> list[str]:
    """Return these settings, all of which must be there.

    Raises:
        ProviderRefused: some are not, or are empty; the message names all of them.
    """
    if missing := [name for name in names if not environment.get(name)]:
        raise ProviderRefused(f"{provider} is not configured: set {', '.join(missing)}, {_INSTEAD}")
    return [environment[name] for name in names]


def is_stand_in(base_url: str | None) -> bool:
    """Say whether this address is a local server that plays Google: real tokens never travel over plain HTTP."""
    return base_url is not None and base_url.startswith("http://")


@contextmanager
def sdk_needed(provider: str) -> Iterator[None]:
    """Turn a missing package into an answer that says how to install it."""
    try:
        yield
    except ImportError as error:
        raise ProviderRefused(
            f'{provider} needs the package {error.name}, which is not installed: pip install "batchdag[{provider}]"'
        ) from error
