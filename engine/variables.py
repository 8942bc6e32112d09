"""Which variables with the prefix BATCHDAG_ nobody reads. Knows their names; what they mean is decided elsewhere."""

import logging
from collections.abc import Collection, Iterable, Iterator, Sequence

from pydantic_settings import BaseSettings

from definitions.errors import did_you_mean
from engine.settings import Settings

log = logging.getLogger("batchdag.settings")

Kind = type[BaseSettings]
_PREFIX = "BATCHDAG_"
_FAMILIES = tuple(_PREFIX + name for name in ("CACHE_", "EMBEDDING_SERVER_", "GRAPHQL_", "HTTP_", "SECRET_", "TEST_"))
"""What services, secrets and tests have; each is read by its own, which may be another process."""
_READ_ELSEWHERE = frozenset(
    _PREFIX + name for name in ("CALL_SECONDS", "REDIS_URL", "SCREENSHOTS", "SIMULATED_SECONDS", "VERTEX_STAGING")
)


def warn_of_unread(names: Iterable[str], *, also: Collection[Kind] = ()) -> None:
    """Log each variable that looks like a setting and is none: a misspelt one would be ignored without a word.

    ``also``: the settings of services that this process reads beside the engine's.
    """
    for name, hint in unread(names, also=also):
        log.warning("settings.unknown_variable", extra={"variable": name, "why": f"nothing reads it{hint}"})


def unread(names: Iterable[str], *, also: Collection[Kind] = ()) -> Iterator[tuple[str, str]]:
    """Yield each variable of this prefix that nobody reads, and what it may have been meant for, as a hint."""
    kinds: list[Kind] = [Settings, *also]
    own = sorted(variable for kind in kinds for variable in _variables(kind))
    known = [*own, *sorted(_READ_ELSEWHERE)]
    here = {_prefix(kind) for kind in also}
    elsewhere = tuple(family for family in _FAMILIES if family not in here)
    for name in sorted(names):
        upper = name.upper()
        if upper.startswith(_PREFIX) and upper not in known and not upper.startswith(elsewhere):
            yield name, _meant(upper, known)


def _variables(kind: Kind) -> Iterator[str]:
    """Yield the variables that settings are read from; one with an alias has that name alone, and no prefix."""
    for name, field in kind.model_fields.items():
        yield field.validation_alias if isinstance(field.validation_alias, str) else _prefix(kind) + name.upper()


def _prefix(kind: Kind) -> str:
    return str(kind.model_config.get("env_prefix", ""))


def _meant(name: str, known: Sequence[str]) -> str:
    """Return a hint. One that begins another is meant for it: a unit is forgotten more often than a letter."""
    longer = [other for other in known if other.startswith(f"{name}_")]
    if len(longer) == 1:
        return f' (did you mean "{longer[0]}"?)'
    shorn = did_you_mean(name.removeprefix(_PREFIX), [other.removeprefix(_PREFIX) for other in known])
    return shorn.replace('"', f'"{_PREFIX}', 1)
