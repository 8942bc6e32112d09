"""Which variables with the prefix BATCHDAG_ nobody reads. Knows their names; what they mean is decided elsewhere."""

import logging
from collections.abc import Iterable, Iterator

from definitions.errors import did_you_mean
from engine.settings import Settings

log = logging.getLogger("batchdag.settings")

_PREFIX = "BATCHDAG_"
_FAMILIES = tuple(_PREFIX + name for name in ("CACHE_", "EMBEDDING_SERVER_", "GRAPHQL_", "HTTP_", "SECRET_", "TEST_"))
"""What services, secrets and tests have; each is read by its own."""
_READ_ELSEWHERE = frozenset(
    _PREFIX + name for name in ("CALL_SECONDS", "REDIS_URL", "SCREENSHOTS", "SIMULATED_SECONDS", "VERTEX_STAGING")
)


def warn_of_unread(names: Iterable[str]) -> None:
    """Log each variable that looks like a setting and is none: a misspelt one would be ignored without a word."""
    for name, hint in unread(names):
        log.warning("settings.unknown_variable", extra={"variable": name, "why": f"nothing reads it{hint}"})


def unread(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each variable of this prefix that nobody reads, and what it may have been meant for, as a hint."""
    own = sorted(_PREFIX + field.upper() for field in Settings.model_fields)
    known = [*own, *sorted(_READ_ELSEWHERE)]
    for name in sorted(names):
        upper = name.upper()
        if upper.startswith(_PREFIX) and upper not in known and not upper.startswith(_FAMILIES):
            yield name, _meant(upper, known)


def _meant(name: str, known: list[str]) -> str:
    """Return a hint. One that begins another is meant for it: a unit is forgotten more often than a letter."""
    longer = [other for other in known if other.startswith(f"{name}_")]
    if len(longer) == 1:
        return f' (did you mean "{longer[0]}"?)'
    shorn = did_you_mean(name.removeprefix(_PREFIX), [other.removeprefix(_PREFIX) for other in known])
    return shorn.replace('"', f'"{_PREFIX}', 1)
