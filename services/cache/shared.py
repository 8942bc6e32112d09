"""What readers share in Redis: JSON text, under keys that name the generation. Redis may be away at any time.

An entry says which question it answers and is checked when it is read, so what does not fit is as good as absent.
"""

import hashlib
import json
import logging
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from runners.base import Json
from services.cache.memory import Place

if TYPE_CHECKING:
    from redis.asyncio import Redis

log = logging.getLogger("batchdag")

_PATIENCE = 0.1
_PAUSE = 5.0


class Shared(Protocol):
    """The second level of the cache. Neither method fails."""

    async def get(self, places: Sequence[Place]) -> dict[Place, Json]:
        """Return those of the values that are there."""
        ...

    async def put(self, texts: Mapping[Place, str]) -> None:
        """Keep values, given as JSON text."""
        ...

    async def forget(self, places: Sequence[Place]) -> None:
        """Drop values."""
        ...

    async def aclose(self) -> None: ...


class Nothing:
    """No second level."""

    async def get(self, places: Sequence[Place]) -> dict[Place, Json]:  # noqa: ARG002
        return {}

    async def put(self, texts: Mapping[Place, str]) -> None:
        """Keep nothing."""

    async def forget(self, places: Sequence[Place]) -> None:
        """There is nothing to forget."""

    async def aclose(self) -> None:
        """There is nothing to close."""


class InRedis:
    """One Redis, for all readers of one database. After a failure it is left alone for some seconds."""

    def __init__(self, url: str, *, database: str, ttl: float) -> None:
        self._redis = _connect(url)
        self._database = database
        self._ttl = max(1, round(ttl))
        self._away_until = 0.0

    async def get(self, places: Sequence[Place]) -> dict[Place, Json]:
        if not places:
            return {}
        texts = await self._try("mget", [self._key(place) for place in places])
        found = zip(places, texts or [], strict=False)
        return {place: answer[0] for place, text in found if (answer := _read(text, place)) is not None}

    async def put(self, texts: Mapping[Place, str]) -> None:
        for place, text in texts.items():
            await self._try("set", self._key(place), f"[{json.dumps(place.key)}, {text}]", ex=self._ttl)

    async def forget(self, places: Sequence[Place]) -> None:
        if places:
            await self._try("unlink", *(self._key(place) for place in places))

    async def aclose(self) -> None:
        await self._redis.aclose()

    def _key(self, place: Place) -> str:
        """Return the key: a hash, for a question may be long, and is nobody's business who reads the keys."""
        generations = [[generation.number, generation.stamp] for generation in place.stamp]
        named = json.dumps([place.collections, generations, place.key])
        return f"batchdag:{self._database}:{hashlib.sha256(named.encode()).hexdigest()}"

    async def _try(self, command: str, *arguments: Any, **more: Any) -> Any:
        from redis.exceptions import RedisError  # noqa: PLC0415 - an extra

        if time.monotonic() < self._away_until:
            return None
        try:
            return await getattr(self._redis, command)(*arguments, **more)
        except (RedisError, OSError, TimeoutError) as error:
            log.warning("cache.redis_away", extra={"why": str(error), "pause": _PAUSE})
            self._away_until = time.monotonic() + _PAUSE
            return None


def open_shared(url: str | None, *, database: str, ttl: float) -> Shared:
    """Return the second level; without a URL there is none."""
    return Nothing() if url is None else InRedis(url, database=database, ttl=ttl)


def _connect(url: str) -> "Redis":
    from redis.asyncio import Redis  # noqa: PLC0415 - an extra
    from redis.asyncio.retry import Retry  # noqa: PLC0415
    from redis.backoff import NoBackoff  # noqa: PLC0415

    return Redis.from_url(url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE, retry=Retry(NoBackoff(), 0))


def _read(text: bytes | None, place: Place) -> tuple[Json] | None:
    """Return the value in a tuple; None: there is none, or it answers another question."""
    if text is None:
        return None
    try:
        key, value = json.loads(text)
    except (ValueError, TypeError):
        return None
    return (value,) if key == place.key else None
